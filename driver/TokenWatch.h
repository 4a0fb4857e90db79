// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the preprocessor makes of a unit, file by file: two units for which it makes
// the same of a header see the same header.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace clang {
class Preprocessor;
}

namespace asynciter {

struct TokenRecord {
  /// Of a file's path.
  using FileId = std::uint64_t;
  /// Of a file and the tokens that came of it, macros expanded.
  using Print = std::uint64_t;

  struct Entry {
    FileId File;
    unsigned Tokens;
  };
  struct Include {
    FileId From, To;
  };
  struct Header {
    std::string Name;
    FileId File;
  };

  /// System headers that gave tokens, as often as they did.
  std::vector<Entry> Entered;
  /// Between system headers, also where a guard kept the second one out.
  std::vector<Include> Includes;
  /// System headers that the user's files include in angle brackets, in order.
  std::vector<Header> Headers;
  /// Of all files, sorted, each once.
  std::vector<Print> Prints;
  /// Of all files.
  unsigned Tokens = 0;
};

/// Watches a preprocessor that has not begun, and must outlive it.
class TokenWatch {
public:
  explicit TokenWatch(clang::Preprocessor &Of);
  ~TokenWatch();

  /// When the preprocessor is done; once.
  TokenRecord take();

private:
  class Callbacks;
  std::shared_ptr<struct WatchedFiles> Seen;
};

} // namespace asynciter
