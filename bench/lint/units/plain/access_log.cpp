// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads a web server's log by regular expressions, and says who asked for what.
#include "shared/log.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

const app::logger out("access");

struct request {
  std::string client, method, path;
  int status = 0;
  std::uint64_t bytes = 0;
};

std::optional<request> parse(const std::string &line) {
  static const std::regex pattern(
      R"re(^(\S+) \S+ \S+ \[([^\]]+)\] "([A-Z]+) ([^ "]+)[^"]*" (\d{3}) (\d+|-)(?: "([^"]*)" "([^"]*)")?$)re");
  std::smatch parts;
  if (!std::regex_match(line, parts, pattern))
    return std::nullopt;
  request one{parts[1], parts[3], parts[4], std::stoi(parts[5]), 0};
  if (parts[6] != "-")
    one.bytes = std::stoull(parts[6]);
  return one;
}

struct visits {
  std::size_t count = 0, errors = 0;
  std::uint64_t bytes = 0;
  std::set<std::string> clients;

  void add(const request &one) {
    ++count;
    errors += one.status >= 400;
    bytes += one.bytes;
    clients.insert(one.client);
  }
};

class statistics {
public:
  void add(const request &one) {
    static const std::regex query(R"(\?.*$)"), number(R"(/\d+(?=/|$))");
    const std::string path = std::regex_replace(std::regex_replace(one.path, query, ""), number, "/N");
    by_path_[path].add(one);
    by_status_[one.status].add(one);
  }

  void print(std::ostream &to, std::size_t most) const {
    std::vector<const std::pair<const std::string, visits> *> sorted;
    for (const auto &each : by_path_)
      sorted.push_back(&each);
    std::ranges::sort(sorted, [](const auto *a, const auto *b) { return a->second.count > b->second.count; });
    sorted.resize(std::min(sorted.size(), most));
    for (const auto *each : sorted)
      print(to, each->first, each->second);
    for (const auto &[status, all] : by_status_)
      print(to, std::to_string(status), all);
  }

private:
  static void print(std::ostream &to, const std::string &name, const visits &of) {
    to << std::left << std::setw(32) << name << std::right << std::setw(8) << of.count << std::setw(8)
       << of.errors << std::setw(12) << of.bytes << std::setw(6) << of.clients.size() << '\n';
  }

  std::unordered_map<std::string, visits> by_path_;
  std::map<int, visits> by_status_;
};

std::size_t read(std::istream &from, statistics &into) {
  std::size_t odd = 0;
  for (std::string line; std::getline(from, line);)
    if (const auto one = parse(line))
      into.add(*one);
    else
      ++odd;
  return odd;
}

} // namespace

int main(int argc, char **argv) {
  statistics all;
  std::size_t odd = 0;
  for (int each = 1; each < argc; ++each) {
    std::ifstream file(argv[each]);
    odd += read(file, all);
  }
  if (argc == 1)
    odd += read(std::cin, all);
  all.print(std::cout, 20);
  if (odd)
    out.warn(odd, " lines are not understood");
}
