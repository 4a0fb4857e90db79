// RUN: %verify --rules=dangling-argument %s
//
// What a stream or task borrows, by every kind of borrow, and what becomes of it.
#include "user_stream.h"

#include <folly/coro/AsyncScope.h>
#include <seastar/generator.hh>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using app::stream;
using app::task;
using app::use;

struct reading {
  std::string name;
  int value;
};
std::string path();
std::vector<int> numbers();
reading measure();

stream<int> by_reference(const std::string &name) { // expected-note 1+ {{only refers}}
  co_yield static_cast<int>(name.size());
}
stream<int> by_value(std::string name) { co_yield static_cast<int>(name.size()); }
stream<int> by_rvalue(std::string &&name) { // expected-note 1+ {{only refers}}
  co_yield static_cast<int>(name.size());
}
stream<int> by_view(std::string_view name) { // expected-note 1+ {{only refers}}
  co_yield static_cast<int>(name.size());
}
stream<int> by_span(std::span<const int> all) { // expected-note 1+ {{only refers}}
  for (int one : all)
    co_yield one;
}
stream<int> by_pointer(const char *name) { // expected-note 1+ {{only refers}}
  co_yield name[0];
}
stream<int> by_number(const int *number) { // expected-note 1+ {{only refers}}
  co_yield *number;
}
stream<int> by_list(std::initializer_list<int> all) { // expected-note 1+ {{only refers}}
  for (int one : all)
    co_yield one;
}
stream<int> by_iterators(std::vector<int>::const_iterator from, std::vector<int>::const_iterator to) { // expected-note 1+ {{only refers}}
  for (; from != to; ++from)
    co_yield *from;
}
stream<int> by_wrapper(std::reference_wrapper<const std::string> name) { // expected-note 1+ {{only refers}}
  co_yield static_cast<int>(name.get().size());
}
template <class F> stream<int> by_callable(F turn) { // expected-note 1+ {{only refers}}
  for (int i = 0; i < 3; ++i)
    co_yield turn(i);
}

// A temporary ends with the expression; the stream is used after it.
task<> kept_bad() {
  auto a = by_reference(path());        // expected-warning {{`by_reference` borrows a temporary, which ends with this expression, before `a` is used}}
  auto b = by_reference("a literal");   // expected-warning {{`by_reference` borrows a temporary}}
  auto c = by_rvalue(path());           // expected-warning {{`by_rvalue` borrows a temporary}}
  auto d = by_view(path());             // expected-warning {{`by_view` borrows a temporary}}
  auto e = by_span(numbers());          // expected-warning {{`by_span` borrows a temporary}}
  auto f = by_pointer(path().c_str());  // expected-warning {{`by_pointer` borrows a temporary}}
  auto g = by_list({1, 2, 3});          // expected-warning {{`by_list` borrows a temporary}}
  auto h = by_iterators(numbers().begin(), // expected-warning {{`by_iterators` borrows a temporary}}
                        numbers().end()); // expected-warning {{`by_iterators` borrows a temporary}}
  auto i = by_reference(measure().name); // expected-warning {{`by_reference` borrows a temporary}}
  auto j = by_view(measure().name.substr(1)); // expected-warning {{`by_view` borrows a temporary}}
  auto k = by_span(std::span<const int>(numbers()).first(2)); // expected-warning {{`by_span` borrows a temporary}}
  for (auto *all : {&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k})
    while (auto item = co_await all->next())
      use(*item);
}
// What lives long enough, or is kept by value.
task<> kept_ok(std::string given, const std::string &lent) {
  std::string name = path();
  const std::string &extended = path();
  static const std::string fixed = "x";
  std::vector<int> values = numbers();
  auto a = by_reference(name);
  auto b = by_reference(given);
  auto c = by_reference(lent);
  auto d = by_reference(extended);
  auto e = by_reference(fixed);
  auto f = by_value(path());
  auto g = by_view("a literal");
  auto h = by_pointer("a literal");
  auto i = by_span(values);
  auto j = by_iterators(values.begin(), values.end());
  auto k = by_view(name);
  auto l = by_wrapper(std::cref(name));
  auto m = by_rvalue(std::move(name));
  auto n = by_callable([](int x) { return x; });
  for (auto *all : {&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k, &l, &m, &n})
    while (auto item = co_await all->next())
      use(*item);
}
// Awaited at once: the temporary lives until the end of the full expression.
task<int> count(const std::string &name) { co_return static_cast<int>(name.size()); } // expected-note 1+ {{only refers}}
task<> awaited_at_once_ok() {
  co_await count(path());
  const int size = co_await count(path()) + co_await count("x");
  auto first = co_await by_reference(path()).next();
  co_await app::when_all(count(path()), count(path()));
  if (co_await count(path()) == size && first)
    co_return;
}
task<> stored_task_bad() {
  auto pending = count(path()); // expected-warning {{`count` borrows a temporary, which ends with this expression, before `pending` is used}}
  co_await pending;
  std::string name;
  auto both = app::when_all(count(path()), count(name)); // expected-warning {{`count` borrows a temporary}}
  co_await both;
}

