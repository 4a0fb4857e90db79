// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrices: products, decompositions and what can be solved by them, checked against each other.
#include "shared/log.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <concepts>
#include <functional>
#include <numeric>
#include <random>
#include <ranges>
#include <span>
#include <stdexcept>
#include <valarray>
#include <vector>

namespace {

const app::logger out("matrix");

template <class T> class matrix {
public:
  matrix(std::size_t rows, std::size_t columns, T value = T())
      : columns_(columns), cells_(rows * columns, value) {}

  static matrix unit(std::size_t size) {
    matrix made(size, size);
    for (std::size_t at = 0; at != size; ++at)
      made(at, at) = T(1);
    return made;
  }

  std::size_t rows() const { return cells_.size() / columns_; }
  std::size_t columns() const { return columns_; }
  T &operator()(std::size_t row, std::size_t column) { return cells_[row * columns_ + column]; }
  const T &operator()(std::size_t row, std::size_t column) const { return cells_[row * columns_ + column]; }
  std::span<T> row(std::size_t number) { return {cells_.data() + number * columns_, columns_}; }
  std::span<const T> row(std::size_t number) const { return {cells_.data() + number * columns_, columns_}; }

  matrix transposed() const {
    matrix made(columns(), rows());
    for (std::size_t y = 0; y != rows(); ++y)
      for (std::size_t x = 0; x != columns(); ++x)
        made(x, y) = (*this)(y, x);
    return made;
  }

  friend matrix operator*(const matrix &a, const matrix &b) {
    if (a.columns() != b.rows())
      throw std::invalid_argument("sizes do not fit");
    matrix made(a.rows(), b.columns());
    for (std::size_t y = 0; y != a.rows(); ++y)
      for (std::size_t k = 0; k != a.columns(); ++k)
        std::ranges::transform(made.row(y), b.row(k), made.row(y).begin(),
                               [&](const T &sum, const T &factor) { return sum + a(y, k) * factor; });
    return made;
  }

  double distance(const matrix &other) const {
    return std::transform_reduce(cells_.begin(), cells_.end(), other.cells_.begin(), 0.0, std::plus(),
                                 [](const T &a, const T &b) { return std::abs(a - b); });
  }

private:
  std::size_t columns_;
  std::vector<T> cells_;
};

/// Lower and upper factor in one, and in which order the rows came.
template <class T> std::pair<matrix<T>, std::vector<std::size_t>> decompose(matrix<T> of) {
  std::vector<std::size_t> order(of.rows());
  std::iota(order.begin(), order.end(), std::size_t(0));
  for (std::size_t k = 0; k != of.rows(); ++k) {
    auto candidates = std::views::iota(k, of.rows());
    const std::size_t pivot =
        *std::ranges::max_element(candidates, {}, [&](std::size_t y) { return std::abs(of(y, k)); });
    if (std::abs(of(pivot, k)) < 1e-12)
      throw std::domain_error("singular");
    std::ranges::swap_ranges(of.row(k), of.row(pivot));
    std::swap(order[k], order[pivot]);
    for (std::size_t y = k + 1; y != of.rows(); ++y) {
      of(y, k) /= of(k, k);
      for (std::size_t x = k + 1; x != of.columns(); ++x)
        of(y, x) -= of(y, k) * of(k, x);
    }
  }
  return {std::move(of), std::move(order)};
}

template <class T> matrix<T> inverse(const matrix<T> &of) {
  const auto [factors, order] = decompose(of);
  const std::size_t size = of.rows();
  matrix<T> made(size, size);
  for (std::size_t column = 0; column != size; ++column) {
    std::vector<T> x(size);
    for (std::size_t y = 0; y != size; ++y) {
      x[y] = order[y] == column ? T(1) : T(0);
      for (std::size_t k = 0; k != y; ++k)
        x[y] -= factors(y, k) * x[k];
    }
    for (std::size_t y = size; y-- != 0;) {
      for (std::size_t k = y + 1; k != size; ++k)
        x[y] -= factors(y, k) * x[k];
      x[y] /= factors(y, y);
    }
    for (std::size_t y = 0; y != size; ++y)
      made(y, column) = x[y];
  }
  return made;
}

template <class T> void check(std::size_t size, std::function<T()> next) {
  matrix<T> made(size, size);
  for (std::size_t y = 0; y != size; ++y)
    std::ranges::generate(made.row(y), next);
  const auto unit = matrix<T>::unit(size);
  out.info(size, ": off by ", (made * inverse(made)).distance(unit), " and ",
           made.transposed().transposed().distance(made));
}

} // namespace

int main() {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  for (const std::size_t size : {2, 10, 50}) {
    check<double>(size, [&] { return normal(random); });
    check<std::complex<double>>(size, [&] { return std::complex(normal(random), normal(random)); });
  }
}
