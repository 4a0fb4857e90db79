// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Adaptors that need no coroutine, and what is written after a `|`.
//
// A *stage* looks at one item after the other:
//
//     using input, reference     the item it takes (an object type), and what it hands out (`T &` or `T &&`)
//     verdict step(input &)      looks at an item
//     auto *out(input *)         what it hands out after it said `deliver`; called with the item of that
//     step,
//                                or with null after `finish`
//     bool exhausted() const     optional: it wants no more items; must be true after it said `end`
//     bool finish()              optional, for one that keeps items: there are no more, but is there one left
//     to
//                                hand out?
//
// An exception is thrown by the step that ran into it. The next one goes on with the next item; but with a
// stage that has a `finish`, and so keeps items, it says end: what it keeps has a gap.
//
// A *pipeline* is a stream, its root, with a stage. A pipeline that gets another stage is the same root with
// both stages in one, so that any number of adaptors is one loop over the root's source: no frame, no
// transfer and no virtual call between them.
#pragma once

#include "asynciter/detail/source.h"
#include "asynciter/detail/stream_input.h"
#include "asynciter/interop.h"
#include "asynciter/protocol.h"

#include <cassert>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace asynciter::detail {

enum class verdict : unsigned char { skip, deliver, end };

template <class Stage> bool is_exhausted(const Stage &stage) noexcept {
  if constexpr (requires { stage.exhausted(); })
    return stage.exhausted();
  else
    return false;
}

template <class Stage>
concept keeps_items = requires(Stage &stage) { stage.finish(); };

template <class Stage> bool finish(Stage &stage) {
  if constexpr (keeps_items<Stage>)
    return stage.finish();
  else
    return false;
}

/// Base of the stages that hand out the items which they take.
template <class Item> struct passing_stage {
  using input = std::remove_reference_t<Item>;
  using reference = Item;
  input *out(input *item) const noexcept { return item; }
};

/// Two stages as one.
template <class First, class Second> class composed {
  static constexpr bool keeps = keeps_items<First> || keeps_items<Second>;

public:
  using input = typename First::input;
  using reference = typename Second::reference;

  composed(First first, Second second) : first_(std::move(first)), second_(std::move(second)) {}

  verdict step(input &item) {
    const verdict said = first_.step(item);
    if (said == verdict::deliver) [[likely]] {
      auto *passed = first_.out(std::addressof(item));
      if constexpr (keeps)
        passed_ = passed;
      return second_.step(*passed);
    }
    if (said == verdict::skip)
      return said;
    return detail::finish(*this) ? verdict::deliver : verdict::end;
  }
  auto *out(input *item) {
    if constexpr (keeps)
      return second_.out(passed_);
    else
      return second_.out(first_.out(item));
  }
  bool exhausted() const noexcept { return is_exhausted(first_) || is_exhausted(second_); }
  bool finish()
    requires keeps
  {
    while (!is_exhausted(second_) && detail::finish(first_)) {
      passed_ = first_.out(nullptr);
      if (second_.step(*passed_) == verdict::deliver)
        return true;
    }
    passed_ = nullptr;
    return detail::finish(second_);
  }

private:
  struct nothing {};

  /// What the first handed to the second, which may have ended since without the first.
  [[no_unique_address]] std::conditional_t<keeps, typename Second::input *, nothing> passed_{};
  [[no_unique_address]] First first_;
  [[no_unique_address]] Second second_;
};

/// Keeps what a stage hands out: an object, or what a reference refers to.
template <class T> class slot {
  static constexpr bool in_place =
      std::is_trivially_copyable_v<T> && std::is_trivially_default_constructible_v<T>;

public:
  template <class... Arguments> void emplace(Arguments &&...arguments) {
    if constexpr (in_place)
      value_ = T(std::forward<Arguments>(arguments)...);
    else
      value_.emplace(std::forward<Arguments>(arguments)...);
  }
  T *get() noexcept {
    if constexpr (in_place)
      return std::addressof(value_);
    else
      return std::addressof(*value_);
  }

private:
  std::conditional_t<in_place, T, std::optional<T>> value_{};
};
template <class T>
  requires std::is_reference_v<T>
