// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Caches that forget by different rules, measured with the same questions.
#include "shared/log.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

const app::logger out("caches");

template <class Key, class Value> class cache {
public:
  virtual ~cache() = default;
  virtual std::optional<Value> find(const Key &key) = 0;
  virtual void insert(Key key, Value value) = 0;

  Value get(const Key &key, const std::function<Value(const Key &)> &make) {
    if (auto known = find(key)) {
      ++hits_;
      return *known;
    }
    ++misses_;
    Value made = make(key);
    insert(key, made);
    return made;
  }
  double ratio() const { return static_cast<double>(hits_) / static_cast<double>(hits_ + misses_); }

private:
  std::uint64_t hits_ = 0, misses_ = 0;
};

/// Forgets what was not asked for longest.
template <class Key, class Value> class least_recent : public cache<Key, Value> {
public:
  explicit least_recent(std::size_t most) : most_(most) {}

  std::optional<Value> find(const Key &key) override {
    const auto known = index_.find(key);
    if (known == index_.end())
      return std::nullopt;
    order_.splice(order_.begin(), order_, known->second);
    return known->second->second;
  }

  void insert(Key key, Value value) override {
    if (index_.size() == most_) {
      index_.erase(order_.back().first);
      order_.pop_back();
    }
    order_.emplace_front(key, std::move(value));
    index_[std::move(key)] = order_.begin();
  }

private:
  std::size_t most_;
  std::list<std::pair<Key, Value>> order_;
  std::unordered_map<Key, typename std::list<std::pair<Key, Value>>::iterator> index_;
};

/// Forgets what was asked for least often.
template <class Key, class Value> class least_frequent : public cache<Key, Value> {
public:
  explicit least_frequent(std::size_t most) : most_(most) {}

  std::optional<Value> find(const Key &key) override {
    const auto known = entries_.find(key);
    if (known == entries_.end())
      return std::nullopt;
    by_count_.erase(known->second.place);
    known->second.place = by_count_.emplace(++known->second.count, key);
    return known->second.value;
  }

  void insert(Key key, Value value) override {
    if (entries_.size() == most_) {
      entries_.erase(by_count_.begin()->second);
      by_count_.erase(by_count_.begin());
    }
    const auto place = by_count_.emplace(1, key);
    entries_.emplace(std::move(key), entry{std::move(value), 1, place});
  }

private:
  using counts = std::multimap<std::uint64_t, Key>;
  struct entry {
    Value value;
    std::uint64_t count;
    typename counts::iterator place;
  };
  std::size_t most_;
  counts by_count_;
  std::unordered_map<Key, entry> entries_;
};

template <class Key, class Value> class shared_cache {
public:
  explicit shared_cache(std::unique_ptr<cache<Key, Value>> inner) : inner_(std::move(inner)) {}
  Value get(const Key &key, const std::function<Value(const Key &)> &make) {
    const std::lock_guard lock(mutex_);
    return inner_->get(key, make);
  }
  double ratio() const { return inner_->ratio(); }

private:
  std::mutex mutex_;
  std::unique_ptr<cache<Key, Value>> inner_;
};

std::string spelled(const int &number) {
  static const std::array<std::string, 10> digits{"zero", "one", "two",   "three", "four",
                                                  "five", "six", "seven", "eight", "nine"};
  std::string text;
  for (int rest = number; rest != 0; rest /= 10)
    text = digits[static_cast<std::size_t>(rest % 10)] + (text.empty() ? "" : " ") + text;
  return text;
}

void measure(const std::string &name, std::unique_ptr<cache<int, std::string>> one) {
  shared_cache<int, std::string> shared(std::move(one));
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed != 4; ++seed)
    threads.emplace_back([&shared, seed] {
      std::mt19937 random(seed);
      std::exponential_distribution<double> rarely(0.01);
      for (int question = 0; question != 10'000; ++question)
        shared.get(static_cast<int>(rarely(random)) + 1, spelled);
    });
  for (std::thread &each : threads)
    each.join();
  out.info(name, ": ", std::round(shared.ratio() * 1000) / 10, " %");
}

} // namespace

int main() {
  for (const std::size_t most : {10, 50, 200}) {
    measure("least recent, " + std::to_string(most), std::make_unique<least_recent<int, std::string>>(most));
    measure("least frequent, " + std::to_string(most),
            std::make_unique<least_frequent<int, std::string>>(most));
  }
}
