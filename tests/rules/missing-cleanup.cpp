// RUN: %verify %s
#include "user_stream.h"
#include <cassert>
#include <exception>
#include <folly/coro/AsyncGenerator.h>
#include <folly/coro/AsyncPipe.h>
#include <unifex/unifex.hpp>

using cleanable = folly::coro::CleanableAsyncGenerator<int>;
using folly::coro::Task;
cleanable numbers();
void use(int);
bool wanted(int);
Task<> drain(cleanable);
Task<> look_at(cleanable &);

// Every way out.

Task<> never_bad() {
  auto gen = numbers(); // expected-warning {{`gen` can be destroyed without `cleanup`: its destructor ends the program then}}
  while (auto item = co_await gen.next())
    use(*item);
} // expected-note {{its scope ends here without `cleanup`}}

Task<> returns_bad() {
  auto gen = numbers(); // expected-warning {{`gen` can be destroyed without `cleanup`}}
  while (auto item = co_await gen.next()) {
    if (!wanted(*item))
      co_return; // expected-note {{this leaves its scope without `cleanup`}}
    if (*item < 0)
      throw *item; // expected-note {{the exception leaves its scope without `cleanup`}}
  }
  co_await std::move(gen).cleanup();
}

Task<int> gives_bad() {
  auto gen = numbers(); // expected-warning {{`gen` can be destroyed}}
  auto item = co_await gen.next();
  if (!item)
    co_return 0; // expected-note {{this leaves}}
  const int found = *item;
  co_await std::move(gen).cleanup();
  co_return found;
}

Task<> in_a_loop_bad(int turns) {
  for (int turn = 0; turn != turns; ++turn) {
    auto gen = numbers(); // expected-warning {{`gen` can be destroyed}}
    auto item = co_await gen.next();
    if (!item)
      continue; // expected-note {{this leaves}}
    if (*item > 3)
      break; // expected-note {{this leaves}}
    co_await std::move(gen).cleanup();
  }
}

Task<> parameter_bad(cleanable gen) { // expected-warning {{`gen` can be destroyed}}
  if (auto item = co_await gen.next())
    use(*item);
  else
    co_return; // expected-note {{this leaves}}
} // expected-note {{its scope ends here}}

Task<> overwritten_bad() {
  auto gen = numbers(); // expected-warning {{`gen` can be destroyed}}
  co_await gen.next();
  gen = numbers(); // expected-note {{what it held is assigned over}}
  co_await std::move(gen).cleanup();
}

Task<> caught_bad() {
  try {
    auto gen = numbers(); // expected-warning {{`gen` can be destroyed}}
    co_await gen.next();
    if (wanted(1))
      throw 1; // expected-note {{the exception leaves}}
    co_await std::move(gen).cleanup();
  } catch (int) {
  }
}

Task<> not_awaited_bad() {
  auto gen = numbers(); // expected-warning {{`gen` can be destroyed}}
  (co_await gen.next()).has_value();
  std::move(gen).cleanup();
} // expected-note {{its scope ends here}}

Task<> not_on_this_flag_bad(bool first, bool second) {
  auto gen = numbers(); // expected-warning {{`gen` can be destroyed}}
  if (first || second)
    co_await std::move(gen).cleanup();
} // expected-note {{its scope ends here}}

void lambda_bad() {
  auto body = []() -> Task<> {
    auto gen = numbers(); // expected-warning {{`gen` can be destroyed}}
    co_await gen.next();
  }; // expected-note {{its scope ends here}}
  (void)body;
}

template <class T> Task<> in_a_template_bad(T limit) {
  auto gen = numbers(); // expected-warning {{`gen` can be destroyed}}
  while (auto item = co_await gen.next())
    if (*item > limit)
      co_return; // expected-note {{this leaves}}
  co_await std::move(gen).cleanup();
}
template Task<> in_a_template_bad(int);
template Task<> in_a_template_bad(long);

// Done, or handed on.