// Returned: everything of the function's own ends.
stream<int> returned_temporary_bad() {
  return by_reference(path()); // expected-warning {{`by_reference` borrows a temporary, which ends with this expression}}
}
stream<int> returned_local_bad() {
  std::string name = path();
  return by_reference(name); // expected-warning {{`by_reference` borrows `name`, which ends when `returned_local_bad` returns}}
}
stream<int> returned_parameter_bad(std::string name) {
  return by_view(name); // expected-warning {{`by_view` borrows `name`, which ends when `returned_parameter_bad` returns}}
}
stream<int> returned_pointer_bad() {
  int number = 1;
  return by_number(&number); // expected-warning {{`by_number` borrows `number`}}
}
stream<int> returned_later_bad() {
  std::string name = path();
  auto all = by_pointer(name.c_str()); // expected-warning {{`by_pointer` borrows `name`, which ends when `returned_later_bad` returns}}
  return all;
}
stream<int> returned_view_bad() {
  const std::string name = path();
  std::string_view part = std::string_view(name).substr(1);
  return by_view(part); // expected-warning {{`by_view` borrows `name`}}
}
stream<int> returned_closure_bad() {
  int factor = 3;
  return by_callable([&factor](int x) { return x * factor; }); // expected-warning {{`by_callable` borrows `factor`}}
}
stream<int> returned_wrapper_bad() {
  std::string name = path();
  return by_wrapper(std::ref(name)); // expected-warning {{`by_wrapper` borrows `name`}}
}
task<stream<int>> made_by_task_bad() {
  std::string name = path();
  co_return by_reference(name); // expected-warning {{`by_reference` borrows `name`, which ends when `made_by_task_bad` returns}}
}
stream<int> returned_ok(const std::string &lent, std::string_view view, const char *pointer, int kind) {
  static const std::string fixed = "x";
  if (kind == 0)
    return by_reference(lent);
  if (kind == 1)
    return by_view(view);
  if (kind == 2)
    return by_pointer(pointer);
  if (kind == 3)
    return by_reference(fixed);
  return by_callable([kind](int x) { return x * kind; });
}
task<int> awaited_then_returned_ok() {
  std::string name = path();
  co_return co_await count(name);
}

// Through functions that hand a parameter on.
stream<int> lines(const std::string &name) { return by_reference(name); } // expected-note 1+ {{it is handed on here}}
stream<int> lines_of(const reading &one) { return lines(one.name); } // expected-note 1+ {{it is handed on here}}
stream<int> copied(const std::string &name) { return by_value(name); }
task<> through_wrappers_bad() {
  auto a = lines(path());       // expected-warning {{`by_reference` borrows a temporary}}
  auto b = lines_of(measure()); // expected-warning {{`by_reference` borrows a temporary}}
  co_await a.next();
  co_await b.next();
}
// What a reference to a pointer is for: the pointer, not the temporary that it is.
template <class... Args> stream<int> forwarded(Args &&...args) { return by_number(std::forward<Args>(args)...); } // expected-note 1+ {{it is handed on here}}
const int *somewhere();
task<> through_forwarding_ok() {
  int number = 1;
  auto a = forwarded(&number);
  auto b = forwarded(somewhere());
  co_await a.next();
  co_await b.next();
}
stream<int> through_forwarding_bad() {
  int number = 1;
  return forwarded(&number); // expected-warning {{`by_number` borrows `number`, which ends when `through_forwarding_bad` returns}}
}
task<> through_wrappers_ok() {
  auto a = copied(path());
  co_await a.next();
  auto one = measure();
  auto b = lines_of(one);
  co_await b.next();
}

