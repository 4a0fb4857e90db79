// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A log whose lines go to a stream, with a level that each part of a program sets.
#pragma once

#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace app {

enum class level { debug, info, warning, error };

constexpr std::string_view name_of(level of) {
  switch (of) {
  case level::debug:
    return "debug";
  case level::info:
    return "info";
  case level::warning:
    return "warning";
  case level::error:
    return "error";
  }
  return "?";
}

class logger {
public:
  explicit logger(std::string part, level least = level::info) : part_(std::move(part)), least_(least) {}

  template <class... Parts> void log(level at, const Parts &...parts) const {
    if (at < least_)
      return;
    std::ostringstream line;
    line << '[' << name_of(at) << "] " << part_ << ": ";
    (line << ... << parts);
    std::clog << line.str() << '\n';
  }
  template <class... Parts> void info(const Parts &...parts) const { log(level::info, parts...); }
  template <class... Parts> void warn(const Parts &...parts) const { log(level::warning, parts...); }
  template <class... Parts> void error(const Parts &...parts) const { log(level::error, parts...); }

private:
  std::string part_;
  level least_;
};

} // namespace app
