// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Protocols as tasks that are fed bytes: each waits for the next byte where a state machine would have a
// state.
#include "shared/log.h"
#include "shared/storage.h"
#include "shared/task.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace {

const app::logger out("frames");

/// Where bytes are put in, and waited for.
class input {
public:
  void feed(std::string_view bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    while (!bytes_.empty() && waiting_)
      std::exchange(waiting_, nullptr).resume();
  }

  auto byte() {
    struct awaiter {
      input &from;
      bool await_ready() const { return !from.bytes_.empty(); }
      void await_suspend(std::coroutine_handle<> who) const { from.waiting_ = who; }
      std::uint8_t await_resume() const {
        const auto first = static_cast<std::uint8_t>(from.bytes_.front());
        from.bytes_.pop_front();
        return first;
      }
    };
    return awaiter{*this};
  }

private:
  std::deque<char> bytes_;
  std::coroutine_handle<> waiting_;
};

app::task<std::uint32_t> number(input &from, int bytes) {
  std::uint32_t result = 0;
  for (int each = 0; each != bytes; ++each)
    result = result << 8 | co_await from.byte();
  co_return result;
}

struct frame {
  std::uint8_t kind = 0;
  std::string payload;
};

std::string encode(const frame &of) {
  std::string bytes{'\x7e', static_cast<char>(of.kind), static_cast<char>(of.payload.size() >> 8),
                    static_cast<char>(of.payload.size())};
  bytes += of.payload;
  const std::uint32_t sum = app::checksum(of.payload);
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(sum >> shift);
  return bytes;
}

app::task<frame> decode(input &from, std::size_t &skipped) {
  for (;;) {
    while (co_await from.byte() != 0x7e)
      ++skipped;
    frame result;
    result.kind = co_await from.byte();
    const std::uint32_t size = co_await number(from, 2);
    for (std::uint32_t each = 0; each != size; ++each)
      result.payload += static_cast<char>(co_await from.byte());
    if (co_await number(from, 4) == app::checksum(result.payload))
      co_return result;
    ++skipped;
  }
}

app::task<> receive(input &from, std::function<void(const frame &)> take, std::size_t &skipped) {
  for (;;) {
    const frame one = co_await decode(from, skipped);
    take(one);
    if (one.kind == 0)
      co_return;
  }
}

} // namespace

int main() {
  input line;
  std::size_t skipped = 0;
  std::vector<std::string> received;
  auto running = receive(line, [&](const frame &one) { received.push_back(one.payload); }, skipped);
  running.start();
  const std::string bytes =
      encode({1, "hello"}) + "noise" + encode({2, std::string(300, 'x')}) + encode({0, "bye"});
  for (std::size_t at = 0; at < bytes.size(); at += 7)
    line.feed(std::string_view(bytes).substr(at, 7));
  for (const std::string &each : received)
    out.info(each.size(), " bytes, checksum ", app::hex(app::checksum(each)));
  out.info(skipped, " skipped, ", running.done() ? "done" : "not done");
}
