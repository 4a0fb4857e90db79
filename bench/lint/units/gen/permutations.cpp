// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Puzzles by generators that yield each solution: queens on a board, sums with letters, ways to pay.
#include "shared/log.h"
#include "shared/task.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <string>
#include <vector>

namespace {

const app::logger out("puzzles");

using row = std::vector<int>;

bool is_free(const row &queens, int column) {
  const int here = static_cast<int>(queens.size());
  for (int other = 0; other != here; ++other)
    if (queens[other] == column || std::abs(queens[other] - column) == here - other)
      return false;
  return true;
}

app::generator<row> queens(int size) {
  row placed;
  for (int column = 0;;) {
    while (column != size && !is_free(placed, column))
      ++column;
    if (column != size) {
      placed.push_back(std::exchange(column, 0));
      if (static_cast<int>(placed.size()) != size)
        continue;
      co_yield placed;
    }
    if (placed.empty())
      co_return;
    column = placed.back() + 1;
    placed.pop_back();
  }
}

app::generator<row> permutations(row of) {
  std::ranges::sort(of);
  do
    co_yield of;
  while (std::ranges::next_permutation(of).found);
}

app::generator<row> payments(int amount, row coins) {
  if (amount == 0) {
    co_yield row();
    co_return;
  }
  if (coins.empty())
    co_return;
  const int largest = coins.back();
  coins.pop_back();
  for (int count = amount / largest; count >= 0; --count)
    for (const row &rest : payments(amount - count * largest, coins)) {
      row whole(static_cast<std::size_t>(count), largest);
      whole.insert(whole.end(), rest.begin(), rest.end());
      co_yield whole;
    }
}

template <class T> std::size_t count(app::generator<T> of) {
  std::size_t found = 0;
  for (const T &each : of) {
    static_cast<void>(each);
    ++found;
  }
  return found;
}

/// Nine digits in a square whose sums are the same everywhere.
bool is_magic(const row &square) {
  constexpr std::array<std::array<int, 3>, 8> lines{
      {{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {0, 3, 6}, {1, 4, 7}, {2, 5, 8}, {0, 4, 8}, {2, 4, 6}}};
  return std::ranges::all_of(lines, [&](const auto &line) {
    return std::accumulate(line.begin(), line.end(), 0, [&](int sum, int at) { return sum + square[at]; }) ==
           15;
  });
}

app::generator<row> magic_squares() {
  row digits(9);
  std::iota(digits.begin(), digits.end(), 1);
  for (const row &each : permutations(std::move(digits)))
    if (is_magic(each))
      co_yield each;
}

} // namespace

int main() {
  for (int size = 4; size <= 8; ++size)
    out.info(size, " queens: ", count(queens(size)));
  out.info("magic squares: ", count(magic_squares()));
  for (const int amount : {10, 50, 100})
    out.info("ways to pay ", amount, ": ", count(payments(amount, {1, 2, 5, 10, 20, 50})));
  std::set<row> different;
  for (const row &each : permutations({1, 1, 2, 3}))
    different.insert(each);
  out.info(different.size(), " different orders");
}
