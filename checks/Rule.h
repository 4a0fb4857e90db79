// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The whole contract between a rule and the rest of the house: what a rule
// declares about itself, what it is given, and what it hands back.
#pragma once

#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace clang {
class FunctionDecl;
}

namespace asynciter {

class Unit;
struct Question;

/// How sure a rule is of itself, and so whether it runs unasked.
enum class Tier { Correctness, Suspicious, Pedantic, Preview };

/// A setting of one rule. Values are text; `true`/`false` for switches.
struct Option {
  llvm::StringRef Name;
  llvm::StringRef Default;
  llvm::StringRef Help;
};

/// What a rule says of itself. `--list-rules`, the clang-tidy registration, the
/// SARIF metadata, the docs index and the README's table all derive from this.
struct RuleInfo {
  /// Kebab-case; also the stem of the rule's three files.
  llvm::StringRef Name;
  /// One lower-case sentence without a full stop: what is reported.
  llvm::StringRef Summary;
  Tier Level;
  /// The first release that has the rule.
  llvm::StringRef Since;
  llvm::ArrayRef<Option> Options = {};

  bool onByDefault() const { return Level == Tier::Correctness || Level == Tier::Suspicious; }
};

/// A further place that explains a finding.
struct Note {
  clang::SourceLocation At;
  std::string Message;
};

/// Whether a fix may be applied without a person reading it.
enum class FixSafety { Safe, Unsafe };

/// What is taken for granted of a function that is defined elsewhere: what it returns
/// borrows that parameter, counted from 0. Where its file is known, that decides.
struct Assumption {
  const clang::FunctionDecl *Of = nullptr;
  unsigned Parameter = 0;
};

/// One mistake, at the place RULES.md says.
struct Finding {
  clang::SourceLocation At;
  /// Lower case, no full stop, names the user's own entity.
  std::string Message;
  std::vector<Note> Notes = {};
  /// The notes are the links of a chain, in order (a SARIF code flow).
  bool NotesAreAChain = false;
  std::vector<clang::FixItHint> Fixes = {};
  FixSafety Safety = FixSafety::Safe;
  /// No finding if that does not hold; null for nothing.
  Assumption Assumes = {};
};

/// Where a rule's findings go, and where its options come from. Made by the
/// front end; a rule keeps no state between units.
class Reporter {
public:
  virtual ~Reporter() = default;
  virtual void report(Finding Found) = 0;
  /// Of what another file may turn into a finding: answered when all are linked.
  virtual void ask(Question Open) = 0;
  /// The value in force of an option the rule declared.
  virtual llvm::StringRef option(llvm::StringRef Name) const = 0;
  bool isOn(llvm::StringRef Switch) const { return option(Switch) == "true"; }
};

/// What the other rules found, before any comment silenced it. Every place is in
/// a file, none in a macro.
struct Review {
  struct Each {
    llvm::StringRef Rule;
    clang::SourceLocation At;
    llvm::ArrayRef<Note> Notes;
  };
  /// The rules that ran.
  llvm::ArrayRef<llvm::StringRef> Ran;
  llvm::ArrayRef<Each> Found;
  /// Where there is a finding if another file has it so.
  llvm::ArrayRef<Each> Asked = {};
};

/// A rule: its declaration and its logic. Each `checks/<rule>.cpp` defines one
/// constant of this type, named after the file (`blocking_call`).
struct Rule {
  RuleInfo Info;
  void (*Check)(const Unit &, Reporter &);
  /// For a rule about findings: called when all others are done, in place of
  /// `Check`, which is null then.
  void (*Look)(const Unit &, const Review &, Reporter &) = nullptr;
};

/// Every rule, sorted by name. Generated from the file names in `checks/`.
llvm::ArrayRef<const Rule *> catalogue();

/// The page `docs/rules/<rule>.md`, compiled in; empty for an unknown rule.
llvm::StringRef pageOf(llvm::StringRef RuleName);

} // namespace asynciter