Task<> done_ok() {
  auto gen = numbers();
  while (auto item = co_await gen.next())
    if (!wanted(*item))
      break;
  co_await std::move(gen).cleanup();
}

Task<> every_way_ok() {
  auto gen = numbers();
  auto item = co_await gen.next();
  if (!item) {
    co_await std::move(gen).cleanup();
    co_return;
  }
  use(*item);
  co_await std::move(gen).cleanup();
}

Task<> kept_exception_ok() {
  auto gen = numbers();
  std::exception_ptr failure;
  try {
    while (auto item = co_await gen.next())
      if (*item < 0)
        throw *item;
  } catch (...) {
    failure = std::current_exception();
  }
  co_await std::move(gen).cleanup();
  if (failure)
    std::rethrow_exception(failure);
}

Task<> flag_ok() {
  auto gen = numbers();
  bool open = true;
  if (wanted(1)) {
    co_await std::move(gen).cleanup();
    open = false;
  }
  if (open)
    co_await std::move(gen).cleanup();
}

Task<> unknown_flag_ok(bool early) {
  auto gen = numbers();
  if (early)
    co_await std::move(gen).cleanup();
  use(1);
  if (!early)
    co_await std::move(gen).cleanup();
}

Task<> stored_ok() {
  auto gen = numbers();
  auto closing = std::move(gen).cleanup();
  co_await std::move(closing);
}

Task<> empty_ok(bool some) {
  cleanable gen;
  if (some) {
    gen = numbers();
    co_await std::move(gen).cleanup();
  }
}

Task<> sometimes_ok(bool some) {
  cleanable gen = some ? numbers() : cleanable();
  if (some)
    co_await std::move(gen).cleanup();
}

cleanable returned_ok() {
  auto gen = numbers();
  return gen;
}
Task<> moved_ok() {
  auto gen = numbers();
  co_await drain(std::move(gen));
}
Task<> lent_ok() {
  auto gen = numbers();
  co_await look_at(gen);
}
Task<> captured_ok() {
  auto gen = numbers();
  auto close = [&]() -> Task<> { co_await std::move(gen).cleanup(); };
  co_await close();
}
Task<> other_name_ok() {
  auto gen = numbers();
  auto &same = gen;
  co_await same.next();
  co_await std::move(same).cleanup();
}
Task<> reference_ok(cleanable &gen) { co_await gen.next(); }
struct keeper {
  cleanable kept;
  Task<> step_ok() { co_await kept.next(); }
};
Task<> ends_the_program_ok() {
  auto gen = numbers();
  co_await gen.next();
  std::terminate();
}
Task<> plain_generator_ok(folly::coro::AsyncGenerator<int> gen) { co_await gen.next(); }

// Pipes: only with a callback.

Task<> pipe_bad() {
  auto [items, pipe] = folly::coro::AsyncPipe<int>::create([] {}); // expected-warning {{`pipe` can be destroyed without `close`: with an `onClosed` callback its destructor ends the program then}}
  pipe.write(1);
  if (wanted(1))
    co_return; // expected-note {{this leaves}}
  std::move(pipe).close();
}
Task<> pipe_ok() {
  auto [items, pipe] = folly::coro::AsyncPipe<int>::create();
  pipe.write(1);
  co_return;
}

Task<> bounded_pipe_bad() {
  auto [items, pipe] = folly::coro::BoundedAsyncPipe<int>::create(2, [] {}); // expected-warning {{`pipe` can be destroyed without `close`}}
  co_return; // expected-note {{this leaves}}
}
// What it is given here is how many items it holds.
Task<> bounded_pipe_ok() {
  auto [items, pipe] = folly::coro::BoundedAsyncPipe<int>::create(2);
  auto [others, other] = folly::coro::BoundedAsyncPipe<int>::create(2, nullptr);
  co_return;
}

// Sender streams owe it once they were stepped, also when an await throws.

