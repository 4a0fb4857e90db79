// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-ins with the protocol of several libraries' awaited locks; not their
// code.
#pragma once
#include <coroutine>
#include <mutex>

namespace stand_in {
template <class T> struct awaited {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) const noexcept;
  T await_resume() const;
};
} // namespace stand_in

namespace cppcoro {
class async_mutex_lock;
class async_mutex {
public:
  bool try_lock() noexcept;
  stand_in::awaited<void> lock_async() noexcept;
  stand_in::awaited<async_mutex_lock> scoped_lock_async() noexcept;
  void unlock();
};
class async_mutex_lock {
public:
  explicit async_mutex_lock(async_mutex &mutex, std::adopt_lock_t) noexcept : m_mutex(&mutex) {}
  async_mutex_lock(async_mutex_lock &&other) noexcept : m_mutex(other.m_mutex) { other.m_mutex = nullptr; }
  ~async_mutex_lock() {
    if (m_mutex)
      m_mutex->unlock();
  }

private:
  async_mutex *m_mutex;
};
class async_scope {
public:
  template <class Awaitable> void spawn(Awaitable &&);
  stand_in::awaited<void> join() noexcept;
};
} // namespace cppcoro

namespace folly::coro {
class Mutex {
public:
  bool try_lock() noexcept;
  stand_in::awaited<void> co_lock() noexcept;
  stand_in::awaited<std::unique_lock<Mutex>> co_scoped_lock() noexcept;
  void unlock() noexcept;
};
} // namespace folly::coro

namespace coro {
class mutex;
class scoped_lock {
public:
  explicit scoped_lock(mutex &m) : m_mutex(&m) {}
  scoped_lock(scoped_lock &&other) noexcept : m_mutex(other.m_mutex) { other.m_mutex = nullptr; }
  ~scoped_lock() { unlock(); }
  void unlock();

private:
  mutex *m_mutex;
};
class mutex {
public:
  stand_in::awaited<void> lock();
  stand_in::awaited<coro::scoped_lock> scoped_lock();
  bool try_lock();
  void unlock();
};
inline void scoped_lock::unlock() {
  if (m_mutex)
    m_mutex->unlock();
}
class semaphore {
public:
  stand_in::awaited<bool> acquire();
  stand_in::awaited<void> release();
};
} // namespace coro
