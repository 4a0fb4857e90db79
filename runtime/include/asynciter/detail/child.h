// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A coroutine that awaits one thing on behalf of somebody who is not a coroutine, or who awaits several
// things at once: sync_wait, when_all, when_any, async_scope.
//
// A child is started by its owner, runs with the owner's stop token, keeps the result of what it awaited, and
// tells the owner when it has ended. It never transfers to anybody at its end: the owner resumes whoever
// waits for it through the ready list, so that the child's frame may be destroyed by then, also by another
// thread.
#pragma once

#include "asynciter/detail/frame.h"
#include "asynciter/detail/outcome.h"
#include "asynciter/detail/promise.h"
#include "asynciter/detail/waiting_list.h"
#include "asynciter/stop.h"

#include <atomic>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>
#include <ranges>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace asynciter::detail {

class child_promise_base;

/// Who starts children and is told when they have ended.
class child_owner {
public:
  explicit child_owner(std::stop_token stop) noexcept : stop_(std::move(stop)) {}
  child_owner(const child_owner &) = delete;
  child_owner &operator=(const child_owner &) = delete;

  /// Called on the thread on which the child ended. The child is suspended at its end, and may be destroyed.
  virtual void finished(child_promise_base &child) noexcept = 0;

  /// The children's stop token.
  const std::stop_token &stop_token() const noexcept { return stop_; }

protected:
  ~child_owner() = default;

private:
  std::stop_token stop_;
};

class child_promise_base : public frame_memory<recycling> {
public:
  explicit child_promise_base(std::coroutine_handle<> coroutine) noexcept : coroutine_(coroutine) {}
  child_promise_base(const child_promise_base &) = delete;
  child_promise_base &operator=(const child_promise_base &) = delete;

  lazy_start initial_suspend() const noexcept { return {}; }
  auto final_suspend() noexcept {
    struct tell {
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<>) const noexcept {
        coroutine_suspended();
        self->owner_->finished(*self);
      }
      void await_resume() const noexcept {}
      child_promise_base *self;
    };
    return tell{this};
  }
  void unhandled_exception() noexcept { error_ = std::current_exception(); }

  template <awaitable A> auto await_transform(A &&operand) {
    return tracking_awaiter<decltype(get_awaiter(std::forward<A>(operand)))>(std::forward<A>(operand),
                                                                             stop());
  }

  const std::stop_token *stop() const noexcept { return &owner_->stop_token(); }

  void start(child_owner &owner) noexcept {
    owner_ = &owner;
    resume_inside(coroutine_);
  }
  void destroy() noexcept { coroutine_.destroy(); }

  /// What ended it, if that was an exception.
  const std::exception_ptr &error() const noexcept { return error_; }

  std::size_t index = 0; // among its siblings
  child_promise_base *next = nullptr, *previous = nullptr;

private:
  std::coroutine_handle<> coroutine_;
  child_owner *owner_ = nullptr;
  std::exception_ptr error_;
};

template <class T> class child;

template <class T> class child_promise final : public child_promise_base {
public:
  child_promise() noexcept : child_promise_base(std::coroutine_handle<child_promise>::from_promise(*this)) {}
  child<T> get_return_object() noexcept { return child<T>(*this); }
  template <class U = T>
    requires std::convertible_to<U, T>
  void return_value(U &&value) {
    value_.emplace(std::forward<U>(value));
  }
  T take() { return value_.take(); }

private:
  outcome<T> value_;
};

template <> class child_promise<void> final : public child_promise_base {
public:
  child_promise() noexcept : child_promise_base(std::coroutine_handle<child_promise>::from_promise(*this)) {}
  child<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const noexcept {}
};

/// Owns a child.
template <class T> class child {
public:
  using promise_type = child_promise<T>;

  explicit child(promise_type &promise) noexcept : promise_(&promise) {}
  child(child &&other) noexcept : promise_(std::exchange(other.promise_, nullptr)) {}
  child &operator=(child &&other) noexcept {
    std::swap(promise_, other.promise_);
    return *this;
  }
  ~child() {
    if (promise_)
      promise_->destroy();
  }

  promise_type &promise() const noexcept { return *promise_; }
  promise_type &release() noexcept { return *std::exchange(promise_, nullptr); }

private:
  promise_type *promise_;
};

inline child<void> child_promise<void>::get_return_object() noexcept { return child<void>(*this); }

/// What a child keeps of a result of type `T`: an rvalue reference becomes an object.
template <class T>
using kept_result_t = std::conditional_t<std::is_rvalue_reference_v<T>, std::remove_cvref_t<T>, T>;

/// What a child keeps of an operand: an rvalue is moved into its frame, if it can be moved.
template <class A>
using kept_operand_t = std::conditional_t<
    std::is_lvalue_reference_v<A>, A,
    std::conditional_t<std::move_constructible<std::remove_cvref_t<A>>, std::remove_cvref_t<A>, A &&>>;

/// A child that awaits `operand`, which is moved into its frame if `A` is not a reference.
template <class A, class T = kept_result_t<await_result_t<A>>> child<T> make_child(A operand) {
  co_return co_await static_cast<A &&>(operand);
}

