// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program for each adaptor and each way to run beside each other. All wait at one gate, which the test
// opens for one of them at a time, and have things alive that are counted: in frames, in items, and in
// registered cleanup.
#pragma once

#include "asynciter/adaptors.h"
#include "asynciter/async_mutex.h"
#include "asynciter/async_scope.h"
#include "asynciter/async_semaphore.h"
#include "asynciter/channel.h"
#include "asynciter/stop_scope.h"
#include "asynciter/when_all.h"
#include "asynciter/when_any.h"
#include "test_support.h"

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace adaptor_programs {

using namespace asynciter;
using test_support::counted;

struct world {
  task<> wait() {
    const counted waiting(alive);
    (void)co_await gate.next();
  }
  /// False if nobody waits.
  bool open() { return gate.try_send(0); }

  channel<int> gate{0};
  int alive = 0;
};

using item = std::string;
using items = async_generator<item>;

inline items produce(world &at ASYNCITER_LIFETIMEBOUND, int n) {
  auto clean = [](world *at, const counted &) { return at->wait(); };
  world *const to = &at;
  const counted owned(at.alive);
  (void)co_await on_exit(clean, to, owned);
  for (int i = 0; i < n; ++i) {
    if (i % 2 == 0)
      co_await at.wait();
    co_yield item(40, 'x');
  }
}

template <class S> task<> drain(S stream, world &at) {
  const counted looping(at.alive);
  auto body = [](auto &) {};
  co_await for_each(std::move(stream), body);
}

using program = task<> (*)(world &);
struct named_program {
  const char *name;
  program run;
};

/// Callables that are coroutines.
struct waiting {
  template <class Result> static task<Result> give(world *at, Result result) {
    co_await at->wait();
    co_return result;
  }
  world *at;
};
struct accepting : waiting {
  task<bool> operator()(const item &) const { return give(at, true); }
};
struct rejecting : waiting {
  task<bool> operator()(const item &) const { return give(at, false); }
};
struct passing : waiting {
  task<item> operator()(item given) const { return give(at, std::move(given)); }
};
struct finding : waiting {
  task<std::optional<item>> operator()(item given) const { return give(at, std::optional(std::move(given))); }
};
struct joining : waiting {
  task<item> operator()(item before, item given) const { return give(at, before + given); }
};
struct sleeping : waiting {
  task<> operator()() const { return at->wait(); }
};

inline task<> send_all(channel<item> &to ASYNCITER_LIFETIMEBOUND, world &at ASYNCITER_LIFETIMEBOUND) {
  const counted sending(at.alive);
  for (int i = 0; i < 3; ++i) {
    co_await at.wait();
    item next(40, 'y');
    (void)co_await to.send(std::move(next));
  }
  to.close();
}

inline task<> receive_all(channel<item> &from ASYNCITER_LIFETIMEBOUND, world &at ASYNCITER_LIFETIMEBOUND) {
  const counted receiving(at.alive);
  while (auto next = co_await from.next())
    co_await at.wait();
}

inline task<> hold(async_mutex &mutex ASYNCITER_LIFETIMEBOUND,
                   async_semaphore &semaphore ASYNCITER_LIFETIMEBOUND, world &at ASYNCITER_LIFETIMEBOUND) {
  auto guard = co_await mutex.lock();
  co_await semaphore.acquire();
  co_await at.wait();
  semaphore.release();
}

inline items relayed(world &at ASYNCITER_LIFETIMEBOUND) {
  auto accepted = [](const item &) { return true; };
  co_yield elements_of(produce(at, 2));
  auto filtered = produce(at, 2) | filter(accepted);
  co_yield elements_of(std::move(filtered));
  co_yield elements_of(std::vector<item>(2));
}

inline async_generator<items> nested(world &at ASYNCITER_LIFETIMEBOUND) {
  for (int i = 0; i < 2; ++i)
    co_yield produce(at, 2);
}

inline task<> in_a_scope(world &at) {
  channel<item> between(1);
  auto body = [&between, &at](async_scope &scope) -> task<> {
    scope.spawn(send_all(between, at));
    scope.spawn(receive_all(between, at));
    co_await at.wait();
  };
  co_await with_scope(body);
}

inline task<> in_turn(world &at) {
  async_mutex mutex;
  async_semaphore semaphore(1);
  auto first = hold(mutex, semaphore, at), second = hold(mutex, semaphore, at);
  co_await when_all(std::move(first), std::move(second));
}

inline task<> racing(world &at) {
  auto first = drain(produce(at, 3), at), second = drain(produce(at, 3), at);
  (void)co_await when_any(std::move(first), std::move(second));
}

inline task<> with_tokens(world &at ASYNCITER_LIFETIMEBOUND) {
  std::stop_source inner, outer;
  auto work = drain(produce(at, 3), at);
  auto both = with_stop_token(inner.get_token(), std::move(work));
  co_await with_stop_token(outer.get_token(), std::move(both));
  co_await shield(drain(produce(at, 1), at));
}

inline task<> collecting(world &at ASYNCITER_LIFETIMEBOUND) {
  auto all = co_await (produce(at, 3) | to<std::vector>());
  auto joined = co_await reduce(produce(at, 3), item(), joining{{&at}});
  auto one = co_await (produce(at, 3) | first);
  (void)co_await (produce(at, 3) | any_of(accepting{{&at}}));
}

inline bool accept(const item &) { return true; }
inline std::size_t size(const item &given) { return given.size(); }
inline std::optional<item> find(item given) { return std::optional(std::move(given)); }
inline item join(item before, const item &given) { return before + given; }

inline const std::vector<named_program> &all() {
  static const std::vector<named_program> programs{
      {"filter", [](world &at) { return drain(produce(at, 3) | filter(accept), at); }},
      {"filter_map", [](world &at) { return drain(produce(at, 3) | filter_map(find), at); }},
      {"transform", [](world &at) { return drain(produce(at, 3) | transform(size), at); }},
      {"enumerate", [](world &at) { return drain(produce(at, 3) | enumerate, at); }},
      {"scan", [](world &at) { return drain(produce(at, 3) | scan(item(), join), at); }},
      {"take", [](world &at) { return drain(produce(at, 3) | take(1), at); }},
      {"drop", [](world &at) { return drain(produce(at, 3) | drop(1), at); }},
      {"take_while", [](world &at) { return drain(produce(at, 3) | take_while(accept), at); }},
      {"drop_while", [](world &at) { return drain(produce(at, 3) | drop_while(accept), at); }},
      {"take_until", [](world &at) { return drain(produce(at, 3) | take_until(std::stop_token()), at); }},
      {"chunk", [](world &at) { return drain(produce(at, 3) | chunk(2), at); }},
      {"window", [](world &at) { return drain(produce(at, 3) | window(2), at); }},
      {"awaiting filter", [](world &at) { return drain(produce(at, 3) | filter(accepting{{&at}}), at); }},
      {"awaiting filter_map",
       [](world &at) { return drain(produce(at, 3) | filter_map(finding{{&at}}), at); }},
      {"awaiting transform", [](world &at) { return drain(produce(at, 3) | transform(passing{{&at}}), at); }},
      {"awaiting scan", [](world &at) { return drain(produce(at, 3) | scan(item(), joining{{&at}}), at); }},
      {"awaiting take_while",
       [](world &at) { return drain(produce(at, 3) | take_while(rejecting{{&at}}), at); }},
      {"awaiting drop_while",
       [](world &at) { return drain(produce(at, 3) | drop_while(rejecting{{&at}}), at); }},
      {"buffer", [](world &at) { return drain(produce(at, 3) | buffer(2), at); }},
      {"timeout", [](world &at) { return drain(produce(at, 3) | timeout(sleeping{{&at}}), at); }},
      {"debounce", [](world &at) { return drain(produce(at, 3) | debounce(sleeping{{&at}}), at); }},
      {"zip", [](world &at) { return drain(zip(produce(at, 3), produce(at, 2)), at); }},
      {"concat", [](world &at) { return drain(concat(produce(at, 2), produce(at, 2)), at); }},
      {"flatten", [](world &at) { return drain(nested(at) | flatten, at); }},
      {"merge", [](world &at) { return drain(merge(produce(at, 3), produce(at, 2)), at); }},
      {"elements_of", [](world &at) { return drain(relayed(at), at); }},
      {"async_scope and channel", in_a_scope},
      {"async_mutex, async_semaphore and when_all", in_turn},
      {"when_any", racing},
      {"with_stop_token and shield", with_tokens},
      {"to, reduce, first and any_of", collecting},
  };
  return programs;
}

} // namespace adaptor_programs
