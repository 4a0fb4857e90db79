// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: whoever steps a sync generator expects an item, or the end, when
// `++` returns. A suspension in the body that is no `co_yield` returns to the
// consumer as well, with neither: the item is the last one, or none at all, and
// the next step resumes a coroutine that somebody else is about to resume.
//
// Does not see: generators without `begin` and `end`; awaits in functions that
// the generator calls; whether an awaiter whose functions are not in sight is
// always ready.
#include "Rule.h"
#include "model/Await.h"
#include "model/Names.h"

#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Producer : In.functions()) {
    if (Producer.Kind != FunctionKind::SyncGenerator ||
        !In.types().isSyncRange(Producer.Declared->getReturnType()))
      continue;
    forEachAwait(*Producer.Body, [&](const CoawaitExpr &Await) {
      if (!canSuspend(Await, In) || !In.isReachable(Producer, Await))
        return;
      Out.report(
          {Await.getKeywordLoc(), "`" + functionForPeople(*Producer.Declared) +
                                      "` is a sync generator: while it waits here, its consumer goes on "
                                      "without an item"});
    });
  }
}

extern const Rule await_in_sync_generator;
const Rule await_in_sync_generator = {
    {"await-in-sync-generator", "a generator whose advance is synchronous awaits something that can suspend",
     Tier::Correctness, "0.1.0"},
    check};

} // namespace asynciter
