// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which functions of the unit block the thread that calls them, and why: the
// shortest chain of calls down to one that the library models, or an attribute,
// call blocking. A coroutine ends a chain: calling one does not run it.
#pragma once

#include "facts/Calls.h"

#include <optional>

namespace asynciter {

/// A chain of calls down to one that blocks.
struct Blocked {
  /// Outermost first; each link but the first stands in the body of the function
  /// that the link before it calls. The last one blocks.
  std::vector<const CallSite *> Links;
  /// What blocks, as people write it.
  std::string Name;
  /// Completes "which ...".
  std::string Because;
  /// The kind of blocking, for the replacement; may be empty.
  std::string Kind;
};

/// For one `Unit`; ask for it with `unit.facts<BlockingFacts>()`.
class BlockingFacts {
public:
  explicit BlockingFacts(const Unit &In);
  ~BlockingFacts();

  const std::vector<CallSite> &callsOf(const Function &Caller) const;

  /// Whether, and through what, a call in `Caller` blocks. `WithLocks`: taking a
  /// mutex counts.
  std::optional<Blocked> blocks(const CallSite &At, const Function &Caller, bool WithLocks) const;

private:
  struct Solver;
  std::unique_ptr<Solver> Solve;
};

} // namespace asynciter
