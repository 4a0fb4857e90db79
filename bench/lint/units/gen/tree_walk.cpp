// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks over a tree of folders that is only in memory: recursive generators, and what is done with their
// items.
#include "shared/log.h"
#include "shared/task.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

const app::logger out("tree");

struct node {
  std::string name;
  std::size_t size = 0;
  std::vector<std::unique_ptr<node>> children;

  node &add(std::string child, std::size_t bytes = 0) {
    return *children.emplace_back(std::make_unique<node>(node{std::move(child), bytes, {}}));
  }
};

struct entry {
  const node *of;
  std::string path;
  int depth;
};

app::generator<entry> walk(const node &top, std::string path, int depth) {
  co_yield entry{&top, path, depth};
  for (const auto &each : top.children)
    for (const entry &below : walk(*each, path + '/' + each->name, depth + 1))
      co_yield below;
}

app::generator<entry> level_by_level(const node &top) {
  std::vector<entry> now{{&top, top.name, 0}}, next;
  while (!now.empty()) {
    for (const entry &each : now) {
      co_yield each;
      for (const auto &child : each.of->children)
        next.push_back({child.get(), each.path + '/' + child->name, each.depth + 1});
    }
    now = std::exchange(next, {});
  }
}

app::generator<entry> files_larger_than(std::size_t least, const node &top) {
  for (const entry &each : walk(top, top.name, 0))
    if (each.of->children.empty() && each.of->size > least)
      co_yield each;
}

std::map<std::string, std::size_t> sizes_by_suffix(const node &top) {
  std::map<std::string, std::size_t> sums;
  for (const entry &each : walk(top, top.name, 0))
    if (const auto dot = each.of->name.rfind('.'); dot != std::string::npos)
      sums[each.of->name.substr(dot)] += each.of->size;
  return sums;
}

node sample() {
  node top{"project", 0, {}};
  node &source = top.add("source");
  source.add("main.cpp", 1200);
  node &parser = source.add("parser");
  parser.add("lexer.cpp", 5400);
  parser.add("grammar.txt", 8000);
  node &docs = top.add("docs");
  docs.add("index.md", 900);
  docs.add("manual.md", 22000);
  top.add("LICENSE", 11000);
  return top;
}

} // namespace

int main() {
  const node top = sample();
  for (const entry &each : walk(top, top.name, 0))
    out.info(std::string(static_cast<std::size_t>(each.depth) * 2, ' '), each.of->name, ' ', each.of->size);
  int deepest = 0;
  for (const entry &each : level_by_level(top))
    deepest = std::max(deepest, each.depth);
  out.info("depth ", deepest);
  for (const entry &each : files_larger_than(5000, top))
    out.info("large: ", each.path);
  for (const auto &[suffix, size] : sizes_by_suffix(top))
    out.info(suffix, ": ", size);
}
