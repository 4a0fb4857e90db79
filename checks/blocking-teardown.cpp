// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a consumer may drop a generator between two steps, and expects that
// to be quick. The destructors of the frame's locals run then and there; one
// that joins or waits stops the consumer's thread, and for ever if what it waits
// for needs that thread.
//
// Does not see: destructors whose bodies are in another file; members of objects
// that the frame only refers to. What is moved, detached, awaited or joined
// somewhere in the body counts as seen to.
#include "Rule.h"
#include "facts/Blocking.h"
#include "facts/Chain.h"
#include "model/Alive.h"
#include "model/Locks.h"
#include "model/Names.h"

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"

using namespace clang;

namespace asynciter {

static void check(const Unit &In, Reporter &Out) {
  const BlockingFacts &Facts = In.facts<BlockingFacts>();
  for (const Function &Producer : In.functions()) {
    if (Producer.Kind != FunctionKind::AsyncGenerator)
      continue;
    std::vector<Survivor> Alive;
    for (const CallSite &Site : Facts.callsOf(Producer)) {
      if (Site.How != CallSite::Destroyed || !Site.Local || !Site.OutlivesSuspension)
        continue;
      const std::optional<Blocked> Why = Facts.blocks(Site, Producer, false);
      if (!Why)
        continue;
      if (Alive.empty())
        Alive = aliveAtSuspensions(In, Producer);
      const auto Known = llvm::find_if(Alive, [&](const Survivor &One) { return One.Local == Site.Local; });
      if (Known == Alive.end())
        continue;
      Finding Found{Site.Local->getLocation(), "dropping `" + functionForPeople(*Producer.Declared) +
                                                   "` blocks: it destroys `" + Site.Local->getNameAsString() +
                                                   "`, and " + describeEnd(*Why)};
      Found.Notes = notesFor(*Why, Producer, In);
      Found.NotesAreAChain = Why->Links.size() > 1;
      for (const Expr *Suspension : Known->Suspensions)
        Found.Notes.push_back(
            {Suspension->getExprLoc(), "it may be dropped here, where " + describeSuspension(*Suspension)});
      Out.report(std::move(Found));
    }
  }
}

extern const Rule blocking_teardown;
const Rule blocking_teardown = {
    {"blocking-teardown",
     "a local whose destructor blocks lives across a suspension of a generator, so that "
     "dropping the generator blocks",
     Tier::Suspicious, "0.1.0"},
    check};

} // namespace asynciter
