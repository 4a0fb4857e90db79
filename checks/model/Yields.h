// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How many items a generator in sight is sure to deliver before it ends.
#pragma once

#include "model/Unit.h"

#include <map>

namespace clang {
class Expr;
} // namespace clang

namespace asynciter {

/// For one `Unit`; ask for it with `unit.facts<Yields>()`.
class Yields {
public:
  static constexpr unsigned Endless = ~0u;

  explicit Yields(const Unit &In) : In(In) {}

  /// Of the stream that `Creation` makes: the fewest items on a way through the
  /// body of the generator that it calls; none where that is not in sight. An
  /// exception is no end. `WithReturned`: what is `co_return`ed is an item, too.
  unsigned certainItems(const clang::Expr &Creation, bool WithReturned) const;

private:
  unsigned fewest(const Function &Generator, bool WithReturned) const;

  const Unit &In;
  mutable std::map<std::pair<const clang::FunctionDecl *, bool>, unsigned> Known;
};

} // namespace asynciter
