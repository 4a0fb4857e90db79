// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of folly::coro::AsyncPipe; not folly's code.
#pragma once
#include <folly/coro/AsyncGenerator.h>
#include <cstddef>
#include <utility>

namespace folly {
template <class Signature> class Function;
template <> class Function<void()> {
public:
  Function(std::nullptr_t) noexcept;
  template <class F> Function(F) noexcept {}
  Function(Function &&) noexcept;
  ~Function();
};

namespace coro {
template <class T> class AsyncPipe {
public:
  AsyncPipe(AsyncPipe &&) noexcept;
  AsyncPipe &operator=(AsyncPipe &&);
  ~AsyncPipe();
  static std::pair<AsyncGenerator<T &&>, AsyncPipe>
  create(Function<void()> OnClosed = nullptr);
  template <class U> bool write(U &&) const;
  void close() &&;
};
template <class T> class BoundedAsyncPipe {
public:
  BoundedAsyncPipe(BoundedAsyncPipe &&) noexcept;
  BoundedAsyncPipe &operator=(BoundedAsyncPipe &&);
  ~BoundedAsyncPipe();
  static std::pair<AsyncGenerator<T &&>, BoundedAsyncPipe>
  create(std::size_t Tokens, Function<void()> OnClosed = nullptr);
  void close() &&;
};
} // namespace coro
} // namespace folly
