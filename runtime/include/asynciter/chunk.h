// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Several items of a stream at a time.
//
//     auto batches = rows | chunk(100);
//     while (auto batch = co_await batches.next())
//       co_await db.insert(*batch);                        // a std::vector<row> &
//
//     auto averages = samples | window(3) | transform(mean); // of 1 2 3, then 2 3 4, then 3 4 5
//
// `chunk` is std::views::chunk and `window` std::views::slide, for streams: chunks follow each other, and the
// last one may be shorter; windows overlap, each begins one item after the one before, and a stream of less
// than n items has none.
//
// Both keep items beyond their step, so they own them: those that the stream gives away are moved, those that
// it only refers to are copied. A chunk may be moved from; it is a vector of its own then, which the next
// chunk replaces. A window is const, since the next one shares its items.
//
// An exception, of the stream or of a callable, is thrown at once. What was kept is lost then, and the next
// step says end: a chunk or window over the gap would be none.
//
// A chunk waits for its last item. For one that is handed out after some time even if it is not full, that
// is not the means.
//
// Lifetime: what stream they take, and what they own of it, is as with filter.h. A chunk or window is valid
// until the next step.
//
// Cost: no coroutine. The vector is reused unless it is moved from;
// a window moves its n - 1 items by one place.
#pragma once

#include "asynciter/detail/pipeline.h"

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace asynciter {

namespace detail {

template <class Item> class chunk_stage {
  using chunk = std::vector<value_of<Item>>;

public:
  using input = std::remove_reference_t<Item>;
  using reference = chunk &&;

  explicit chunk_stage(std::size_t size) noexcept : size_(size) {}
  verdict step(input &item) {
    if (handed_out_) {
      chunk_.clear();
      handed_out_ = false;
    }
    chunk_.push_back(static_cast<Item>(item));
    handed_out_ = chunk_.size() >= size_;
    return handed_out_ ? verdict::deliver : verdict::skip;
  }
  chunk *out(input *) noexcept { return std::addressof(chunk_); }
  bool finish() noexcept { return !std::exchange(handed_out_, true); }

private:
  std::size_t size_;
  chunk chunk_;
  bool handed_out_ = true;
};

struct chunk_over {
  template <class S> auto operator()(S &&s) && {
    return fuse(std::forward<S>(s), chunk_stage<item_of_t<S>>(size));
  }
  std::size_t size;
};

template <class Item> class window_stage {
  using window = std::vector<value_of<Item>>;

public:
  using input = std::remove_reference_t<Item>;
  using reference = const window &;

  explicit window_stage(std::size_t size) noexcept : size_(size) {}
  verdict step(input &item) {
    if (window_.size() == size_)
      window_.erase(window_.begin());
    window_.push_back(static_cast<Item>(item));
    return window_.size() == size_ ? verdict::deliver : verdict::skip;
  }
  const window *out(input *) const noexcept { return std::addressof(window_); }
  bool finish() const noexcept { return false; }

private:
  std::size_t size_;
  window window_;
};

struct window_over {
  template <class S> auto operator()(S &&s) && {
    return fuse(std::forward<S>(s), window_stage<item_of_t<S>>(size));
  }
  std::size_t size;
};

} // namespace detail

/// `s | chunk(n)`: the items in vectors of `n`, the last of which may be shorter.
/// \throws std::invalid_argument if `size` is 0.
[[nodiscard]] inline auto chunk(std::size_t size) {
  return detail::adaptor{detail::chunk_over{detail::at_least_one(size)}};
}

/// The same as `s | chunk(n)`.
template <class S> [[nodiscard]] auto chunk(S &&s, std::size_t size) {
  return detail::pipe(std::forward<S>(s), detail::chunk_over{detail::at_least_one(size)});
}

/// `s | window(n)`: each item with the `n - 1` before it, as a const vector in the order of the stream; for
/// all items that have so many before them.
/// \throws std::invalid_argument if `size` is 0.
[[nodiscard]] inline auto window(std::size_t size) {
  return detail::adaptor{detail::window_over{detail::at_least_one(size)}};
}

/// The same as `s | window(n)`.
template <class S> [[nodiscard]] auto window(S &&s, std::size_t size) {
  return detail::pipe(std::forward<S>(s), detail::window_over{detail::at_least_one(size)});
}

} // namespace asynciter
