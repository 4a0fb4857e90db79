// RUN: %verify %s
// REQUIRES: boost-asio
//
// Channels are streams: a closed one has ended. Asio tells that by an error
// code, Boost.Cobalt by an error or its own flag, others by an empty result.
#include "user_stream.h"
#include <asynciter/channel.h>
#include <asynciter/task.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/cobalt.hpp>
#include <optional>
using app::use;
namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using boost::system::error_code;
using channel = asio::experimental::channel<void(error_code, std::optional<int>)>;
constexpr auto as_tuple = asio::as_tuple(use_awaitable);

namespace error_codes {
awaitable<void> leaves_ok(channel &from) {
  for (;;) {
    auto [error, number] = co_await from.async_receive(as_tuple);
    if (error)
      break;
    use(*number);
  }
}
awaitable<void> thrown_ok(channel &from) {
  for (;;) {
    auto number = co_await from.async_receive(use_awaitable);
    use(*number);
  }
}
awaitable<void> redirected_ok(channel &from) {
  error_code error;
  for (;;) {
    auto number = co_await from.async_receive(asio::redirect_error(use_awaitable, error));
    if (error)
      co_return;
    use(*number);
  }
}
// One error is none that lasts.
awaitable<void> cancelled_ok(channel &from) {
  for (;;) {
    auto [error, number] = co_await from.async_receive(as_tuple);
    if (error == asio::error::operation_aborted)
      continue;
    if (error)
      co_return;
    use(*number);
  }
}
awaitable<void> counted_ok(channel &from) {
  int failures = 0;
  while (failures < 3) {
    auto [error, number] = co_await from.async_receive(as_tuple);
    if (error) {
      ++failures;
      continue;
    }
    use(*number);
  }
}
awaitable<void> again_ok(channel &from) {
  auto [error, number] = co_await from.async_receive(as_tuple);
  if (error)
    co_await from.async_receive(use_awaitable);
}

awaitable<void> ignored_bad(channel &from) {
  for (;;) {
    auto [error, number] = co_await from.async_receive(as_tuple); // expected-warning {{`from` is stepped on where a test has told its end}}
    if (!error) // expected-note {{the test is here}}
      use(*number);
  }
}
awaitable<void> goes_on_bad(channel &from) {
  for (;;) {
    auto [error, number] = co_await from.async_receive(as_tuple); // expected-warning {{`from` is stepped on}}
    if (error) // expected-note {{the test is here}}
      continue;
    use(*number);
  }
}
awaitable<void> redirected_bad(channel &from) {
  error_code error;
  for (;;) {
    auto number = co_await from.async_receive(asio::redirect_error(use_awaitable, error)); // expected-warning {{`from` is stepped on}}
    if (error) // expected-note {{the test is here}}
      continue;
    use(*number);
  }
}
awaitable<void> unawaited_bad(channel &from) {
  from.async_receive(use_awaitable); // expected-warning {{`async_receive` is called but never awaited}}
  from.async_receive([](error_code, std::optional<int>) {});
  co_return;
}
} // namespace error_codes

namespace empty_results {
asynciter::task<> loop_ok(asynciter::channel<int> &from) {
  while (auto number = co_await from.next())
    use(*number);
}
asynciter::task<> unchecked_bad(asynciter::channel<int> &from) {
  auto number = co_await from.next(); // expected-note {{the step is here}}
  use(*number); // expected-warning {{`number` is read without a test for end}}
}
asynciter::task<> goes_on_bad(asynciter::channel<int> &from) {
  for (;;) {
    auto number = co_await from.next(); // expected-warning {{`from` is stepped on where a test has told its end}}
    if (!number) // expected-note {{the test is here}}
      continue;
    use(*number);
  }
}
// By hand: an empty result may mean "nothing yet".
app::task<> by_hand_ok(app::row_reader &from) {
  for (;;) {
    auto row = co_await from.next();
    if (!row)
      continue;
    use(row->id);
  }
}
} // namespace empty_results

namespace errors {
boost::cobalt::promise<> open_ok(boost::cobalt::channel<int> &from) {
  while (from.is_open())
    use(co_await from.read());
}
boost::cobalt::promise<> reader_ok(boost::cobalt::channel<std::optional<int>> &from) {
  BOOST_COBALT_FOR(auto number, boost::cobalt::channel_reader(from))
    use(number.value_or(0));
}
boost::cobalt::promise<> item_is_optional_ok(boost::cobalt::channel<std::optional<int>> &from) {
  auto number = co_await from.read();
  use(*number);
}
boost::cobalt::promise<> unawaited_bad(boost::cobalt::channel<int> &from) {
  from.read(); // expected-warning {{`read` is called but never awaited: the stream does not advance}}
  co_return;
}
} // namespace errors

// The sync twin: a queue in memory.
#include <queue>
void twin_ok(std::queue<int> &from) {
  for (;;) {
    if (from.empty())
      break;
    use(from.front());
    from.pop();
  }
}