class slot<T> {
public:
  void emplace(T value) noexcept { value_ = std::addressof(value); }
  std::remove_reference_t<T> *get() noexcept { return value_; }

private:
  std::remove_reference_t<T> *value_ = nullptr;
};

/// Turns a `for` loop over a stream into one sentence.
class no_sync_range {
  struct position {
    int operator*() const { return 0; }
    position &operator++() { return *this; }
    bool operator!=(const position &) const { return false; }
  };

public:
  template <class Nothing = void> position begin() const {
    static_assert(
        !std::is_void_v<Nothing>,
        "asynciter: a stream has no synchronous for loop: use `while (auto item = co_await s.next())`, "
        "for_each or ASYNCITER_FOR");
    return {};
  }
  template <class Nothing = void> position end() const { return {}; }
};

/// Awaits one step of a source, and gives a step_result.
template <source Source> auto step_from(Source from) noexcept {
  auto result = [](auto *item) noexcept { return step_result<typename Source::item_type>(item); };
  return step_awaiter<Source, decltype(result)>(from, result);
}

/// A stream that another one is made of: owned, or borrowed if `Root` is an lvalue reference.
template <class Root> class root_of {
public:
  static constexpr bool is_closed = wants_close<Root> && !std::is_lvalue_reference_v<Root>;

  explicit root_of(Root &&root) : root_(std::forward<Root>(root)) {}
  auto source() noexcept { return root_.source(); }
  auto close() {
    if constexpr (is_closed)
      return root_.close();
    else
      return std::suspend_never();
  }
  Root &&give() noexcept { return static_cast<Root &&>(root_); }

private:
  Root root_;
};

/// A stream that is made of another one has one of these as its last member: it notes, in debug builds, that
/// a step of the other one is pending, and asserts that neither is destroyed nor moved meanwhile.
class pending_step {
#ifndef NDEBUG
public:
  pending_step() noexcept = default;
  pending_step(const pending_step &other) noexcept {
    assert(!other.pending_ && "a stream was moved while a step is pending");
  }
  pending_step &operator=(const pending_step &) = delete;
  ~pending_step() { assert(!pending_ && "a stream was destroyed while a step is pending"); }

  void begin() noexcept { pending_ = true; }
  void end() noexcept { pending_ = false; }
  /// Whether there was one that may have to be abandoned.
  bool end_early() noexcept { return std::exchange(pending_, false); }

private:
  bool pending_ = false;
#else
public:
  void begin() const noexcept {}
  void end() const noexcept {}
  bool end_early() const noexcept { return true; }
#endif
};

/// Says of a stream that there is no need to close it.
struct closes_nothing : no_sync_range {
  using nothing_to_close = void;
};
template <class Root>
using stream_over = std::conditional_t<root_of<Root>::is_closed, no_sync_range, closes_nothing>;

