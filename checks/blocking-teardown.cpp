// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a consumer may drop a generator between two steps, and expects that
// to be quick. The destructors of the frame's locals run then and there; one
// that joins or waits stops the consumer's thread, and for ever if what it waits
// for needs that thread.
//
// Does not see: members of objects that the frame only refers to. What is moved, detached, awaited or joined
// somewhere in the body counts as seen to.
#include "Rule.h"
#include "facts/Blocking.h"
#include "facts/Chain.h"
#include "facts/Linked.h"
#include "model/Alive.h"
#include "model/Locks.h"
#include "model/Names.h"

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"

using namespace clang;

namespace asynciter {

/// Where the generator may be dropped while the local is alive.
static std::vector<Note> dropsOf(const Survivor &Known) {
  std::vector<Note> Notes;
  for (const Expr *Suspension : Known.Suspensions)
    Notes.push_back(
        {Suspension->getExprLoc(), "it may be dropped here, where " + describeSuspension(*Suspension)});
  return Notes;
}

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
      std::optional<Question> Open = Why ? std::nullopt : questionAbout(Site, Producer, In);
      if (!Why && !Open)
        continue;
      if (Alive.empty())
        Alive = aliveAtSuspensions(In, Producer);
      const auto Known = llvm::find_if(Alive, [&](const Survivor &One) { return One.Local == Site.Local; });
      if (Known == Alive.end())
        continue;
      Finding Found{Site.Local->getLocation(), "dropping `" + functionForPeople(*Producer.Declared) +
                                                   "` blocks: it destroys `" + Site.Local->getNameAsString() +
                                                   "`, and "};
      if (Open) {
        Open->EndsWithReason = true;
        Open->IfSo = std::move(Found);
        Open->IfSo.Notes = dropsOf(*Known);
        askOrAnswer(std::move(*Open), Out.option("Facts"), In, Out);
        continue;
      }
      Found.Message += describeEnd(*Why);
      Found.Notes = notesFor(*Why, Producer, In);
      Found.NotesAreAChain = Why->Links.size() > 1;
      llvm::append_range(Found.Notes, dropsOf(*Known));
      Out.report(std::move(Found));
    }
  }
}

static const Option Options[] = {
    {"Facts", "", "a file of `asynciter-lint link --facts-out`, which says what blocks in other files"},
};

extern const Rule blocking_teardown;
const Rule blocking_teardown = {
    {"blocking-teardown",
     "a local whose destructor blocks lives across a suspension of a generator, so that "
     "dropping the generator blocks",
     Tier::Suspicious, "0.1.0", Options},
    check};

} // namespace asynciter
