// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One spelling for every library's stream and task, for tests that write a
// producer once and run it as each of them: `// RUN: %verify -DSHAPE_FOLLY %s`.
#pragma once
#if defined(SHAPE_CPPCORO)
#include <cppcoro/async_generator.hpp>
#include <cppcoro/task.hpp>
template <class T> using stream_of = cppcoro::async_generator<T>;
template <class T> using task_of = cppcoro::task<T>;
#elif defined(SHAPE_FOLLY)
#include <folly/coro/AsyncGenerator.h>
template <class T> using stream_of = folly::coro::AsyncGenerator<T>;
template <class T> using task_of = folly::coro::Task<T>;
#elif defined(SHAPE_COBALT)
#include <boost/cobalt.hpp>
template <class T> using stream_of = boost::cobalt::generator<T>;
template <class T> using task_of = boost::cobalt::promise<T>;
#define STREAM_RETURNS 1
#elif defined(SHAPE_QCORO)
#include "stand-ins/qcoro.h"
template <class T> using stream_of = QCoro::AsyncGenerator<T>;
template <class T> using task_of = QCoro::Task<T>;
#elif defined(SHAPE_SEASTAR)
#include <seastar/generator.hh>
template <class T>
using stream_of = seastar::coroutine::experimental::generator<T>;
template <class T> using task_of = seastar::future<T>;
#else
#include "user_stream.h"
template <class T> using stream_of = app::stream<T>;
template <class T> using task_of = app::task<T>;
#endif

// How a producer ends: Boost.Cobalt's returns a last value.
#ifdef STREAM_RETURNS
#define END_OF_STREAM co_return 0
#else
#define END_OF_STREAM co_return
#endif
