// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the programs keep on disk. That these functions wait for the disk can only be seen in
// plain/storage.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// Names and values, in sections.
class settings {
public:
  std::optional<std::string> find(std::string_view section, std::string_view name) const;
  int number(std::string_view section, std::string_view name, int otherwise) const;
  void set(std::string section, std::string name, std::string value);
  std::size_t size() const;

private:
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> sections_;
};

/// Reads a file of settings; what it does not understand it leaves out.
settings load_settings(const std::string &path);
void save_settings(const settings &from, const std::string &path);

/// A journal to which lines are appended.
class journal {
public:
  explicit journal(std::string path) : path_(std::move(path)) {}
  void append(std::string_view line);
  std::vector<std::string> last(std::size_t count) const;

private:
  std::string path_;
};

/// Calculated, not read.
std::uint32_t checksum(std::string_view of);
std::string hex(std::uint32_t value);

} // namespace app
