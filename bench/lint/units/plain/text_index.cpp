// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An index over texts, questions to it with "and", "or" and "not", and a ranking of the answers.
#include "shared/log.h"
#include "shared/storage.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace {

const app::logger out("index");

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> found(1);
  for (const char each : text)
    if (std::isalnum(static_cast<unsigned char>(each)))
      found.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(each)));
    else if (!found.back().empty())
      found.emplace_back();
  if (found.back().empty())
    found.pop_back();
  return found;
}

using numbers = std::set<std::size_t>;

class index {
public:
  std::size_t add(std::string title, std::string_view text) {
    const std::size_t number = titles_.size();
    titles_.push_back(std::move(title));
    for (const std::string &word : words_of(text))
      ++counts_[word][number];
    return number;
  }

  numbers with(const std::string &word) const {
    numbers found;
    if (const auto known = counts_.find(word); known != counts_.end())
      for (const auto &[number, count] : known->second)
        found.insert(number);
    return found;
  }

  numbers all() const {
    numbers found;
    for (std::size_t number = 0; number != titles_.size(); ++number)
      found.insert(found.end(), number);
    return found;
  }

  double weight(const std::string &word, std::size_t in) const {
    const auto known = counts_.find(word);
    if (known == counts_.end())
      return 0;
    const auto count = known->second.find(in);
    if (count == known->second.end())
      return 0;
    const double rarity = static_cast<double>(titles_.size()) / static_cast<double>(known->second.size());
    return (1 + std::log(count->second)) * std::log1p(rarity);
  }

  const std::string &title(std::size_t number) const { return titles_[number]; }

private:
  std::vector<std::string> titles_;
  std::map<std::string, std::map<std::size_t, std::size_t>> counts_;
};

struct question;
struct word {
  std::string text;
};
struct negation {
  std::shared_ptr<question> of;
};
struct junction {
  bool is_and;
  std::vector<question> parts;
};
struct question {
  std::variant<word, negation, junction> is;
};

class asker {
public:
  explicit asker(const index &in) : in_(in) {}

  numbers operator()(const word &of) const { return in_.with(of.text); }
  numbers operator()(const negation &of) const {
    const numbers all = in_.all(), inner = std::visit(*this, of.of->is);
    numbers found;
    std::ranges::set_difference(all, inner, std::inserter(found, found.end()));
    return found;
  }
  numbers operator()(const junction &of) const {
    numbers found = of.is_and ? in_.all() : numbers();
    for (const question &part : of.parts) {
      const numbers inner = std::visit(*this, part.is);
      numbers next;
      if (of.is_and)
        std::ranges::set_intersection(found, inner, std::inserter(next, next.end()));
      else
        std::ranges::set_union(found, inner, std::inserter(next, next.end()));
      found = std::move(next);
    }
    return found;
  }

private:
  const index &in_;
};

/// "a b -c" is a and b and not c; "a | b" is one of both.
question parse(const std::string &text) {
  junction whole{text.find('|') == std::string::npos, {}};
  std::istringstream parts(text);
  for (std::string part; parts >> part;)
    if (part.front() == '-')
      whole.parts.push_back({negation{std::make_shared<question>(question{word{part.substr(1)}})}});
    else if (part != "|")
      whole.parts.push_back({word{part}});
  return {std::move(whole)};
}

void ask(const index &in, const std::string &text) {
  const numbers found = std::visit(asker(in), parse(text).is);
  const std::vector<std::string> words = words_of(text);
  const auto rank = [&](std::size_t number) {
    return std::transform_reduce(words.begin(), words.end(), 0.0, std::plus(),
                                 [&](const std::string &each) { return in.weight(each, number); });
  };
  std::vector<std::size_t> sorted(found.begin(), found.end());
  std::ranges::sort(sorted, std::ranges::greater(), rank);
  out.info(text, ": ", sorted.size());
  for (const std::size_t number : sorted)
    out.info("  ", in.title(number), " ", rank(number));
}

} // namespace

int main() {
  index all;
  all.add("rain", "The rain falls, and the river rises with the rain.");
  all.add("boat", "A boat on the river needs no road.");
  all.add("road", "The road follows the river to the sea.");
  for (const std::string &line : app::journal("texts.log").last(1000))
    all.add(app::hex(app::checksum(line)), line);
  for (const char *each : {"river", "river -rain", "boat | rain", "sea road", "nothing"})
    ask(all, each);
}
