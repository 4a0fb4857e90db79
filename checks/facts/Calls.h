// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a body runs on its own thread, in order: written calls, constructors,
// destructors, operators, and the advance of each sync loop.
#pragma once

#include "model/Unit.h"

namespace clang {
class Expr;
class ValueDecl;
class VarDecl;
} // namespace clang

namespace asynciter {

struct CallSite {
  enum Kind {
    Called,
    Destroyed, ///< by the end of a scope, a full expression or `delete`
    Run,       ///< given to a function that runs it before it returns
    Looped,    ///< the advance of a loop over a range; `Callee` is null
  };

  Kind How = Called;
  const clang::FunctionDecl *Callee = nullptr;
  /// The call, construction, loop, or statement that declares the local.
  const clang::Stmt *Site = nullptr;
  /// Where a person would look for it.
  clang::SourceLocation At;
  /// The object of a member call, or what a loop goes over; the arguments
  /// without it.
  const clang::Expr *Object = nullptr;
  llvm::ArrayRef<const clang::Expr *> Arguments = {};
  /// The variable or member that is called, if a callable in one is; then `Callee`
  /// is what it holds, or null.
  const clang::ValueDecl *Through = nullptr;
  /// Which override runs is not known.
  bool IsVirtual = false;
  /// Its object or an argument is a thread pool, or what a pool gives for itself
  /// (`pool.get_executor()`).
  bool OnPool = false;
  /// The direct operand of a `co_await`.
  bool IsAwaited = false;
  /// Whose destructor this is, if a local's.
  const clang::VarDecl *Local = nullptr;
  /// A local's destructor, and a suspension lies between declaration and end.
  bool OutlivesSuspension = false;
  /// It makes what is thrown, or the program ends by a failure next, or a plain
  /// function throws: nobody minds what its callee does then.
  bool IsForFailure = false;
  /// Each of them, if it holds for what the function was given, keeps this from running;
  /// parameters count from 1.
  std::vector<Condition> Guards = {};
  /// Where a comment says that its blocking is meant, beside it or at the head of its
  /// function; invalid without one.
  clang::SourceLocation Silenced = {};
  /// Of a loop: the calls that it makes by itself, once or at each turn.
  std::vector<CallSite> Advance = {};

  /// What the catalogue says of the callee; null if it does not know it.
  const BlockingCalls *Blocking = nullptr;
  /// The range that the loop, or the call, runs through, if the advance of its
  /// type is known to block.
  const clang::Expr *Range = nullptr;
  const BlockingRanges *Ranges = nullptr;
};

/// What a body shows about things it later waits for.
struct Evidence {
  struct Mention {
    const clang::ValueDecl *Of;
    clang::SourceLocation At;
    /// The name of the function that is awaited, if one is.
    llvm::StringRef Awaited = {};
  };
  /// Objects asked whether they are ready, what awaits mention or give, and what
  /// is moved or returned to somebody else.
  std::vector<Mention> ReadyChecks, Awaits, HandedOn;
  /// Where the coroutine awaits a move to a thread pool.
  std::vector<clang::SourceLocation> MovesToPool = {};
};

struct Calls {
  std::vector<CallSite> Sites;
  Evidence Shown;
};

/// The calls of a function of the user's.
Calls callsOf(const Unit &In, const Function &Caller);

/// The calls of a constructor or destructor that the compiler wrote, and what
/// one that the user wrote runs beside its body: members and bases.
void addImplicitCalls(const Unit &In, const clang::FunctionDecl &Special, Calls &To);

} // namespace asynciter
