// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What other files need to know of a unit's functions to tell which calls block:
// those that block, perhaps unless they are given what is harmless, and those
// that lead out of the unit and may block there. What only the names of arguments
// decide (`MSG_DONTWAIT`) stays behind.
#pragma once

#include "Rule.h"
#include "facts/Blocking.h"

#include "clang/AST/DeclarationName.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <cstdint>

namespace clang {
class CXXMethodDecl;
}

namespace asynciter {

/// Names an entity in all files: a hash of its USR, and of how it is meant. Zero
/// for what no other file can name.
using GlobalId = std::uint64_t;
/// A bit in names of what may be given a value without being named: fields of aggregates.
constexpr GlobalId HasManyPlaces = GlobalId(1) << 63;

/// A body that runs when the function is called.
GlobalId idOf(const clang::FunctionDecl &Called);

/// Where a call goes.
struct Target {
  GlobalId Id = 0;
  /// Of this unit's; with an `Id` other units may have one, too.
  const clang::FunctionDecl *Body = nullptr;

  bool operator==(const Target &Other) const { return Id == Other.Id && Body == Other.Body; }
};

/// A link of a chain in words: `tellLink` makes sentences of them.
struct Step {
  CallSite::Kind How;
  std::string Callee;
  clang::SourceLocation At;
  /// A class is in sight that overrides the callee, and no object of it: other units
  /// may make some without naming the callee.
  bool IsOverriddenElsewhere = false;
};

struct Way {
  Target To;
  Step By;
  /// What the call passes; nothing if that cannot be told.
  std::optional<std::vector<Passed>> Given;
};

/// What the unit shows of one body.
struct Outline {
  const clang::FunctionDecl *Body = nullptr;
  GlobalId Id = 0;
  std::string Name;
  clang::SourceLocation At;
  /// Why it blocks, but for what `Why.Open` excludes; empty if it does not, as far
  /// as the unit shows. `Why` is of its last link.
  std::vector<Step> Chain;
  Blocked Why;
  /// Calls that may block in other files.
  std::vector<Way> Ways;
  /// What virtual calls of it name, if it is a virtual method; zero otherwise.
  GlobalId Slot = 0;
  /// The same of the methods that it overrides.
  std::vector<GlobalId> Overrides;
};

/// A variable that callables are called through, and one that it may hold.
struct Assigned {
  GlobalId Variable;
  /// Nothing if it is not known.
  std::optional<Target> Held;
};

/// What the result of a function borrows.
struct Borrowing {
  GlobalId Of;
  /// The first 64 parameters, as bits.
  std::uint64_t Parameters;

  bool operator<(const Borrowing &Other) const { return Of < Other.Of; }
};

/// A call that may block in another file, and what is reported then.
struct Question {
  /// Its message lacks "`read` waits" at the end if `EndsWithReason`; its notes come
  /// after the chain.
  Finding IfSo;
  bool EndsWithReason = false;
  /// A kind of blocking that is no answer; may be empty.
  std::string ButFor;
  /// What is awaited rarely blocks before it can be.
  bool IsAwaited = false;
  std::vector<Way> Ways = {};
  /// Kinds of blocking, and what to write instead.
  std::vector<std::pair<std::string, std::string>> Instead = {};
};

/// For one `Unit`; ask for it with `unit.facts<Summary>()`.
class Summary {
public:
  explicit Summary(const Unit &In);

  /// How a call leaves the unit; empty if it does not, or blocks without that.
  std::vector<Way> waysOut(const CallSite &At, const clang::FunctionDecl &Caller) const;

  /// What other units may reach, and what that leads to.
  const std::vector<Outline> &functions() const { return Functions; }
  /// Other functions with a body that other units may call: harmless ones.
  const std::vector<GlobalId> &harmless() const { return Harmless; }
  /// Of the functions whose result others may take for a coroutine's.
  const std::vector<Borrowing> &borrowings() const { return Borrowings; }
  const std::vector<Assigned> &assigned() const { return Assignments; }
  /// Calls out of the unit that a comment takes out of all chains.
  const std::vector<clang::SourceLocation> &silenced() const { return Silenced; }

private:
  void findWaysOut();
  void findBorrowings();
  void addAssigned(GlobalId Variable, const clang::FunctionDecl *What,
                   llvm::function_ref<void(const clang::FunctionDecl *)> Want);
  void addOutline(const clang::FunctionDecl &Body);
  std::optional<Blocked> whyBlocks(const clang::FunctionDecl &Body) const;
  GlobalId bodyId(const clang::FunctionDecl &Body) const;
  GlobalId outside(const CallSite &At) const;
  Step stepOf(const CallSite &At) const;
  GlobalId itemsOutside(const CallSite &At) const;
  bool leadsOut(const clang::FunctionDecl &Body) const;

  const Unit &In;
  const BlockingFacts &Facts;
  llvm::DenseSet<const clang::FunctionDecl *> Leading;
  llvm::DenseSet<clang::DeclarationName> OverriddenElsewhere;
  std::vector<Outline> Functions;
  std::vector<GlobalId> Harmless;
  std::vector<Assigned> Assignments;
  std::vector<Borrowing> Borrowings;
  std::vector<clang::SourceLocation> Silenced;
  mutable llvm::DenseMap<const clang::FunctionDecl *, GlobalId> BodyIds;
  mutable llvm::DenseMap<std::pair<const clang::FunctionDecl *, unsigned>, GlobalId> Outside;
};

/// A question about a call in a coroutine; nothing if it has no answer elsewhere.
std::optional<Question> questionAbout(const CallSite &At, const Function &Coroutine, const Unit &In);

} // namespace asynciter
