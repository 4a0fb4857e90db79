// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a lock that a thread owns must be released before its coroutine is
// suspended. Whoever else wants it waits for the coroutine, which may wait for
// them; and another thread may resume it and release what it does not own.
//
// Does not see: locks that a callee takes and leaves taken; what becomes of a
// guard or lock that is handed to others by reference (it counts as released);
// what an exception leaves locked. Sync generators may hold locks.
#include "Rule.h"
#include "model/Locks.h"
#include "model/Names.h"

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"

using namespace clang;

namespace asynciter {

/// Some coroutines only leave early (`co_await` of an optional or expected); who
/// calls them gets the result at once, and nothing is ever resumed.
static bool isResumed(const Function &Coroutine, const Types &Shapes) {
  const QualType Returned = Coroutine.Declared->getReturnType();
  return Shapes.isStream(Returned) || !Shapes.isOptionalLike(Returned);
}

static std::string whatIsHeld(const Held &Lock) {
  if (!Lock.Holder.empty())
    return "`" + Lock.Holder + "`" + (Lock.Lock.empty() ? " holds its lock" : " holds `" + Lock.Lock + "`");
  const std::string Named = Lock.Lock.empty() ? "a lock" : "`" + Lock.Lock + "`";
  return Lock.IsTemporary ? "a temporary holds " + Named : Named + " is locked";
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Coroutine : In.functions()) {
    if (!Coroutine.isAsync() || !isResumed(Coroutine, In.types()))
      continue;
    for (const Held &Lock : heldAcrossSuspensions(In, Coroutine)) {
      if (Lock.IsAsync)
        continue;
      Finding Found{Lock.Taken, whatIsHeld(Lock) + " while `" + functionForPeople(*Coroutine.Declared) +
                                    "` is suspended"};
      for (const Expr *Suspension : Lock.Suspensions)
        Found.Notes.push_back(
            {Suspension->getExprLoc(), "it is held here, where " + describeSuspension(*Suspension)});
      const llvm::StringRef Instead =
          In.libraries().replacement(className(Coroutine.Declared->getReturnType()), "lock");
      if (!Instead.empty())
        Found.Notes.push_back({Lock.Taken, "release it before, or instead, " + Instead.str()});
      Out.report(std::move(Found));
    }
  }
}

extern const Rule lock_across_suspension;
const Rule lock_across_suspension = {
    {"lock-across-suspension",
     "a sync lock, held by a guard or by a bare `lock()`, is still held at a suspension", Tier::Correctness,
     "0.1.0"},
    check};

} // namespace asynciter