// Defined elsewhere: what returns a stream is taken for a coroutine.
stream<int> elsewhere(const std::string &name); // expected-note 1+ {{only refers}}
[[clang::coro_wrapper]] stream<int> wrapper(const std::string &name);
task<> elsewhere_bad(std::function<stream<int>(const reading &)> brancher) {
  auto a = elsewhere(path());     // expected-warning {{`elsewhere` borrows a temporary}}
  auto b = brancher(measure());   // expected-warning {{`brancher` borrows a temporary}} 
  co_await a.next();
  co_await b.next();
}
task<> elsewhere_ok() {
  auto a = wrapper(path());
  co_await a.next();
}

// A local that ends before what keeps the stream.
task<> inner_scope_bad() {
  stream<int> all;
  {
    std::string name = path();
    all = by_reference(name); // expected-warning {{`by_reference` borrows `name`, which ends before `all`}}
  }
  while (auto item = co_await all.next())
    use(*item);
}
task<> inner_scope_ok() {
  stream<int> all;
  for (int turn = 0; turn < 3; ++turn) {
    std::string name = path();
    all = by_reference(name);
    while (auto item = co_await all.next())
      use(*item);
  }
  all = by_value(path());
  while (auto item = co_await all.next())
    use(*item);
}

// Stored away.
struct session {
  stream<int> input;
  std::string own;
  std::vector<stream<int>> all;
  explicit session(std::string name) : input(by_reference(name)) {} // expected-warning {{`by_reference` borrows `name`, which ends when this function returns}}
  session(std::string name, int) : own(std::move(name)) { input = by_reference(own); }
  void open_bad() {
    std::string name = path();
    input = by_reference(name); // expected-warning {{`by_reference` borrows `name`, which ends when `open_bad` returns}}
  }
  void add_bad() {
    all.push_back(by_view(path())); // expected-warning {{`by_view` borrows a temporary}}
  }
  // Who calls something else may wait there.
  void waited_ok() {
    std::string name = path();
    input = by_reference(name);
    wait_for(*this);
  }
  static void wait_for(session &);
  task<> iterated_here_ok() {
    std::string name = path();
    input = by_reference(name);
    while (auto item = co_await input.next())
      use(*item);
  }
  void open_ok() {
    input = by_reference(own);
    all.push_back(by_value(path()));
  }
};

// A member of a local ends with it.
struct holder {
  stream<int> input;
  std::vector<stream<int>> all;
};
void consume(holder &);
task<> member_of_local_ok() {
  std::string name = path();
  holder one;
  one.input = by_reference(name);
  one.all.push_back(by_view(name));
  consume(one);
  co_return;
}

// Never used later, or not on a way that control takes.
stream<int> unused_parameter(const std::string &) { co_yield 1; }
stream<int> handed(std::string first, const std::string &unused) { co_yield static_cast<int>(first.size()); }
stream<int> discarded(const std::string &unused) {
  (void)unused;
  co_yield 1;
}
struct nothing {};
stream<int> by_tag(const nothing &tag) {
  (void)tag;
  co_yield 1;
}
task<> harmless_ok() {
  auto a = unused_parameter(path());
  auto b = handed(path(), path());
  auto c = by_tag(nothing());
  auto e = discarded(path());
  co_await a.next();
  co_await b.next();
  co_await c.next();
  co_await e.next();
  co_return;
  auto d = by_reference(path());
  co_await d.next();
}
// Functions that run what they are given before they return.
int drain(stream<int> all);
template <class T> T sync_wait(task<T> &&work);
int main_ok() { return drain(by_reference(path())) + sync_wait(count(path())); }

