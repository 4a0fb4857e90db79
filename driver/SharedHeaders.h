// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// System headers that many units include, parsed once for all of them. A unit that
// would see a difference does without: the preprocessor makes the same of each of
// its files with the precompiled header and without, or the unit is parsed plainly.
#pragma once

#include "Commands.h"
#include "Footprint.h"
#include "SharedSet.h"
#include "TokenWatch.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clang {
class CompilerInvocation;
}
namespace llvm {
class ThreadPoolInterface;
}

namespace asynciter {

class UnitCache;

/// What a unit is to use, and what the preprocessor is to make of the rest of it then.
struct SharedUse {
  const SharedHeader *Header;
  std::vector<TokenRecord::Print> Rest;

  bool holds(const TokenRecord &Of) const;
};

/// The precompiled headers of a run.
class SharedHeaders {
public:
  /// `Kept` has those of earlier runs, and gets this one's; null for neither. With it,
  /// `find` is asked what it looked at.
  explicit SharedHeaders(UnitCache *Kept) : Kept(Kept) {}

  /// Takes from the cache or makes what pays for these units, which must stay where they
  /// are. Uses the pool, and waits for it.
  void prepare(llvm::ArrayRef<const Command *> Units, llvm::ThreadPoolInterface &Pool);

  /// What pays for this unit, if anything does. For any thread once all are prepared;
  /// goes through the unit with the preprocessor. `Seen`, if it is there, gets what the
  /// unit is made of: all that a use of the header does not look at.
  std::unique_ptr<const SharedUse> find(const Command &Of, Footprint *Seen) const;

private:
  struct Look {
    TokenRecord Tokens;
    Footprint Seen;
  };

  std::optional<SharedSet> kept(const std::vector<std::string> &Options, std::size_t Units) const;
  SharedSet made(llvm::ArrayRef<const Command *> Units, llvm::ThreadPoolInterface &Pool);
  static std::optional<Look> look(const Command &Of, bool IsRecording);

  UnitCache *Kept;
  /// Of units that were looked at to choose.
  std::map<const Command *, Look> Looks;
  std::map<std::vector<std::string>, SharedSet> ByOptions;
};

} // namespace asynciter
