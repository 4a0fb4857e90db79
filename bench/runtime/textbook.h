// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The textbook designs, written leanly: what ours is compared to.
//
// `textbook::async_generator` is called T in the tables. It is the design of cppcoro, QCoro and the
// literature: the consumer suspends for every item, both sides hand over by symmetric transfer, the promise
// keeps the consumer, a pointer to the item (null is the end) and an exception.
//
// `textbook::generator` is called S. It is the sync generator of C++23, std::generator ([coro.generator],
// P2502), as far as an `int` needs it: the outermost generator resumes the innermost, which `elements_of`
// nests.
#pragma once

#include <coroutine>
#include <exception>
#include <iterator>
#include <memory>
#include <utility>

namespace textbook {

/// Suspends and transfers to another coroutine.
struct transfer {
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<>) const noexcept { return to; }
  void await_resume() const noexcept {}
  std::coroutine_handle<> to;
};

/// The only owner of a coroutine.
template <class Promise> class owner {
public:
  explicit owner(Promise &promise) noexcept
      : coroutine_(std::coroutine_handle<Promise>::from_promise(promise)) {}
  owner(owner &&other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  owner &operator=(owner &&other) noexcept {
    std::swap(coroutine_, other.coroutine_);
    return *this;
  }
  ~owner() {
    if (coroutine_)
      coroutine_.destroy();
  }
  std::coroutine_handle<Promise> coroutine() const noexcept { return coroutine_; }

private:
  std::coroutine_handle<Promise> coroutine_;
};

/// A lazy coroutine with one result, which default-constructs.
template <class T> class [[nodiscard]] task {
public:
  class promise_type {
  public:
    task get_return_object() noexcept { return task(*this); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    transfer final_suspend() const noexcept { return {consumer_}; }
    void return_value(T value) noexcept { value_ = std::move(value); }
    void unhandled_exception() noexcept { failure_ = std::current_exception(); }

  private:
    friend task;
    std::coroutine_handle<> consumer_;
    std::exception_ptr failure_;
    T value_{};
  };

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) const noexcept {
    frame_.coroutine().promise().consumer_ = consumer;
    return frame_.coroutine();
  }
  T await_resume() const {
    promise_type &promise = frame_.coroutine().promise();
    if (promise.failure_)
      std::rethrow_exception(std::exchange(promise.failure_, nullptr));
    return std::move(promise.value_);
  }

private:
  explicit task(promise_type &promise) noexcept : frame_(promise) {}
  owner<promise_type> frame_;
};

/// T.
template <class T> class [[nodiscard]] async_generator {
public:
  class promise_type {
  public:
    async_generator get_return_object() noexcept { return async_generator(*this); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    transfer yield_value(T &item) noexcept {
      item_ = std::addressof(item);
      return {consumer_};
    }
    transfer yield_value(T &&item) noexcept {
      item_ = std::addressof(item);
      return {consumer_};
    }
    transfer final_suspend() noexcept {
      item_ = nullptr;
      return {consumer_};
    }
    void return_void() const noexcept {}
    void unhandled_exception() noexcept { failure_ = std::current_exception(); }

  private:
    friend async_generator;
    std::coroutine_handle<> consumer_;
    std::exception_ptr failure_;
    T *item_ = nullptr;
  };

  /// `co_await g.next()` gives a pointer to the item, or null at the end.
  auto next() noexcept {
    struct step {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<> consumer) const noexcept {
        producer.promise().consumer_ = consumer;
        return producer;
      }
      T *await_resume() const {
        promise_type &promise = producer.promise();
        if (!promise.item_ && promise.failure_)
          std::rethrow_exception(std::exchange(promise.failure_, nullptr));
        return promise.item_;
      }
      std::coroutine_handle<promise_type> producer;
    };
    return step{frame_.coroutine()};
  }

private:
  explicit async_generator(promise_type &promise) noexcept : frame_(promise) {}
  owner<promise_type> frame_;
};

/// `co_yield elements_of(g)` in a `generator` yields the items of another one.
template <class Generator> struct elements_of {
  Generator items;
};
template <class Generator> elements_of(Generator &&) -> elements_of<Generator &&>;

/// S.
template <class T> class [[nodiscard]] generator {
public:
  class promise_type;
  using handle = std::coroutine_handle<promise_type>;

  class promise_type {
  public:
    promise_type() noexcept : root_(this), parent_or_leaf_(handle::from_promise(*this)) {}
    generator get_return_object() noexcept { return generator(*this); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always yield_value(T &item) noexcept {
      root_->item_ = std::addressof(item);
      return {};
    }
    std::suspend_always yield_value(T &&item) noexcept {
      root_->item_ = std::addressof(item);
      return {};
    }

    class nesting {
    public:
      explicit nesting(generator child) noexcept : child_(std::move(child)) {}
      bool await_ready() const noexcept { return child_.frame_.coroutine().done(); }
      handle await_suspend(handle parent) noexcept {
        promise_type &promise = child_.frame_.coroutine().promise();
        promise.root_ = parent.promise().root_;
        promise.parent_or_leaf_ = parent;
        promise.failure_of_nested_ = &failure_;
        promise.root_->parent_or_leaf_ = child_.frame_.coroutine();
        return child_.frame_.coroutine();
      }
      void await_resume() const {
        if (failure_)
          std::rethrow_exception(failure_);
      }

    private:
      generator child_;
      std::exception_ptr failure_;
    };
    nesting yield_value(elements_of<generator &&> nested) noexcept {
      return nesting(std::move(nested.items));
    }

    struct end {
      bool await_ready() const noexcept { return false; }
      std::coroutine_handle<> await_suspend(handle ended) const noexcept {
        promise_type &promise = ended.promise();
        if (promise.root_ == &promise)
          return std::noop_coroutine();
        promise.root_->parent_or_leaf_ = promise.parent_or_leaf_;
        return promise.parent_or_leaf_;
      }
      void await_resume() const noexcept {}
    };
    end final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() {
      if (!failure_of_nested_)
        throw;
      *failure_of_nested_ = std::current_exception();
    }

  private:
    friend generator;
    promise_type *root_;
    handle parent_or_leaf_; // in the root the innermost generator, in the others who nested it
    std::exception_ptr *failure_of_nested_ = nullptr;
    T *item_ = nullptr; // in the root's only
  };

  class iterator {
  public:
    explicit iterator(handle root) noexcept : root_(root) {}
    iterator &operator++() {
      root_.promise().parent_or_leaf_.resume();
      return *this;
    }
    T &operator*() const noexcept { return *root_.promise().item_; }
    friend bool operator==(const iterator &it, std::default_sentinel_t) noexcept { return it.root_.done(); }

  private:
    handle root_;
  };

  iterator begin() {
    frame_.coroutine().resume();
    return iterator(frame_.coroutine());
  }
  std::default_sentinel_t end() const noexcept { return {}; }

private:
  explicit generator(promise_type &promise) noexcept : frame_(promise) {}
  owner<promise_type> frame_;
};

} // namespace textbook
