// RUN: %verify %s
//
// The user's own ranges: line readers and queues wrapped as a range.
#include "user_stream.h"
#include <condition_variable>
#include <deque>
#include <fstream>
#include <mutex>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>
using app::task;
// expected-note@* 1+ {{instead}}

struct line_range {
  struct iterator {
    iterator &operator++() {
      if (!std::getline(*in, line)) // expected-note {{calls `std::getline`, which}}
        in = nullptr;
      return *this;
    }
    const std::string &operator*() const { return line; }
    bool operator!=(const iterator &other) const { return in != other.in; }
    std::ifstream *in;
    std::string line;
  };
  iterator begin() { return iterator{&in, {}}; }
  iterator end() { return iterator{nullptr, {}}; }
  std::ifstream &in;
};
task<> lines_bad(line_range lines) {
  for (auto &line : lines) // expected-warning {{sync range}}
    app::use(line);
  co_return;
}

template <class T> class blocking_queue {
public:
  std::optional<T> pop() {
    std::unique_lock lock(guard);
    while (items.empty())
      filled.wait(lock); // expected-note {{calls `std::condition_variable::wait`, which}}
    T item = std::move(items.front());
    items.pop_front();
    return item;
  }
  struct iterator {
    iterator &operator++() {
      item = queue->pop(); // expected-note {{pop` here}}
      return *this;
    }
    T &operator*() { return *item; }
    bool operator!=(std::nullptr_t) const { return item.has_value(); }
    blocking_queue *queue;
    std::optional<T> item;
  };
  iterator begin() { return iterator{this, {}}; }
  std::nullptr_t end() { return nullptr; }

private:
  std::mutex guard;
  std::condition_variable filled;
  std::deque<T> items;
};
task<> queue_bad(blocking_queue<int> &jobs) {
  for (int job : jobs) // expected-warning {{sync range}}
    app::use(job);
  co_return;
}

// A range that only looks alike.
struct ring {
  struct iterator {
    iterator &operator++() {
      ++at;
      return *this;
    }
    int operator*() const { return at; }
    bool operator!=(const iterator &other) const { return at != other.at; }
    int at;
  };
  iterator begin() const { return {0}; }
  iterator end() const { return {8}; }
};
task<> memory_ok(ring r) {
  for (int i : r)
    co_await app::sleep(i);
}

// What the loop's body calls is blocking-call's, once.
void settle(int milliseconds) { ::usleep(milliseconds * 1000u); } // expected-note {{`settle` calls `::usleep`, which}}
task<> body_bad(std::vector<int> pauses) {
  for (int pause : pauses)
    settle(pause); // expected-warning {{calls `settle`}}
  co_return;
}

void twin_ok(line_range lines, blocking_queue<int> &jobs) {
  for (auto &line : lines)
    app::use(line);
  for (int job : jobs)
    app::use(job);
}
