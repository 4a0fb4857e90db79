// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A calculator: a generator of tokens, and a parser that takes one at a time.
#include "shared/log.h"
#include "shared/task.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

namespace {

struct end {};
using token = std::variant<end, double, char>;

app::generator<token> tokens(std::string text) {
  for (std::size_t at = 0; at != text.size();) {
    const char first = text[at];
    if (std::isspace(static_cast<unsigned char>(first))) {
      ++at;
    } else if (std::isdigit(static_cast<unsigned char>(first))) {
      double number = 0;
      const auto read = std::from_chars(text.data() + at, text.data() + text.size(), number);
      at = static_cast<std::size_t>(read.ptr - text.data());
      co_yield number;
    } else {
      ++at;
      co_yield first;
    }
  }
  co_yield end();
}

class parser {
public:
  explicit parser(std::string text) : source_(tokens(std::move(text))), at_(source_.begin()) {}

  double whole() {
    const double result = sum();
    if (!std::holds_alternative<end>(*at_))
      throw std::invalid_argument("something is left");
    return result;
  }

private:
  bool take(char wanted) {
    const char *found = std::get_if<char>(&*at_);
    if (!found || *found != wanted)
      return false;
    ++at_;
    return true;
  }

  double sum() {
    double result = product();
    for (;;)
      if (take('+'))
        result += product();
      else if (take('-'))
        result -= product();
      else
        return result;
  }

  double product() {
    double result = power();
    for (;;)
      if (take('*'))
        result *= power();
      else if (take('/'))
        result /= power();
      else
        return result;
  }

  double power() {
    const double base = atom();
    return take('^') ? std::pow(base, power()) : base;
  }

  double atom() {
    if (take('-'))
      return -atom();
    if (take('(')) {
      const double inner = sum();
      if (!take(')'))
        throw std::invalid_argument("')' is missing");
      return inner;
    }
    const double *number = std::get_if<double>(&*at_);
    if (!number)
      throw std::invalid_argument("a number is missing");
    const double result = *number;
    ++at_;
    return result;
  }

  app::generator<token> source_;
  app::generator<token>::iterator at_;
};

} // namespace

int main() {
  const app::logger out("calculator");
  for (const char *text : {"1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "-4 / (1 - 3)", "1 +", "(2"})
    try {
      out.info(text, " = ", parser(text).whole());
    } catch (const std::invalid_argument &error) {
      out.warn(text, ": ", error.what());
    }
}
