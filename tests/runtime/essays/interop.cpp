// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The uses that interop.h shows at its top.
#include "asynciter/interop.h"

#include "asynciter/sync_wait.h"
#include "asynciter/task.h"

#include <gtest/gtest.h>

#include <iterator>
#include <string>
#include <vector>

namespace essay_interop {
namespace {

using namespace asynciter;

struct database {
  std::vector<std::string> rows;
};

/// A stream of another library: awaited iterators, and nothing else.
class [[nodiscard]] rows_of {
public:
  explicit rows_of(database &from) : from_(&from) {}

  class iterator {
  public:
    explicit iterator(database &of) : at_(of.rows.begin()), end_(of.rows.end()) {}
    std::string &operator*() const { return *at_; }
    task<iterator &> operator++() {
      ++at_;
      co_return *this;
    }
    bool operator==(std::default_sentinel_t) const { return at_ == end_; }

  private:
    std::vector<std::string>::iterator at_, end_;
  };

  task<iterator> begin() { co_return iterator(*from_); }
  std::default_sentinel_t end() const { return {}; }

private:
  database *from_;
};

rows_of query(database &from) { return rows_of(from); }

task<std::vector<std::string>> read(database &database) {
  std::vector<std::string> used;
  auto use = [&](const std::string &row) { used.push_back(row); };
  {
#include "interop.1.inc"
  }
  co_return used;
}

TEST(Interop, AStreamOfAnotherShape) {
  database of{{"a", "b", "c"}};
  EXPECT_EQ(sync_wait(read(of)), of.rows);
}

} // namespace
} // namespace essay_interop
