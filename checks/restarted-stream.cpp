// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a generator runs once, from its start to its end. To begin it again
// after its end does not start it over, and to begin it while an earlier
// iterator is still in use moves that one as well.
//
// Does not see: generators in members and containers, or that functions are
// given; hand-written streams, which may well have several passes. A loop that
// leaves early and a second one that goes on from there are no mistake.
#include "Rule.h"
#include "model/EndState.h"

#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

static Finding findingFor(const SecondBegin &Restart) {
  const std::string Name = "`" + Restart.Stream->getNameAsString() + "`";
  Finding Found{
      Restart.Begin->getExprLoc(),
      Restart.EndTest
          ? Name + " is begun again after its end: a stream has one pass only"
          : Name + " is begun again while its first iterator is in use: a stream has one position only"};
  if (Restart.First)
    Found.Notes.push_back({Restart.First->getExprLoc(), "it is begun here"});
  if (Restart.EndTest)
    Found.Notes.push_back({Restart.EndTest->getExprLoc(), "this is known to have told its end"});
  return Found;
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Consumer : In.functions())
    if (Consumer.isCoroutine())
      for (const SecondBegin &Restart : In.facts<EndFacts>().of(Consumer).Restarts)
        Out.report(findingFor(Restart));
}

extern const Rule restarted_stream;
const Rule restarted_stream = {{"restarted-stream",
                                "a single-pass stream is begun, or looped over, a second time",
                                Tier::Correctness, "0.1.0"},
                               check};

} // namespace asynciter
