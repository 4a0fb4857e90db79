// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: what a coroutine library lends for a while, such as an awaited lock
// or a permit, a timeout or a scope of tasks, is lent to this coroutine. Open at
// a `co_yield`, it is lent to the consumer as well, for as long as they like.
//
// Does not see: scopes that neither shape nor a model shows; what was handed to
// others by reference; scopes that a caller opened.
#include "Rule.h"
#include "model/Locks.h"
#include "model/Names.h"

#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Producer : In.functions()) {
    if (Producer.Kind != FunctionKind::AsyncGenerator)
      continue;
    for (const Held &Scope : heldAcrossSuspensions(In, Producer)) {
      if (!Scope.IsAsync)
        continue;
      const std::string &Name = Scope.Holder.empty() ? Scope.Lock : Scope.Holder;
      Finding Found{Scope.Taken, "the " + Scope.Kind + (Name.empty() ? "" : " `" + Name + "`") +
                                     " stays open while the consumer of `" +
                                     functionForPeople(*Producer.Declared) + "` has an item"};
      for (const Expr *Suspension : Scope.Suspensions)
        if (isa<CoyieldExpr>(Suspension))
          Found.Notes.push_back({Suspension->getExprLoc(), "it is open here, where an item is handed out"});
      if (!Found.Notes.empty())
        Out.report(std::move(Found));
    }
  }
}

extern const Rule scope_across_yield;
const Rule scope_across_yield = {
    {"scope-across-yield",
     "an async lock, semaphore permit, timeout, task group, nursery or cancel scope is open at a `co_yield`",
     Tier::Suspicious, "0.1.0"},
    check};

} // namespace asynciter