/// A stream with a stage; itself a stream and a source.
///
/// Owns its root, or borrows it if `Root` is an lvalue reference. May be moved while no step is pending.
/// Steps when the root is at its end say end again, as the root's do.
template <class Root, class Stage> class [[nodiscard]] pipeline : public stream_over<Root>, resumable {
  using root_source = decltype(std::declval<root_of<Root> &>().source());
  using input = typename Stage::input;
  /// Whether it has to remember itself that it is over: a root that is closed with it does so for nothing.
  static constexpr bool may_be_over = keeps_items<Stage> || !root_of<Root>::is_closed;

public:
  /// How the items are handed to consumers.
  using reference = typename Stage::reference;
  using value_type = std::remove_cvref_t<reference>;

  pipeline(Root &&root, Stage stage) : root_(std::forward<Root>(root)), stage_(std::move(stage)) {}
  pipeline(pipeline &&other)
      : root_(std::move(other.root_)), stage_(std::move(other.stage_)), over_(other.over_),
        root_step_(other.root_step_) {}
  pipeline &operator=(pipeline &&) = delete;

  /// `co_await p.next()` steps and gives a `step_result`. The item is valid until the next step starts.
  /// \throws (on co_await) what the root or a callable threw.
  [[nodiscard]] auto next() noexcept { return step_from(source()); }

  /// `co_await p.close()` closes the root if the pipeline owns it, and leaves one that is borrowed alone. The
  /// pipeline is then at its end.
  /// \throws (on co_await) what closing the root threw.
  [[nodiscard]] auto close() {
    over_ = true;
    return root_.close();
  }

  /// Where the items come from: see detail/source.h.
  [[nodiscard]] auto source() noexcept { return stage_source(*this); }

  /// The same root with one more stage.
  template <class Next> auto then(Next next) && {
    return pipeline<Root, composed<Stage, Next>>(root_.give(),
                                                 composed<Stage, Next>(std::move(stage_), std::move(next)));
  }

private:
  class stage_source {
  public:
    using item_type = std::remove_reference_t<reference>;
    explicit stage_source(pipeline &pipeline) noexcept : pipeline_(&pipeline) {}
    void use_stop_token(const std::stop_token *stop) noexcept { pipeline_->from().use_stop_token(stop); }
    void begin_step() const noexcept {}
    bool pull() { return pipeline_->pull(); }
    bool wait(continuation consumer) noexcept { return pipeline_->wait(consumer); }
    item_type *take() { return pipeline_->take(); }
    void abandon() noexcept { pipeline_->abandon(); }

  private:
    pipeline *pipeline_;
  };

  root_source from() noexcept { return root_.source(); }

  /// Whether the step is over.
  bool pull() {
    if constexpr (may_be_over)
      if (over_) {
        item_ = nullptr;
        return true;
      }
    if constexpr (keeps_items<Stage>) {
      try {
        return pull_items();
      } catch (...) {
        over_ = true;
        throw;
      }
    } else {
      return pull_items();
    }
  }

  bool pull_items() {
    root_source from = this->from();
    for (;;) {
      if (is_exhausted(stage_))
        return come_to_end();
      from.begin_step();
      root_step_.begin();
      if (!from.pull())
        return false;
      root_step_.end();
      if (settle(from.take()))
        return true;
    }
  }

  /// The root's step is over: whether ours is.
  bool settle(input *item) {
    if (!item) [[unlikely]]
      return come_to_end();
    switch (stage_.step(*item)) {
    case verdict::skip:
      return false;
    case verdict::deliver:
      item_ = stage_.out(item);
      return true;
    case verdict::end:
      break;
    }
    item_ = nullptr;
    return true;
  }

  bool come_to_end() {
    item_ = finish(stage_) ? stage_.out(nullptr) : nullptr;
    return true;
  }

  bool settle_after_wait() noexcept {
    const counts_as_coroutine calls;
    try {
      root_step_.end();
      return settle(from().take()) || pull();
    } catch (...) {
      failure_ = std::current_exception();
      over_ = keeps_items<Stage>;
      abandon();
      return true;
    }
  }

  bool wait(continuation consumer) noexcept {
    waiting_ = consumer.bits();
    resume = [](resumable *self) noexcept {
      auto &over = *static_cast<pipeline *>(self);
      if (over.settle_after_wait() || !over.wait_for_root())
        continuation::from_bits(over.waiting_).resume();
    };
    return wait_for_root();
  }

  bool wait_for_root() noexcept {
    while (!from().wait(static_cast<resumable *>(this)))
      if (settle_after_wait())
        return false;
    return true;
  }

  std::remove_reference_t<reference> *take() {
    if (failure_) [[unlikely]]
      std::rethrow_exception(std::exchange(failure_, nullptr));
    return item_;
  }

  /// A step in which a callable threw is over for the root.
  void abandon() noexcept {
    if (root_step_.end_early())
      from().abandon();
  }

  root_of<Root> root_;
  [[no_unique_address]] Stage stage_;
  std::remove_reference_t<reference> *item_ = nullptr;
  std::uintptr_t waiting_ = 0;
  std::exception_ptr failure_;
  bool over_ = false; // closed, or failed and not to go on
  [[no_unique_address]] pending_step root_step_;
};

