// RUN: %verify --rules=-*,dangling-range %s
//
// Loops that suspend, over ranges whose owner ends or is changed meanwhile.
#include "user_stream.h"

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using app::stream;
using app::task;
using app::use;

task<> send(int number);

struct table {
  std::vector<int> rows;
  std::map<int, int> index;
  const std::vector<int> &all() const { return rows; }
  std::vector<int> copy() const;
  const std::vector<int> &elsewhere() const;
};
table load();
std::optional<std::vector<int>> find();
std::vector<int> numbers();
std::string name();
std::shared_ptr<table> current();
std::unique_ptr<table> own();
const std::shared_ptr<table> &lent();

task<> temporaries_bad() {
  for (int row : load().all()) // expected-warning {{this range is part of a temporary, which ends before the loop begins}}
    co_await send(row);        // expected-note {{the loop suspends here}}
  for (int row : find().value()) // expected-warning {{part of a temporary}}
    co_await send(row);          // expected-note {{suspends}}
  for (int row : *find()) // expected-warning {{part of a temporary}}
    co_await send(row);   // expected-note {{suspends}}
  for (char letter : std::string_view(name())) // expected-warning {{part of a temporary}}
    co_await send(letter);                     // expected-note {{suspends}}
  for (int row : std::span<const int>(numbers())) // expected-warning {{part of a temporary}}
    co_await send(row);                           // expected-note {{suspends}}
}
task<> pointers_bad() {
  for (int row : current()->rows) // expected-warning {{the temporary pointer that keeps this range ends before the loop begins}}
    co_await send(row);           // expected-note {{suspends}}
  for (int row : current()->all()) // expected-warning {{the temporary pointer that keeps this range}}
    co_await send(row);            // expected-note {{suspends}}
  for (int row : (*own()).rows) // expected-warning {{the temporary pointer that keeps this range}}
    co_await send(row);         // expected-note {{suspends}}
  for (auto [key, value] : current()->index | std::views::reverse) // expected-warning {{the temporary pointer that keeps this range}}
    co_await send(key + value);                                    // expected-note {{suspends}}
}
stream<int> yields_bad() {
  for (int row : load().all()) // expected-warning {{part of a temporary}}
    co_yield row;              // expected-note {{suspends}}
}
task<> owned_ok() {
  for (int row : numbers())
    co_await send(row);
  for (int row : load().rows)
    co_await send(row);
  for (int row : load().copy())
    co_await send(row);
  for (int row : load().elsewhere())
    co_await send(row);
  for (int row : lent()->rows)
    co_await send(row);
  auto kept = current();
  for (int row : kept->rows)
    co_await send(row);
  for (int row : {1, 2, 3})
    co_await send(row);
  const auto found = find();
  for (int row : *found)
    co_await send(row);
  for (int row : std::views::iota(1, 3))
    co_await send(row);
}
// Without a suspension in it this is another tool's business.
task<> not_suspended_ok() {
  for (int row : current()->rows)
    use(row);
  co_return;
}
void plain_ok() {
  for (int row : current()->rows)
    use(row);
}

// What other code may do between two elements.
struct client {
  int id;
  task<> send(int) const;
};
class server {
public:
  task<> broadcast_bad(int value) {
    for (auto &one : clients) // expected-warning {{the loop suspends, and `server::remove` may remove elements of `clients` meanwhile}}
      co_await one.send(value); // expected-note {{the loop suspends here}}
  }
  void remove(int id) {
    clients.remove_if([id](const client &one) { return one.id == id; }); // expected-note 2 {{elements are removed here}}
  }
  task<> used_later_bad(int id) {
    for (auto &one : clients) // expected-warning {{the loop suspends, and `server::remove` may remove elements of `clients` meanwhile}}
      if (one.id == id) {
        co_await send(id); // expected-note {{suspends}}
        use(one.id);
        break;
      }
  }
  // Leaves the loop with its first suspension.
  task<> first_ok(int id) {
    for (auto &one : clients)
      if (one.id == id) {
        co_await one.send(id);
        co_return;
      }
  }
  task<> copied_ok(int value) {
    const std::list<client> all = clients;
    for (auto &one : all)
      co_await one.send(value);
  }
  task<> fixed_ok(int value) {
    for (auto &one : fixed)
      co_await one.send(value);
  }
  task<> own_end_ok(int value) {
    for (auto &one : pending)
      co_await one.send(value);
    pending.clear();
  }
  task<> locked_ok(int value) {
    auto guard = co_await lock();
    for (auto &one : clients)
      co_await one.send(value);
  }
  void add(client one) { fixed.push_back(one); }

private:
  struct holder {
    ~holder();
  };
  task<holder> lock();
  std::list<client> clients;
  std::vector<client> fixed;
  std::vector<client> pending;
};
task<> suppressed_ok() {
  for (int row : current()->rows) // NOLINT(asynciter-dangling-range)
    co_await send(row);
}
