// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a loop that neither does anything nor suspends, until something
// changes that only another task or thread changes, keeps its thread from the
// very tasks that could change it, and if it is lucky only burns the processor.
//
// Does not see: loops that call something, unless that is known to pass the time
// only; spinning in a function that the coroutine calls; compare-exchange loops,
// which are somebody's progress.
#include "Rule.h"
#include "model/Names.h"
#include "model/Spin.h"

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"

using namespace clang;

namespace asynciter {

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Coroutine : In.functions()) {
    if (!Coroutine.isAsync() || Coroutine.IsDependent)
      continue;
    for (const Spin &Loop : spinsOf(In, Coroutine)) {
      if (!In.isReachable(Coroutine, *Loop.Test))
        continue;
      Finding Found{Loop.At, "`" + functionForPeople(*Coroutine.Declared) + "` spins until " +
                                 (Loop.On.empty() ? std::string("something") : "`" + Loop.On + "`") +
                                 " changes: nothing else runs on its thread"};
      const llvm::StringRef Instead =
          In.libraries().replacement(className(Coroutine.Declared->getReturnType()), "condition");
      if (!Instead.empty())
        Found.Notes.push_back({Loop.At, "instead, " + Instead.str()});
      Out.report(std::move(Found));
    }
  }
}

extern const Rule busy_loop;
const Rule busy_loop = {
    {"busy-loop",
     "a loop in a coroutine spins with no suspension, waiting for something only another task or "
     "thread can change",
     Tier::Suspicious, "0.1.0"},
    check};

} // namespace asynciter
