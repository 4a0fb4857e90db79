// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Several streams as one, in the order in which their items come.
//
//     auto events = merge(keyboard(), network(socket), ticks(1s));
//     while (auto event = co_await events.next())
//       handle(*event);
//
//     auto rows = merge(std::move(shards)); // a std::vector<async_generator<row>>
//
// Use it where one loop has to serve streams that do not wait for each other. For a fixed order there are
// `zip` and `concat`.
//
// All streams are stepped at once, with the first step. Each is then one step ahead of the consumer: its next
// one starts when the consumer has done with its item. Items that are there are handed out in the order in
// which they came, so that a busy stream does not starve another. The merged stream ends when all have ended.
// When one throws, the step that comes to it throws that, and the others are stopped and closed.
//
// Any of them may be anything that `as_stream` takes. Items are handed out where they are, without a copy;
// if their types differ, as objects of their `std::common_type_t`.
//
// Leaving early. Close it (`co_await s.close()`, for_each): that stops the steps that are under way, waits
// for their end, and closes the streams that are owned. A stream that is borrowed usually ends by the stop.
// If the merged stream is destroyed instead, its streams must not live on: their steps may be under way.
//
// Stopping. The streams wait with a stop token of their own; a stop of the consumer ends its step by
// `operation_cancelled` and closes the rest.
//
// Threads: the streams' steps may end on any threads, at the same time.
//
// Cost: a frame, an allocation for each stream, and per item a few locks.
#pragma once

#include "asynciter/combine.h"
#include "asynciter/detail/pipeline.h"
#include "asynciter/detail/source.h"
#include "asynciter/detail/waiting_list.h"
#include "asynciter/task.h"

#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <ranges>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

