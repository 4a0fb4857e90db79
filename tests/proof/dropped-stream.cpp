// RUN: %verify -DBAD %s
// RUN: %verify %s
// RUN: %clang --driver-mode=g++ %flags -Wno-unused -fsanitize=address,undefined -fno-sanitize-recover=all -DBAD %s -o %t.bad
// RUN: %clang --driver-mode=g++ %flags -fsanitize=address,undefined -fno-sanitize-recover=all %s -o %t.good
// RUN: timeout 20 %t.good
// RUN: not-19 timeout 20 %t.bad | FileCheck-19 %s
// CHECK: 0 of 3 parts have been stored
//
// A stream that nobody iterates does none of its work.
#include "Inputs/run_now.h"

#include <asynciter/async_generator.h>

#include <cstdio>
#include <vector>

// Stores the parts, and tells of each how many there are so far.
asynciter::async_generator<int> store(std::vector<int> parts, std::vector<int> &storage) {
  for (int part : parts) {
    storage.push_back(part);
    co_yield static_cast<int>(storage.size());
  }
}

asynciter::task<int> save() {
  std::vector<int> storage;
#ifdef BAD
  store({1, 2, 3}, storage); // expected-warning {{the stream that `store` creates is never iterated}}
#else
  // expected-no-diagnostics
  auto progress = store({1, 2, 3}, storage);
  while (co_await progress.next())
    ;
#endif
  std::printf("%zu of 3 parts have been stored\n", storage.size());
  co_return storage.size() == 3 ? 0 : 1;
}

int main() { return run_now(save()); }
