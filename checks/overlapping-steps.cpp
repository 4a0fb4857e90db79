// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a generator has one place to note who waits for its next item, so a
// second step that starts while one is pending overwrites it, or resumes a frame
// that is running.
//
// Does not see: hand-written streams, which may well take several consumers;
// steps that are collected in containers, or started in another function; whether
// a spawned step has ended once something else was awaited.
#include "Rule.h"
#include "model/Names.h"
#include "model/Pending.h"
#include "model/Step.h"

#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

static std::string nameOf(const Stepper &Which, const Unit &In) {
  if (const std::optional<Step> Direct = stepOf(*Which.Call, In.types()))
    return "`" + Direct->name() + "`";
  const auto *Call = dyn_cast<CallExpr>(Which.Call);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return Callee ? "`" + functionForPeople(*Callee) + "`" : "this await";
}

static void check(const Unit &In, Reporter &Out) {
  const PendingFacts &Facts = In.facts<PendingFacts>();
  for (const Function &Where : In.functions())
    for (const Overlap &Found : Facts.of(Where).Overlaps) {
      Finding Told{placeOf(*Found.Second.Call),
                   nameOf(Found.Second, In) + " steps `" + Found.Second.Stream->getNameAsString() +
                       "` while another step of it is pending: a generator takes one step at a time"};
      if (Found.First.Call != Found.Second.Call)
        Told.Notes.push_back({placeOf(*Found.First.Call), "the other step is started here"});
      if (Found.Together)
        if (const FunctionDecl *Callee = Found.Together->getDirectCallee())
          Told.Notes.push_back(
              {placeOf(*Found.Together), "`" + functionForPeople(*Callee) + "` runs both at once"});
      Out.report(std::move(Told));
    }
}

extern const Rule overlapping_steps;
const Rule overlapping_steps = {{"overlapping-steps",
                                 "a second step of one stream starts while one is pending", Tier::Correctness,
                                 "0.1.0"},
                                check};

} // namespace asynciter