/// Awaits several children at once, for when_all and when_any: the awaiting coroutine as a waiter, and the
/// owner of the children. As soon as one child is *decisive* the others are stopped, and those not started
/// yet stay so; the awaiting coroutine goes on when all that were started have ended.
class child_group final : public child_owner, public waiter {
public:
  enum class decisive : bool { failure, any_end };

  child_group(decisive when, std::stop_source stop) noexcept
      : child_owner(stop.get_token()), stop_(std::move(stop)), when_(when) {}

  /// Starts children on behalf of `waiting`; `for_each` calls its argument with each promise. Gives false if
  /// all have ended already.
  template <class Promise, class ForEach>
  bool start(std::coroutine_handle<Promise> waiting, ForEach for_each) {
    coroutine = waiting;
    if (const std::stop_token *stop = stop_of(waiting); stop && stop->stop_possible())
      parent_stop_.connect(*stop, stop_);
    std::size_t index = 0;
    for_each([&](child_promise_base &child) {
      child.index = index++;
      if (decided())
        return;
      running_.fetch_add(1, std::memory_order_relaxed);
      child.start(*this);
    });
    return running_.fetch_sub(1, std::memory_order_acq_rel) != 1;
  }

  /// The decisive child, if there is one.
  child_promise_base *decided() const noexcept { return decided_.load(std::memory_order_acquire); }

  void finished(child_promise_base &child) noexcept override {
    if (when_ == decisive::any_end || child.error()) {
      child_promise_base *nobody = nullptr;
      if (decided_.compare_exchange_strong(nobody, &child, std::memory_order_acq_rel))
        request_stop_of(stop_);
    }
    if (running_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      make_ready();
      resume_ready();
    }
  }

private:
  std::stop_source stop_;
  stop_link parent_stop_;
  std::atomic<child_promise_base *> decided_ = nullptr;
  std::atomic<std::size_t> running_ = 1; // 1 while they are being started
  decisive when_;
};

/// Children of different types, or any number of the same type.
template <class... T> using child_tuple = std::tuple<child<T>...>;
template <class T> using child_vector = std::vector<child<T>>;

template <class... T, class F> void for_each_child(child_tuple<T...> &children, F f) {
  std::apply([&](auto &...each) { (f(each.promise()), ...); }, children);
}
template <class T, class F> void for_each_child(child_vector<T> &children, F f) {
  for (auto &each : children)
    f(each.promise());
}

/// Suspends while `Children` run; a derived class says what their results are.
template <class Children> class child_group_awaiter {
public:
  child_group_awaiter(child_group::decisive when, Children children)
      : group_(when, std::stop_source()), children_(std::move(children)) {}
  child_group_awaiter(const child_group_awaiter &) = delete;
  child_group_awaiter &operator=(const child_group_awaiter &) = delete;

  bool await_ready() const noexcept { return false; }
  template <class Promise> bool await_suspend(std::coroutine_handle<Promise> waiting) {
    return group_.start(waiting, [this](auto start) { for_each_child(children_, start); });
  }

protected:
  child_group group_;
  Children children_;
};

/// What when_all and when_any give: children that are started when it is awaited.
template <class Awaiter, class Children, child_group::decisive When> class [[nodiscard]] group_awaitable {
public:
  explicit group_awaitable(Children children) noexcept : children_(std::move(children)) {}
  Awaiter operator co_await() && { return Awaiter(When, std::move(children_)); }

private:
  Children children_;
};

/// What is awaited of a range: its elements, moved out of a container that is given away.
template <class Range>
using range_part_t =
    std::conditional_t<std::is_lvalue_reference_v<Range> || std::ranges::view<std::remove_cvref_t<Range>>,
                       std::ranges::range_reference_t<Range>, std::ranges::range_rvalue_reference_t<Range>>;

template <class Range>
concept range_of_awaitables =
    std::ranges::input_range<Range> && awaitable<kept_operand_t<range_part_t<Range>>> &&
    (std::is_lvalue_reference_v<range_part_t<Range>> || std::move_constructible<range_part_t<Range>>);

template <class Range> auto children_of(Range &range) {
  using part = range_part_t<Range>;
  using result = kept_result_t<await_result_t<kept_operand_t<part>>>;
  child_vector<result> children;
  if constexpr (std::ranges::sized_range<Range>)
    children.reserve(std::ranges::size(range));
  for (auto &&each : range)
    children.push_back(make_child<kept_operand_t<part>>(std::forward<part>(each)));
  return children;
}

/// `void` as a type that has a value.
template <class T> using value_or_unit_t = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// The same for members of containers, variants and structs, where a reference has to be wrapped.
template <class T>
using stored_result_t =
    std::conditional_t<std::is_lvalue_reference_v<T>, std::reference_wrapper<std::remove_reference_t<T>>,
                       value_or_unit_t<T>>;

template <class Result, class T> Result take_as(child<T> &from) {
  if constexpr (std::is_void_v<T>) {
    from.promise().take();
    return Result();
  } else {
    return from.promise().take();
  }
}

} // namespace asynciter::detail
