// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: end is final. On a path on which a test has told it, there is
// nothing to step to and nothing to read, and a loop that steps on has no end.
//
// Does not see: streams in members and containers; a step behind a condition
// that may know of the end, since something was changed after the test; what
// hand-written classes mean by an empty result, which may be "nothing yet".
#include "Rule.h"
#include "model/EndState.h"

#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

static Finding findingFor(const UseAfterEnd &Mistake) {
  const std::string Name = "`" + Mistake.Of->getNameAsString() + "`";
  Finding Found{Mistake.Use->getExprLoc(), Mistake.IsRead
                                               ? Name + " is read where a test has told that there is no item"
                                               : Name + " is stepped on where a test has told its end"};
  for (const Expr *Test : Mistake.Tests)
    Found.Notes.push_back({Test->getExprLoc(), "the test is here"});
  return Found;
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Consumer : In.functions())
    if (Consumer.isCoroutine())
      for (const UseAfterEnd &Mistake : In.facts<EndFacts>().of(Consumer).AfterEnd)
        Out.report(findingFor(Mistake));
}

extern const Rule step_after_end;
const Rule step_after_end = {{"step-after-end", "a step, or a read, on a path on which end is already known",
                              Tier::Correctness, "0.1.0"},
                             check};

} // namespace asynciter
