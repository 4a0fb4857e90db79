// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the time of a run goes, for `--timing`.
#pragma once

#include "llvm/ADT/StringRef.h"

namespace llvm {
class raw_ostream;
}

namespace asynciter {

/// Sums up the CPU time of all threads by phase, and that of the rules also by
/// rule. While it is off, and that it is at first, a scope is a test of one flag.
class Timing {
public:
  enum Phase {
    Scan,   ///< the compile database and the settings
    Share,  ///< to find out which headers units share, and to precompile them
    Parse,  ///< Clang's part
    Facts,  ///< what is known of a unit, for the rules and for other units
    Rules,  ///< the rules themselves
    Link,   ///< what crosses units
    Report, ///< what is written
  };

  /// Before there are threads.
  static void switchOn() { IsOn = true; }
  /// So many more of something that is worth a line of its own; `What` must live on.
  static void count(llvm::StringRef What, unsigned Times = 1);
  /// A line for each phase and each rule, in milliseconds; nothing while it is off.
  static void print(llvm::raw_ostream &Out);

  /// From here to its end, time is its phase's; but that of a scope within is the
  /// inner one's alone. `Rule` must live on.
  class Scope {
  public:
    explicit Scope(Phase Of, llvm::StringRef Rule = {}) : Of(Of), Rule(Rule) {
      if (IsOn)
        begin();
    }
    ~Scope() {
      if (IsOn)
        end();
    }
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;

  private:
    void begin();
    void end();
    void take() const;

    Phase Of;
    llvm::StringRef Rule;
    /// The one that goes on when this one ends.
    Scope *Outer = nullptr;
  };

private:
  static inline bool IsOn = false;
};

} // namespace asynciter
