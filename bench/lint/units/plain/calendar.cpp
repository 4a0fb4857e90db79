// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dates without a time zone: parsing, rules that repeat, and a calendar of a month as text.
#include "shared/log.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iomanip>
#include <map>
#include <optional>
#include <ranges>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono;

namespace {

const app::logger out("calendar");

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? std::optional(value)
                                                                         : std::nullopt;
}

/// "2024-02-29"; nothing if there is no such day.
std::optional<year_month_day> parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-')
    return std::nullopt;
  const auto y = number(text.substr(0, 4)), m = number(text.substr(5, 2)), d = number(text.substr(8, 2));
  if (!y || !m || !d)
    return std::nullopt;
  const year_month_day found{year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
  return found.ok() ? std::optional(found) : std::nullopt;
}

std::string print(year_month_day of) {
  std::ostringstream text;
  text << std::setfill('0') << int(of.year()) << '-' << std::setw(2) << unsigned(of.month()) << '-'
       << std::setw(2) << unsigned(of.day());
  return text.str();
}

struct rule {
  enum kind { daily, weekly, monthly, yearly } every;
  year_month_day first;
  int step = 1;
  std::string what;

  std::vector<sys_days> within(sys_days begin, sys_days end) const {
    std::vector<sys_days> found;
    for (int turn = 0;; turn += step) {
      const auto next = nth(turn);
      if (next && *next >= end)
        return found;
      if (next && *next >= begin)
        found.push_back(*next);
    }
  }

private:
  std::optional<sys_days> nth(int turn) const {
    year_month_day moved = first;
    switch (every) {
    case daily:
      return sys_days(first) + days(turn);
    case weekly:
      return sys_days(first) + weeks(turn);
    case monthly:
      moved += months(turn);
      break;
    case yearly:
      moved += years(turn);
      break;
    }
    return moved.ok() ? std::optional(sys_days(moved)) : std::nullopt;
  }
};

std::vector<std::string> month_page(year_month of, const std::map<sys_days, std::string> &marked) {
  std::vector<std::string> lines{"Mo Tu We Th Fr Sa Su"};
  const sys_days first = sys_days(of / 1), end = sys_days(of / last) + days(1);
  std::string line(3 * (weekday(first).iso_encoding() - 1), ' ');
  for (sys_days each = first; each != end; each += days(1)) {
    std::ostringstream cell;
    cell << std::setw(2) << unsigned(year_month_day(each).day()) << (marked.contains(each) ? '*' : ' ');
    line += cell.str();
    if (weekday(each) == Sunday)
      lines.push_back(std::exchange(line, {}));
  }
  if (!line.empty())
    lines.push_back(line);
  return lines;
}

} // namespace

int main() {
  for (const std::string_view text : {"2024-02-29", "2023-02-29", "2024-13-01", "tomorrow"})
    out.info(text, ' ', parse(text) ? "is a day" : "is no day");
  const std::array rules{rule{rule::weekly, 2024y / January / 3, 2, "garbage"},
                         rule{rule::monthly, 2024y / January / 31, 1, "report"},
                         rule{rule::yearly, 1999y / February / 9, 1, "birthday"}};
  std::map<sys_days, std::string> marked;
  const auto begin = sys_days(2024y / February / 1), end = sys_days(2024y / March / 1);
  for (const rule &each : rules)
    for (const sys_days when : each.within(begin, end))
      marked[when] += each.what + ' ';
  for (const auto &[when, what] : marked)
    out.info(print(when), ' ', what);
  for (const std::string &line : month_page(2024y / February, marked))
    out.info(line);
}
