// RUN: %verify %s
//
// A promise may take `co_yield` and hand out no items: as a looser `co_await`, or
// to await what it is given. Its coroutines are tasks, whose results are results.
#include <coroutine>
#include <memory>
#include <utility>

namespace app {
struct nursery_tag {};
template <class T> class promise;
template <class T> class task {
public:
  using promise_type = promise<T>;
  struct awaiter {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) noexcept;
    T await_resume();
  };
  awaiter operator co_await() noexcept;
};
template <class T> struct attempt {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume();
};
template <class T> class promise_base {
public:
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept;
  template <class U> U &&await_transform(U &&Awaited) { return std::forward<U>(Awaited); }
  template <class U>
    requires std::derived_from<U, nursery_tag>
  auto yield_value(U &&Opened) {
    return await_transform(std::forward<U>(Opened));
  }
  template <class U> attempt<U> yield_value(attempt<U> Tried) { return std::move(Tried); }
};
template <class T> class promise : public promise_base<T> {
public:
  task<T> get_return_object();
  void return_value(T);
};
// One that does hand out items, whatever else it takes.
template <class T> class chain {
public:
  class promise_type : public promise_base<T> {
  public:
    using promise_base<T>::yield_value;
    std::suspend_always yield_value(T *) noexcept;
    chain get_return_object();
    void return_void();
  };
  task<std::unique_ptr<T>> next();
};
} // namespace app

void use(int);
app::task<std::unique_ptr<int>> fetch();
template <class T> app::task<T> made(T);

app::task<int> read_ok() {
  auto one = co_await fetch();
  use(*one);
  auto other = co_await made(std::make_unique<int>(1));
  use(*other);
  co_return *co_await fetch();
}
app::task<int> read_bad(app::chain<int> links) {
  auto one = co_await links.next(); // expected-note {{the step is here}}
  use(*one); // expected-warning {{`one` is read without a test for end}}
  co_return 1;
}
