// RUN: %verify --config=%S/Inputs/feeds.yaml %s
//
// A step that throws at the end needs no test: FoundationDB's, and that of a
// class which a model names.
#include "stand-ins/flow.h"
#include "user_stream.h"
#include <optional>
using app::use;

Future<void> counted_ok(AsyncGenerator<int> numbers, int count) {
  for (int i = 0; i < count; ++i)
    use(co_await numbers());
}
Future<int> until_thrown_ok(AsyncGenerator<int> numbers) {
  int sum = 0;
  try {
    while (true)
      sum += co_await numbers();
  } catch (Error &error) {
    if (error.code() != error_code_end_of_stream)
      throw;
  }
  co_return sum;
}
Future<void> leaves_in_the_handler_ok(AsyncGenerator<int> numbers) {
  for (;;) {
    try {
      use(co_await numbers());
    } catch (Error &error) {
      if (error.code() == error_code_end_of_stream)
        break;
      throw;
    }
  }
}
// `while (numbers)` alone is not enough, and yet nothing is read that is not there.
Future<void> asked_ok(AsyncGenerator<int> numbers) {
  while (numbers) {
    auto number = co_await numbers();
    use(number);
  }
}
Future<void> items_are_optional_ok(AsyncGenerator<std::optional<int>> numbers) {
  auto number = co_await numbers();
  if (number)
    use(*number);
}
Future<int> stream_of_futures_ok(FutureStream<int> numbers) {
  int sum = 0;
  try {
    for (;;)
      sum += co_await numbers;
  } catch (Error &error) {
    if (error.code() != error_code_end_of_stream)
      throw;
  }
  co_return sum;
}
AsyncGenerator<int> produced_ok(FutureStream<int> numbers) {
  while (true)
    co_yield co_await numbers;
}

// Named in the config file, with `end: exception`.
struct message {
  int id;
};
class feed {
public:
  app::task<message *> next();
  app::task<std::optional<message>> fetch();
  app::task<> rewind();
};
app::task<> feed_ok(feed &from) {
  for (;;) {
    message *item = co_await from.next();
    use(item->id);
  }
}
app::task<> feed_of_optionals_ok(feed &from) {
  auto item = co_await from.fetch();
  use(item->id);
}
app::task<> unawaited_bad(feed &from) {
  from.next();  // expected-warning {{`next` is called but never awaited: the stream does not advance}}
  from.fetch(); // expected-warning {{`fetch` is called but never awaited: the stream does not advance}}
  from.rewind();
  co_return;
}
// The same without a model: an item that may be empty, and a test that is missed.
class pages {
public:
  app::task<std::optional<message>> next();
};
app::task<> pages_bad(pages &from) {
  auto item = co_await from.next(); // expected-note {{the step is here}}
  use(item->id); // expected-warning {{`item` is read without a test for end}}
}
