// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The Asio in use, and the loop that runs on this thread. The only header of ours that names Asio's files.
#pragma once

#ifdef ASYNCITER_USE_BOOST_ASIO
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>
#else
#include <asio/any_io_executor.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/dispatch.hpp>
#include <asio/error.hpp>
#include <asio/error_code.hpp>
#include <asio/execution.hpp>
#include <asio/execution_context.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/query.hpp>
#include <asio/steady_timer.hpp>
#include <asio/system_error.hpp>
#endif

#include <utility>

namespace asynciter {

#ifdef ASYNCITER_USE_BOOST_ASIO
/// The Asio in use.
namespace net = ::boost::asio;
using error_code = ::boost::system::error_code;
using system_error = ::boost::system::system_error;
#else
/// The Asio in use.
namespace net = ::asio;
using error_code = ::asio::error_code;
using system_error = ::asio::system_error;
#endif

namespace detail {

inline thread_local net::io_context *current_context = nullptr;

/// Makes a context current for as long as it lives, then the one before.
class current_context_scope {
public:
  explicit current_context_scope(net::io_context &context) noexcept
      : previous_(std::exchange(current_context, &context)) {}
  current_context_scope(const current_context_scope &) = delete;
  current_context_scope &operator=(const current_context_scope &) = delete;
  ~current_context_scope() { current_context = previous_; }

private:
  net::io_context *previous_;
};

} // namespace detail
} // namespace asynciter