namespace asynciter {

namespace detail {

/// One of the streams that are merged, with the item, the end or the exception that it has come to.
template <class T> class merged_input : public resumable {
public:
  merged_input() noexcept = default;
  merged_input(const merged_input &) = delete;
  merged_input &operator=(const merged_input &) = delete;
  virtual ~merged_input() = default;

  /// Starts a step. True if it is over already.
  virtual bool step(const std::stop_token &stop) noexcept = 0;
  virtual task<> close() = 0;

  T *item = nullptr;
  std::exception_ptr error;
  merged_input *next = nullptr; // in the line of those that have come to something
};

/// Steps several streams at a time, and lines up those that have come to something.
template <class T> class merging {
  class arrival_operation;
  class idle_operation;

public:
  merging() : stop_token_(stop_.get_token()) {}

  void add(std::unique_ptr<merged_input<T>> input) {
    inputs_.push_back(std::move(input));
    ++open_;
  }

  void start() noexcept {
    for (auto &input : inputs_)
      advance(*input);
  }

  /// Steps one that is not in the line.
  void advance(merged_input<T> &input) noexcept {
    {
      std::lock_guard lock(mutex_);
      ++pending_;
    }
    if (input.step(stop_token_))
      arrive(input);
  }

  /// The step of `input` is over. May resume the consumer, who may destroy this.
  void arrive(merged_input<T> &input) noexcept {
    {
      std::lock_guard lock(mutex_);
      (last_ ? last_->next : first_) = std::addressof(input);
      last_ = std::addressof(input);
      if (waiter *consumer = consumers_.front())
        static_cast<arrival_operation *>(consumer)->complete();
      if (--pending_ == 0)
        while (waiter *closer = closers_.front())
          static_cast<idle_operation *>(closer)->complete();
    }
    resume_ready();
  }

  /// Whether there are streams that have not ended.
  bool open() const noexcept { return open_ > 0; }
  void one_ended() noexcept { --open_; }

  /// `co_await m.arrival()` waits for a stream that has come to something, and takes it out of the line.
  auto arrival() noexcept { return waiting_for<arrival_operation>{*this}; }

  /// `co_await m.close()` stops the steps, waits for their end, and closes the streams that are owned.
  task<> close() {
    request_stop_of(stop_);
    auto idle = waiting_for<idle_operation>{*this};
    co_await idle;
    std::exception_ptr failure;
    for (auto &input : inputs_) {
      try {
        co_await input->close();
      } catch (...) {
        if (!failure)
          failure = std::current_exception();
      }
    }
    if (failure)
      std::rethrow_exception(std::move(failure));
  }

private:
  template <class, class> friend class wait_operation;

  template <class Operation> struct [[nodiscard]] waiting_for {
    Operation operator co_await() const noexcept { return Operation(from); }
    merging &from;
  };

  class arrival_operation final : public wait_operation<merging, arrival_operation> {
    using base = wait_operation<merging, arrival_operation>;

  public:
    using base::base;
    ~arrival_operation() { this->leave(); }
    merged_input<T> &await_resume() {
      this->finish();
      return this->primitive().take();
    }

  private:
    friend base;
    bool try_complete() const noexcept { return this->primitive().first_; }
    waiting_list &line() noexcept { return this->primitive().consumers_; }
  };

  class idle_operation final : public wait_operation<merging, idle_operation> {
    using base = wait_operation<merging, idle_operation>;

  public:
    using base::base;
    ~idle_operation() { this->leave(); }
    void await_resume() { this->finish(); }

  private:
    friend base;
    bool try_complete() const noexcept { return this->primitive().pending_ == 0; }
    waiting_list &line() noexcept { return this->primitive().closers_; }
  };

  merged_input<T> &take() noexcept {
    std::lock_guard lock(mutex_);
    merged_input<T> &input = *first_;
    first_ = std::exchange(input.next, nullptr);
    if (!first_)
      last_ = nullptr;
    return input;
  }

  std::vector<std::unique_ptr<merged_input<T>>> inputs_;
  std::size_t open_ = 0;
  std::stop_source stop_;
  std::stop_token stop_token_;
  std::mutex mutex_;
  std::size_t pending_ = 0; // steps under way
  merged_input<T> *first_ = nullptr, *last_ = nullptr;
  waiting_list consumers_;
  waiting_list closers_;
};

/// \tparam S a reference type for a stream that is borrowed.
template <class S, class T> class merged_stream final : public merged_input<T> {
  using source_type = decltype(std::declval<S &>().source());

public:
  merged_stream(S &&stream, merging<T> &to)
      : stream_(std::forward<S>(stream)), source_(stream_.source()), to_(to) {
    this->resume = [](resumable *self) noexcept {
      auto &input = *static_cast<merged_stream *>(self);
      input.settle();
      input.to_.arrive(input);
    };
  }
  ~merged_stream() override {
    if (pending_)
      source_.abandon();
  }

  bool step(const std::stop_token &stop) noexcept override {
    try {
      source_.use_stop_token(std::addressof(stop));
      source_.begin_step();
      pending_ = true;
      if (!source_.pull() && source_.wait(static_cast<resumable *>(this)))
        return false;
      settle();
    } catch (...) {
      source_.abandon();
      fail();
    }
    return true;
  }

  task<> close() override {
    if constexpr (wants_close<S> && !std::is_lvalue_reference_v<S>)
      co_await stream_.close();
    co_return;
  }

private:
  void settle() noexcept {
    pending_ = false;
    try {
      this->item = source_.take();
    } catch (...) {
      fail();
    }
  }
  void fail() noexcept {
    pending_ = false;
    this->item = nullptr;
    this->error = std::current_exception();
  }

  S stream_;
  source_type source_;
  merging<T> &to_;
  bool pending_ = false;
};

template <class Item> using merging_of = merging<std::remove_reference_t<Item>>;

template <class Item> generator_of<Item> merge_all(std::unique_ptr<merging_of<Item>> streams) {
  auto &from = co_await on_exit([](std::unique_ptr<merging_of<Item>> &streams) { return streams->close(); },
                                std::move(streams));
  co_await first_step();
  from->start();
  while (from->open()) {
    auto &input = co_await from->arrival();
    if (input.error)
      std::rethrow_exception(std::move(input.error));
    if (!input.item) {
      from->one_ended();
      continue;
    }
    co_yield static_cast<Item>(*input.item);
    from->advance(input);
  }
}

/// Adds a stream, as a native one, whose items are such.
template <class Item, class S> void add_to(merging_of<Item> &streams, S &&s) {
  using item_type = std::remove_reference_t<Item>;
  if constexpr (!native_stream<std::remove_reference_t<S>> || !std::same_as<Item, item_of_t<input_of<S>>>) {
    using generator = generator_of<Item>;
    streams.add(std::make_unique<merged_stream<generator, item_type>>(
        as_generator_of<Item>(std::forward<S>(s)), streams));
  } else {
    streams.add(std::make_unique<merged_stream<S, item_type>>(std::forward<S>(s), streams));
  }
}

template <class Range>
concept range_of_streams = !streamable<Range> && std::ranges::input_range<Range> &&
                           streamable<std::ranges::range_reference_t<Range>>;

} // namespace detail

/// `merge(a, b, ...)`: the items of all the streams, as they come. An lvalue is borrowed.
template <class... S>
  requires(sizeof...(S) > 0 && !(sizeof...(S) == 1 && (detail::range_of_streams<S> || ...)))
[[nodiscard]] ASYNCITER_CORO_WRAPPER auto merge(S &&...streams) {
  if constexpr ((detail::check_stream<S>() && ...)) {
    using item = detail::common_item_of<S...>;
    auto merging = std::make_unique<detail::merging_of<item>>();
    (detail::add_to<item>(*merging, std::forward<S>(streams)), ...);
    return detail::registered(detail::merge_all<item>(std::move(merging)));
  } else {
    return detail::rejected();
  }
}

/// `merge(range)`: the same for a sync range of streams. Those in a container that is given away are owned,
/// others are borrowed.
template <detail::range_of_streams Range> [[nodiscard]] ASYNCITER_CORO_WRAPPER auto merge(Range &&range) {
  using read = std::ranges::range_reference_t<Range>;
  using part =
      std::conditional_t<!std::is_lvalue_reference_v<Range> && !std::ranges::view<std::remove_cvref_t<Range>>,
                         std::remove_reference_t<read> &&, read>;
  using item = detail::item_of_t<detail::input_of<part>>;
  auto merging = std::make_unique<detail::merging_of<item>>();
  for (auto &&each : range)
    detail::add_to<item>(*merging, static_cast<part>(each));
  return detail::registered(detail::merge_all<item>(std::move(merging)));
}

} // namespace asynciter
