// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which units to parse, and when: first those where coroutines may be, then those that
// may have what these ask for. The others hold nothing that anybody looks for.
#pragma once

#include "Lint.h"
#include "Program.h"
#include "SourceScan.h"

#include <set>

namespace asynciter {

class UnitCache;

class Demand {
public:
  /// `Seen` gets what this depends on.
  Demand(llvm::ArrayRef<Job> Jobs, bool All, Footprint &Seen)
      : Jobs(Jobs), All(All), Seen(Seen), Scan(Seen), Units(Jobs.size()), IsLeft(Jobs.size(), true) {}

  /// What to begin with. `Known`, if it is there, may know it from earlier runs.
  std::vector<unsigned> first(UnitCache *Known);

  /// What more to parse for the sake of these results; nothing at the end.
  std::vector<unsigned> next(llvm::ArrayRef<UnitResult> Results, llvm::StringRef Root);

private:
  /// Where `Name` is defined, in the class or namespace `Of` if it is not global.
  struct Question {
    unsigned By;
    std::string Name;
    /// How that may be written.
    std::vector<SourceScan::Word> As;
    std::vector<SourceScan::Word> Of;
    bool HasManyPlaces;
  };

  /// Whether each may matter, by one character. That is kept of all or of none: they
  /// include much the same, and it is read once.
  std::string scan(llvm::ArrayRef<unsigned> Numbers, UnitCache *Known);
  const SourceScan::UnitText &unit(unsigned Number);
  /// What stands in a file that the asking unit has as well, that unit has seen, unless
  /// macros make it another file here, or it takes this unit to make use of it: an object
  /// of a class that overrides, a field that is given a value by its place. Who defines a
  /// member names what it is a member of.
  bool mayDefine(const SourceScan::UnitText &Unit, const SourceScan::UnitText &By,
                 const Question &Asked) const;

  template <typename T> std::vector<unsigned> take(T IsDue) {
    std::vector<unsigned> Taken;
    for (unsigned Number = 0; Number != Units.size(); ++Number)
      if (IsLeft[Number] && IsDue(Number)) {
        IsLeft[Number] = false;
        Taken.push_back(Number);
      }
    return Taken;
  }

  llvm::ArrayRef<Job> Jobs;
  bool All;
  Footprint &Seen;
  SourceScan Scan;
  std::vector<std::optional<SourceScan::UnitText>> Units;
  std::vector<bool> IsLeft;
  std::set<Program::Missing> Asked;
};

} // namespace asynciter