// No coroutine in it.
std::vector<int> plain(const std::string &name);
std::vector<int> plain_ok() {
  std::string name = path();
  auto all = plain(path());
  return plain(name);
}
app::sync_generator<int> sync(const std::string &name) { // expected-note 1+ {{only refers}}
  co_yield static_cast<int>(name.size());
}
void loop_bad() {
  for (int one : sync(path())) // expected-warning {{`sync` borrows a temporary, which ends with this expression, before the loop begins}}
    use(one);
}
void loop_ok() {
  std::string name = path();
  for (int one : sync(name))
    use(one);
}
// Spawned and dropped.
std::string heard();
folly::coro::Task<std::string> hear();
folly::coro::Task<void> log(const std::string &line) { // expected-note 1+ {{only refers}}
  co_await folly::coro::sleep(1);
  use(line);
}
void spawned_bad(folly::coro::AsyncScope &scope, folly::Executor *executor) {
  scope.add(log(path()).scheduleOn(executor)); // expected-warning {{`log` borrows a temporary, which ends with this expression}}
  std::string line = heard();
  scope.add(log(line).scheduleOn(executor)); // expected-warning {{`log` borrows `line`, which ends while the coroutine may still run}}
}
folly::coro::Task<void> spawned_in_a_loop_bad(folly::coro::AsyncScope &scope, folly::Executor *executor) {
  for (;;) {
    std::string line = co_await hear();
    scope.add(log(line).scheduleOn(executor)); // expected-warning {{`log` borrows `line`, which ends while the coroutine may still run}}
  }
}
folly::coro::Task<void> spawned_ok(folly::coro::AsyncScope &scope, folly::Executor *executor) {
  std::string line = co_await hear();
  for (int i = 0; i < 3; ++i)
    scope.add(log(line).scheduleOn(executor));
  co_await scope.joinAsync();
}
void run(folly::coro::AsyncScope &scope);
void spawned_and_run_ok(folly::coro::AsyncScope &scope, folly::Executor *executor) {
  std::string line = heard();
  scope.add(log(line).scheduleOn(executor));
  run(scope);
}
// Starts at once, and goes on behind its first suspension.
seastar::future<> started(const std::string &line) { // expected-note 1+ {{only refers}}
  co_await seastar::sleep(1);
  use(line);
}
seastar::future<> used_at_once(const std::string &line) {
  use(line);
  co_await seastar::sleep(1);
}
void started_bad() {
  (void)started(path()); // expected-warning {{`started` borrows a temporary}}
}
void started_ok() { (void)used_at_once(path()); }

template <class T> task<> template_bad(T name) {
  auto all = by_reference(std::string(name)); // expected-warning {{`by_reference` borrows a temporary}}
  co_await all.next();
}
template task<> template_bad(const char *);
task<> suppressed_ok() {
  auto all = by_reference(path()); // NOLINT(asynciter-dangling-argument)
  co_await all.next();
}

// A wrapper that starts the coroutine: what is used up to the first suspension
// is used before the wrapper returns.
class resumable {
public:
  struct promise_type : app::promise_base {
    resumable get_return_object();
    void return_void();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
  bool resume();
};
resumable copies(std::string name);
resumable used_early(const std::string &name) { co_await copies(name); }
resumable used_late(const std::string &name) { // expected-note {{`name` only refers}}
  co_await copies("");
  use(name);
}
resumable starts_early(const std::string &name) {
  auto made = used_early(name);
  made.resume();
  return made;
}
resumable starts_late(const std::string &name) {
  auto made = used_late(name); // expected-note {{handed on here}}
  made.resume();
  return made;
}
task<> started_by_a_wrapper() {
  auto early = starts_early(path());
  auto late = starts_late(path()); // expected-warning {{`used_late` borrows a temporary}}
  co_await early;
  co_await late;
}
// What a function elsewhere is given up to, it moves from.
struct pool {
  stream<int> join(task<> &&work);
};
task<> given_up_ok(pool &workers) {
  auto joined = workers.join(app::sleep(1));
  co_await joined.next();
}