template <class S> inline constexpr bool is_pipeline = false;
template <class Root, class Stage> inline constexpr bool is_pipeline<pipeline<Root, Stage>> = true;

/// Puts a stage over a native stream. An lvalue is borrowed.
template <class S, class Stage> auto fuse(S &&s, Stage stage) {
  if constexpr (is_pipeline<S>)
    return std::move(s).then(std::move(stage));
  else
    return pipeline<S, Stage>(std::forward<S>(s), std::move(stage));
}

/// What is written after a `|`: `F` is called with a native stream.
template <class F> struct adaptor {
  [[no_unique_address]] F apply;
};

/// One without arguments, which need not be called.
template <class F> struct plain_adaptor : adaptor<F> {
  [[nodiscard]] constexpr adaptor<F> operator()() const { return *this; }
  template <class S> [[nodiscard]] ASYNCITER_CORO_WRAPPER auto operator()(S &&s) const;
};

template <class F> void derives_from_adaptor(const adaptor<F> &);
template <class A>
concept some_adaptor = requires(const A &a) { derives_from_adaptor(a); };

/// What an adaptor is given that keeps so many items.
/// \throws std::invalid_argument for none
inline std::size_t at_least_one(std::size_t items) {
  if (items == 0)
    throw std::invalid_argument("asynciter: chunk, window and buffer need room for an item at least");
  return items;
}

/// Stands for what an adaptor would have given, after an error that was reported.
struct rejected {
  bool await_ready() const;
  void await_suspend(std::coroutine_handle<>) const;
  rejected await_resume() const;
};

/// Whether `S` is a stream of any shape; reports it if not.
template <class S> constexpr bool check_stream() {
  using type = std::remove_cvref_t<S>;
  constexpr bool is_stream = streamable<S>, is_reported = std::same_as<type, rejected>;
  static_assert(is_stream || is_reported || !std::ranges::range<type>,
                "asynciter: an adaptor needs an async stream, and this is a sync range: lift it with "
                "asynciter::async_stream(range)");
  static_assert(
      is_stream || is_reported || std::ranges::range<type>,
      "asynciter: an adaptor needs an async stream, something whose `co_await s.next()` gives an item or "
      "the end");
  return is_stream;
}

/// Applies `f` to a stream, which is made native if it is not.
template <class S, class F> ASYNCITER_CORO_WRAPPER auto pipe(S &&s, F &&f) {
  if constexpr (native_stream<std::remove_reference_t<S>>)
    return std::forward<F>(f)(std::forward<S>(s));
  else if constexpr (check_stream<S>())
    return std::forward<F>(f)(as_generator(std::forward<S>(s)));
  else
    return rejected();
}

template <class F> template <class S> auto plain_adaptor<F>::operator()(S &&s) const {
  return pipe(std::forward<S>(s), F(this->apply));
}

template <class S, class F>
  requires(!some_adaptor<S>)
ASYNCITER_CORO_WRAPPER auto operator|(S &&s, adaptor<F> to) {
  return pipe(std::forward<S>(s), std::move(to.apply));
}

/// One adaptor after the other.
template <class F, class G> struct both_adaptors {
  template <class S> ASYNCITER_CORO_WRAPPER auto operator()(S &&s) && {
    return pipe(std::move(first)(std::forward<S>(s)), std::move(second));
  }
  [[no_unique_address]] F first;
  [[no_unique_address]] G second;
};

template <class F, class G> auto operator|(adaptor<F> first, adaptor<G> second) {
  return adaptor<both_adaptors<F, G>>{{std::move(first.apply), std::move(second.apply)}};
}

} // namespace asynciter::detail
