// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the compiler can check for us, behind feature tests.
//
// A coroutine's frame outlives the expression that made it, so a compiler that knows which types own such
// frames can warn about borrowed temporaries. Clang 18 and later do, given two attributes; other compilers
// see nothing. Clang then also wants to be told which functions return such a type without being coroutines:
//
//     ASYNCITER_CORO_WRAPPER async_generator<int> numbers(bool backwards) {
//       return backwards ? count_down() : count_up();
//     }
//
// `coro_only_destroy_when_complete` is used nowhere: generators are destroyed half-way by every consumer that
// leaves its loop early, and tasks by every loop that ends while they run.
#pragma once

/// Which types carry Clang's coroutine attributes: 0 none, 1 (the default) generators, 2 tasks as well. To be
/// defined before the first include, equally in all translation units.
///
/// The reason for a choice: Clang 19 rejects every function that returns a marked type without being a
/// coroutine or being marked as a wrapper, also those of the standard library, so that
/// `std::function<task<int>()>` and `std::invoke(make_task)` do not compile with 2. Tasks are passed around
/// like that, and are mostly awaited in the expression that makes them; generators are kept.
#ifndef ASYNCITER_CORO_ATTRIBUTES
#define ASYNCITER_CORO_ATTRIBUTES 1
#endif

#if defined(__has_cpp_attribute) && ASYNCITER_CORO_ATTRIBUTES
#if __has_cpp_attribute(clang::coro_return_type) && __has_cpp_attribute(clang::coro_disable_lifetimebound)
#define ASYNCITER_CORO_TYPE [[clang::coro_return_type]] [[clang::coro_lifetimebound]]
#define ASYNCITER_CORO_WRAPPER [[clang::coro_wrapper]] [[clang::coro_disable_lifetimebound]]
#if ASYNCITER_CORO_ATTRIBUTES > 1
#define ASYNCITER_TASK_TYPE ASYNCITER_CORO_TYPE
#endif
#endif
#endif

/// Lets the compiler put the frame of a task that is awaited at once into that of its caller.
#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::coro_await_elidable)
#define ASYNCITER_AWAIT_ELIDABLE [[clang::coro_await_elidable]]
#endif
#endif
#ifndef ASYNCITER_AWAIT_ELIDABLE
#define ASYNCITER_AWAIT_ELIDABLE
#endif

/// Marks a parameter that the result refers to, such as the task of a coroutine that takes it by reference:
/// Clang then warns where a temporary is lent and the result is kept.
#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::lifetimebound)
#define ASYNCITER_LIFETIMEBOUND [[clang::lifetimebound]]
#endif
#endif
#ifndef ASYNCITER_LIFETIMEBOUND
#define ASYNCITER_LIFETIMEBOUND
#endif

/// Marks a class as a coroutine return type whose frame keeps what its reference parameters refer to: Clang
/// then warns where such a parameter is bound to a temporary that dies before the coroutine does.
#ifndef ASYNCITER_CORO_TYPE
#define ASYNCITER_CORO_TYPE
#endif

/// The same for tasks.
#ifndef ASYNCITER_TASK_TYPE
#define ASYNCITER_TASK_TYPE
#endif

/// Marks a function that returns a task or a generator which it did not write itself, such as a factory that
/// picks one of two coroutines. Its reference parameters are then no longer checked.
#ifndef ASYNCITER_CORO_WRAPPER
#define ASYNCITER_CORO_WRAPPER
#endif
