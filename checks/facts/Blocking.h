// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which functions of the unit block the thread that calls them, and why: the
// shortest chain of calls down to one that the library models, or an attribute,
// call blocking. A coroutine ends a chain: calling one does not run it.
#pragma once

#include "facts/Calls.h"
#include "facts/Conditions.h"

#include "llvm/ADT/STLFunctionalExtras.h"

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
  /// What the callers may pass to make it harmless.
  std::vector<Condition> Open = {};
};

/// For one `Unit`; ask for it with `unit.facts<BlockingFacts>()`.
class BlockingFacts {
public:
  explicit BlockingFacts(const Unit &In);
  ~BlockingFacts();

  const std::vector<CallSite> &callsOf(const Function &Caller) const { return callsOf(*Caller.Declared); }

  /// Whether, and through what, a call in `Caller` blocks. `WithLocks`: taking a
  /// mutex counts.
  std::optional<Blocked> blocks(const CallSite &At, const Function &Caller, bool WithLocks) const;

  /// The bodies that the unit has: the user's functions, and, with a null
  /// `Function`, what the compiler writes for the user's classes.
  using BodyVisitor =
      llvm::function_ref<void(const clang::FunctionDecl &, const Function *, llvm::ArrayRef<CallSite>)>;
  void forEachBody(BodyVisitor Visit) const;
  const std::vector<CallSite> &callsOf(const clang::FunctionDecl &Body) const;
  /// Those that run when a call does.
  std::vector<const clang::FunctionDecl *> bodiesOf(const CallSite &At) const;
  /// Why a body blocks, unless its callers pass what is harmless; the first link
  /// stands in it.
  std::optional<Blocked> whyBlocks(const clang::FunctionDecl &Body) const;
  /// What a call in a body passes; nothing if that cannot be told.
  std::optional<std::vector<Passed>> passedBy(const CallSite &At, const clang::FunctionDecl &Body) const;
  /// Whether plain code waits for each of its calls: running the loop is for it.
  bool isWaitedFor(const Function &Coroutine) const;
  /// Whether the call stalls nobody, as another thread makes it.
  bool isOffTheLoop(const CallSite &At, const Function &Coroutine) const;
  /// Calls that a comment takes out of all chains, though they block.
  const std::vector<clang::SourceLocation> &silenced() const;

  /// The rule whose comments do so.
  static constexpr llvm::StringLiteral SilencedBy = "blocking-call";
  /// The kind of blocking that is as it should be in a coroutine that plain code
  /// waits for.
  static constexpr llvm::StringLiteral ForTheWaiter = "run-loop";

private:
  struct Solver;
  std::unique_ptr<Solver> Solve;
};

} // namespace asynciter
