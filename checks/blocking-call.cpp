// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a coroutine shares its thread with others, so a call in its body
// that waits for something outside the program, directly or through functions
// whose bodies are in sight, stalls them all.
//
// Calls that lead into other files are questions for the link.
//
// Does not see: in one file, virtual calls whose target is open; callables in
// parameters, and in variables that hold more than one in the program; a callable
// that is given to code which is not known to run it at once.
#include "Rule.h"
#include "facts/Blocking.h"
#include "facts/Catalogue.h"
#include "facts/Chain.h"
#include "facts/Linked.h"
#include "model/Names.h"

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"

using namespace clang;

namespace asynciter {

static std::string harm(const Function &Coroutine) {
  return "`" + functionForPeople(*Coroutine.Declared) +
         (Coroutine.Kind == FunctionKind::AsyncGenerator ? "` blocks the event loop between items: "
                                                         : "` blocks its thread: ");
}

/// Ranges whose advance blocks, with whatever made them, and destructors across
/// a suspension of a generator have rules of their own.
static bool isOthers(const CallSite &Site, const Function &Coroutine,
                     const llvm::DenseSet<const Stmt *> &RangeMakers) {
  return Site.How == CallSite::Looped || Site.Range || RangeMakers.contains(Site.Site) ||
         (Site.OutlivesSuspension && Coroutine.Kind == FunctionKind::AsyncGenerator);
}

static void check(const Unit &In, Reporter &Out) {
  const BlockingFacts &Facts = In.facts<BlockingFacts>();
  const bool WithLocks = Out.isOn("CheckLocks");
  for (const Function &Coroutine : In.functions()) {
    if (!Coroutine.isAsync())
      continue;
    const std::vector<CallSite> &Sites = Facts.callsOf(Coroutine);
    llvm::DenseSet<const Stmt *> RangeMakers;
    for (const CallSite &Site : Sites)
      if (Site.Range)
        RangeMakers.insert(makerOf(*Site.Range));
    for (const CallSite &Site : Sites) {
      if (isOthers(Site, Coroutine, RangeMakers))
        continue;
      const std::optional<Blocked> Why = Facts.blocks(Site, Coroutine, WithLocks);
      if (!Why) {
        if (std::optional<Question> Open = questionAbout(Site, Coroutine, In)) {
          Open->IfSo = {Site.At, harm(Coroutine) + describe(Site)};
          askOrAnswer(std::move(*Open), Out.option("Facts"), In, Out);
        }
        continue;
      }
      if (!In.isReachable(Coroutine, *Site.Site) ||
          isRepeatedBelow(Site, *Why, Sites, Coroutine, Facts, WithLocks))
        continue;
      Finding Found{Site.At, harm(Coroutine) + describe(Site)};
      Found.Notes = notesFor(*Why, Coroutine, In);
      Found.NotesAreAChain = Why->Links.size() > 1;
      Out.report(std::move(Found));
    }
  }
}

static const Option Options[] = {
    {"Facts", "", "a file of `asynciter-lint link --facts-out`, which says what blocks in other files"},
    {"CheckLocks", "false", "also report taking a mutex for a short section without a suspension"},
};

extern const Rule blocking_call;
const Rule blocking_call = {{"blocking-call",
                             "a coroutine runs a call that blocks its thread, directly or through others",
                             Tier::Correctness, "0.1.0", Options},
                            check};

} // namespace asynciter
