// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A generator that delivers the items of others: another generator's at no cost per item, at any depth.
#include "../print.h"

#include "asynciter/asio.h"
#include "asynciter/async_generator.h"
#include "asynciter/for_each.h"

#include <memory>
#include <vector>

using namespace asynciter;

namespace {

struct node {
  int value;
  const node *left = nullptr;
  const node *right = nullptr;
};

async_generator<int> header() {
  co_await yield_now();
  co_yield -1;
}

async_generator<int> walk(const node *node) {
  if (!node)
    co_return;
  co_yield elements_of(walk(node->left));
  co_await yield_now();
  co_yield node->value;
  co_yield elements_of(walk(node->right));
}

async_generator<int> report(const node *tree) {
  co_yield elements_of(header());
  co_yield elements_of(walk(tree));
  std::vector<int> footer{98, 99};
  co_yield elements_of(footer);
}

task<> async_main() {
  node one{1}, three{3}, five{5};
  node two{2, &one, &three}, six{6, &five};
  node tree{4, &two, &six};
  std::vector<int> values;
  co_await for_each(report(&tree), [&](int value) { values.push_back(value); });
  print(values);
}

} // namespace

int main() { run(async_main()); }
