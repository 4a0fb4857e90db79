// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a coroutine's frame keeps its parameters as they are declared, so a
// reference, a pointer or a view in it refers to the caller's object for as long
// as the coroutine runs. That is fine where the call is awaited at once, or where
// the argument lives as long as the stream. It is a mistake where the argument is
// a temporary and the stream or task is used later, or a local that ends first.
//
// Does not see: what a function that is defined elsewhere does with the stream
// that it is given; locals that are moved from, or cleared, while a stream that
// refers to their contents runs; arguments that functions return references to,
// but for getters, containers and `[[clang::lifetimebound]]`.
#include "Rule.h"
#include "facts/Loans.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseSet.h"

using namespace clang;

namespace asynciter {

static std::string lenderOf(const Lender &From) {
  return From.Is == Lender::Temporary ? "a temporary" : nameOf(*From.Variable, "a local");
}

static void check(const Unit &In, Reporter &Out) {
  const Frames &All = In.facts<Frames>();
  for (const Function &Where : In.functions()) {
    const FramesOf &Made = All.of(Where);
    for (const Frame &One : Made.frames()) {
      if (One.Becomes.Is == Fate::AwaitedAtOnce || One.Becomes.Is == Fate::Unknown ||
          !In.isReachable(Where, *One.Call))
        continue;
      // One finding for each argument, however often the frame refers to it.
      llvm::DenseSet<const Expr *> Told;
      for (const Loan &Lent : All.loans(*One.Call)) {
        const Gone When = Lent.Parameter ? Made.goneBefore(One, Lent.From) : Gone::Never;
        if (When == Gone::Never || !Told.insert(Lent.Argument).second)
          continue;
        const bool IsDefault = isa<CXXDefaultArgExpr>(Lent.Argument);
        Finding Found{IsDefault ? placeOf(*One.Call) : Lent.Argument->getExprLoc(),
                      borrowerOf(One, Lent) + " borrows " + lenderOf(Lent.From) + ", which " +
                          endOf(One, Made.fateOf(One), When, Where)};
        Found.Notes = notesFor(Lent, In);
        if (!Lent.Coroutine->getDefinition())
          Found.Assumes = {Lent.Coroutine, Lent.Parameter->getFunctionScopeIndex()};
        Out.report(std::move(Found));
      }
    }
  }
}

extern const Rule dangling_argument;
const Rule dangling_argument = {
    {"dangling-argument", "a stream or task that runs on borrows a temporary, or a local that ends first",
     Tier::Correctness, "0.1.0"},
    check};

} // namespace asynciter
