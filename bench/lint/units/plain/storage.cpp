// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "shared/storage.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <stdexcept>

namespace app {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r";
  const auto first = text.find_first_not_of(space);
  if (first == text.npos)
    return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::vector<std::string> read_lines(const std::string &path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t index = 0; index != table.size(); ++index) {
    std::uint32_t value = index;
    for (int bit = 0; bit != 8; ++bit)
      value = value & 1 ? value >> 1 ^ 0xedb88320u : value >> 1;
    table[index] = value;
  }
  return table;
}

} // namespace

std::optional<std::string> settings::find(std::string_view section, std::string_view name) const {
  const auto values = sections_.find(section);
  if (values == sections_.end())
    return std::nullopt;
  const auto value = values->second.find(name);
  return value == values->second.end() ? std::nullopt : std::optional(value->second);
}

int settings::number(std::string_view section, std::string_view name, int otherwise) const {
  int result = otherwise;
  if (const auto text = find(section, name))
    std::from_chars(text->data(), text->data() + text->size(), result);
  return result;
}

void settings::set(std::string section, std::string name, std::string value) {
  sections_[std::move(section)][std::move(name)] = std::move(value);
}

std::size_t settings::size() const {
  std::size_t sum = 0;
  for (const auto &[section, values] : sections_)
    sum += values.size();
  return sum;
}

settings load_settings(const std::string &path) {
  settings read;
  std::string section;
  for (const std::string &line : read_lines(path)) {
    const std::string_view text = trimmed(line);
    if (text.empty() || text.front() == '#')
      continue;
    if (text.front() == '[' && text.back() == ']')
      section = trimmed(text.substr(1, text.size() - 2));
    else if (const auto equals = text.find('='); equals != text.npos)
      read.set(section, std::string(trimmed(text.substr(0, equals))),
               std::string(trimmed(text.substr(equals + 1))));
  }
  return read;
}

void journal::append(std::string_view line) {
  std::ofstream file(path_, std::ios::app);
  if (!file)
    throw std::runtime_error("cannot write " + path_);
  file << line << '\n';
  file.flush();
}

std::vector<std::string> journal::last(std::size_t count) const {
  std::vector<std::string> lines = read_lines(path_);
  if (lines.size() > count)
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(count));
  return lines;
}

std::uint32_t checksum(std::string_view of) {
  static constexpr auto table = make_table();
  std::uint32_t value = ~0u;
  for (const char each : of)
    value = table[(value ^ static_cast<unsigned char>(each)) & 0xff] ^ value >> 8;
  return ~value;
}

std::string hex(std::uint32_t value) {
  std::array<char, 8> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16).ptr;
  return std::string(digits.data(), end);
}

} // namespace app
