// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a sync range whose advance waits (for a disk, a terminal, another
// thread) makes the loop over it a row of blocking calls, which an async stream
// or a worker thread would not be. A range in memory is fine, and so is a sync
// generator that blocks, until a coroutine loops over it.
//
// Does not see: ranges behind type erasure.
#include "Rule.h"
#include "facts/Blocking.h"
#include "facts/Chain.h"
#include "facts/Linked.h"
#include "model/Names.h"

#include "clang/AST/Decl.h"

using namespace clang;

namespace asynciter {

static void check(const Unit &In, Reporter &Out) {
  const BlockingFacts &Facts = In.facts<BlockingFacts>();
  for (const Function &Coroutine : In.functions()) {
    if (!Coroutine.isAsync())
      continue;
    for (const CallSite &Site : Facts.callsOf(Coroutine)) {
      if (Site.How != CallSite::Looped && !Site.Range)
        continue;
      const std::string Harm =
          "`" + functionForPeople(*Coroutine.Declared) + "` goes through a sync range that blocks: ";
      const std::optional<Blocked> Why = Facts.blocks(Site, Coroutine, false);
      if (!Why && Site.How == CallSite::Looped)
        if (std::optional<Question> Open = questionAbout(Site, Coroutine, In)) {
          Open->IfSo = {Site.At, Harm};
          Open->EndsWithReason = true;
          askOrAnswer(std::move(*Open), Out.option("Facts"), In, Out);
        }
      if (!Why || !In.isReachable(Coroutine, *Site.Site))
        continue;
      Finding Found{Site.At, Harm + describeEnd(*Why)};
      Found.Notes = notesFor(*Why, Coroutine, In);
      Found.NotesAreAChain = Why->Links.size() > 1;
      Out.report(std::move(Found));
    }
  }
}

static const Option Options[] = {
    {"Facts", "", "a file of `asynciter-lint link --facts-out`, which says what blocks in other files"},
};

extern const Rule sync_range_in_coroutine;
const Rule sync_range_in_coroutine = {{"sync-range-in-coroutine",
                                       "a coroutine loops over a sync range whose advance blocks",
                                       Tier::Correctness, "0.1.0", Options},
                                      check};

} // namespace asynciter