unifex::type_erased_stream<int> erased();
unifex::task<void> sender_stream_bad() {
  auto stream = erased(); // expected-warning {{`stream` can be destroyed without `cleanup`: what the stream has started may still run}}
  co_await unifex::done_as_optional(unifex::next(stream)); // expected-note {{an exception of this await leaves its scope without `cleanup`}}
  co_await unifex::done_as_optional(unifex::next(stream));
} // expected-note {{its scope ends here}}
unifex::task<void> sender_stream_ok() {
  auto stream = erased();
  std::exception_ptr failure;
  try {
    while (auto item = co_await unifex::done_as_optional(unifex::next(stream)))
      use(*item);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await unifex::cleanup(stream);
  if (failure)
    std::rethrow_exception(failure);
}
// A member: its class may clean up wherever it is at work.
struct stream_holder {
  unifex::type_erased_stream<int> stream;
  unifex::task<void> first_ok() { co_await unifex::done_as_optional(unifex::next(stream)); }
};
unifex::task<void> not_stepped_ok() {
  auto stream = erased();
  co_return;
}
unifex::task<void> nothing_to_cut_short_ok() {
  unifex::range_stream stream;
  co_await unifex::done_as_optional(unifex::next(stream));
}

// The shape: an awaitable close, and a destructor that ends the program.

class subscription {
public:
  explicit subscription(const char *topic);
  ~subscription() {
    if (!closed)
      std::terminate();
  }
  app::task<app::expected<int>> next();
  app::task<> close();
  bool is_open() const;

private:
  bool closed = false;
};
app::task<> shape_bad() {
  subscription feed("news"); // expected-warning {{`feed` can be destroyed without `close`: its destructor ends the program then}}
  while (auto item = co_await feed.next())
    if (*item > 3)
      co_return; // expected-note {{this leaves}}
  co_await feed.close();
}
app::task<> shape_at_the_end_ok() {
  subscription feed("news");
  while (auto item = co_await feed.next())
    app::use(*item);
}
app::task<> shape_at_an_end_ok() {
  subscription feed("news");
  auto item = co_await feed.next();
  if (!item.has_value())
    co_return;
  co_await feed.close();
}
app::task<> shape_ok() {
  subscription feed("news");
  while (auto item = co_await feed.next())
    app::use(*item);
  co_await feed.close();
}
app::task<> shape_not_begun_ok() {
  subscription feed("news");
  co_return;
}
app::task<> shape_asked_ok() {
  subscription feed("news");
  co_await feed.next();
  if (feed.is_open())
    co_await feed.close();
  else
    std::terminate();
}

// The same with a destructor that closes by itself.
class forgiving {
public:
  ~forgiving() { closed = true; }
  app::task<app::expected<int>> next();
  app::task<> close();

private:
  bool closed = false;
};
app::task<> forgiving_ok() {
  forgiving feed;
  co_await feed.next();
}

// A generator asserts other things when its frame is destroyed.
template <class T> class checked_stream : public app::stream<T> {
public:
  checked_stream(checked_stream &&) noexcept;
  ~checked_stream() { assert(!pending); }
  app::task<> close();

private:
  bool pending = false;
};
checked_stream<int> checked();
app::task<> generator_ok() {
  auto items = checked();
  co_await items.next();
}

// An annotated method.

class session {
public:
  explicit session(int port);
  session(session &&) noexcept;
  ~session();
  [[clang::annotate("asynciter::cleanup")]] app::task<> goodbye();
};
app::task<> annotated_bad(bool early) {
  session peer(80); // expected-warning {{`peer` can be destroyed without `goodbye`: its class demands it}}
  if (early)
    co_return; // expected-note {{this leaves}}
  co_await peer.goodbye();
}
app::task<> annotated_ok() {
  session peer(80);
  co_await peer.goodbye();
}

// Code that nothing reaches says nothing.
Task<> dead_ok() {
  auto gen = numbers();
  co_await std::move(gen).cleanup();
  co_return;
  auto never = numbers();
}
