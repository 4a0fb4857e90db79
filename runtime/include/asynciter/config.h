// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the compiler can check for us, behind feature tests.
//
// A coroutine's frame outlives the expression that made it, so a compiler that knows which types own such
// frames can warn about borrowed temporaries. Clang 18 and later do, given two attributes; other compilers
// see nothing.
//
// `coro_only_destroy_when_complete` is used nowhere: generators are destroyed half-way by every consumer that
// leaves its loop early, and tasks by every loop that ends while they run.
#pragma once

/// Define as 0 before the first include to drop Clang's coroutine attributes. The reason to do so: Clang 19
/// rejects every function that returns a marked type without being a coroutine, also those of the standard
/// library, so that `std::function<task<int>()>` and `std::invoke(make_task)` do not compile.
#ifndef ASYNCITER_CORO_ATTRIBUTES
#define ASYNCITER_CORO_ATTRIBUTES 1
#endif

#if defined(__has_cpp_attribute) && ASYNCITER_CORO_ATTRIBUTES
#if __has_cpp_attribute(clang::coro_return_type) && __has_cpp_attribute(clang::coro_lifetimebound)
#define ASYNCITER_CORO_TYPE [[clang::coro_return_type]] [[clang::coro_lifetimebound]]
#define ASYNCITER_CORO_WRAPPER [[clang::coro_wrapper]]
#endif
#endif

/// Marks a class as a coroutine return type whose frame keeps what its reference parameters refer to: Clang
/// then warns where such a parameter is bound to a temporary that dies before the coroutine does.
#ifndef ASYNCITER_CORO_TYPE
#define ASYNCITER_CORO_TYPE
#endif

/// Marks a function that returns a task or a generator which it did not write itself, such as a factory that
/// picks one of two coroutines. Its reference parameters are then no longer checked.
#ifndef ASYNCITER_CORO_WRAPPER
#define ASYNCITER_CORO_WRAPPER
#endif
