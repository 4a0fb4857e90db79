// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The result of something that ends once: nothing yet, a value, or an exception.
//
// It is what a task's frame, a blocking entry and an offloaded job have in common: one side writes it, then
// (with synchronisation that is not the outcome's business) the other side takes it.
#pragma once

#include <cassert>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

namespace asynciter::detail {

/// Stands for the value of an `outcome<void>`.
struct unit {};

/// Holds nothing, a `T`, or an exception. A reference is held as a pointer and a `void` as nothing at all.
/// Not thread-safe.
template <class T> class outcome {
  using stored = std::conditional_t<std::is_void_v<T>, unit,
                                    std::conditional_t<std::is_reference_v<T>, std::add_pointer_t<T>, T>>;

public:
  /// Stores the value. If its constructor throws, the outcome stays empty.
  template <class... Args> void emplace(Args &&...args) {
    if constexpr (std::is_reference_v<T>)
      state_.template emplace<1>(std::addressof(args)...);
    else
      state_.template emplace<1>(std::forward<Args>(args)...);
  }

  /// Stores the exception that is being handled.
  void capture_current_exception() noexcept { state_.template emplace<2>(std::current_exception()); }

  /// Stores an exception in place of a value; an exception that is there stays.
  void fail_first(std::exception_ptr failure) noexcept {
    if (state_.index() != 2)
      state_.template emplace<2>(std::move(failure));
  }

  /// Calls `f` and stores what it returns or throws.
  template <class F> void capture(F &&f) noexcept {
    try {
      if constexpr (std::is_void_v<T>) {
        std::invoke(std::forward<F>(f));
        emplace();
      } else {
        emplace(std::invoke(std::forward<F>(f)));
      }
    } catch (...) {
      capture_current_exception();
    }
  }

  /// Whether nothing has been stored yet.
  [[nodiscard]] bool empty() const noexcept { return state_.index() == 0; }

  /// Moves the value out, or throws the exception. Requires `!empty()`.
  T take() {
    assert(!empty() && "the result is not there yet");
    if (state_.index() == 2)
      std::rethrow_exception(std::move(std::get<2>(state_)));
    if constexpr (std::is_void_v<T>)
      return;
    else if constexpr (std::is_reference_v<T>)
      return static_cast<T>(*std::get<1>(state_));
    else
      return std::move(std::get<1>(state_));
  }

private:
  std::variant<std::monostate, stored, std::exception_ptr> state_;
};

} // namespace asynciter::detail
