// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a lambda that is a coroutine reads its captures from the closure, and
// a member coroutine its members from the object, each time that it runs; the
// frame keeps neither. A closure or object that is a temporary, or a local of a
// function that returns the stream, ends before the coroutine does.
//
// Does not see: closures in `std::function`s and members that are replaced while
// their coroutines run; member coroutines that are defined elsewhere; objects
// that keep themselves alive by a shared pointer to `this`.
#include "Rule.h"
#include "facts/Loans.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

/// The lambda expression that made the closure; null for another object.
static const LambdaExpr *closureOf(const Lender &From) {
  const Expr *Made = From.At;
  if (const auto *Local = dyn_cast_or_null<VarDecl>(From.Variable); Local && Local->getInit())
    Made = Local->getInit();
  return dyn_cast<LambdaExpr>(strip(Made));
}

static void reportObject(const Frame &One, const Loan &Lent, const std::string &End, const Unit &In,
                         Reporter &Out) {
  const LambdaExpr *Closure = closureOf(Lent.From);
  Finding Found;
  if (Closure)
    Found = {Closure->getBeginLoc(),
             "the lambda uses its captures as long as it runs, but its closure " + End};
  else
    Found = {placeOf(*One.Call),
             borrowerOf(One, Lent) + " uses its object as long as it runs, but " +
                 (Lent.From.Is == Lender::Temporary ? "that is a temporary, which "
                                                    : nameOf(*Lent.From.Variable, "it") + " ") +
                 End};
  if (Closure && Lent.From.Is == Lender::Local)
    Found.Notes.push_back({placeOf(*One.Call), "it is called here"});
  for (Note &Passed : notesFor(Lent, In))
    Found.Notes.push_back(std::move(Passed));
  Out.report(std::move(Found));
}

/// Closures given to functions that destroy them when they have returned, which
/// a coroutine does at its first suspension.
static void findForgotten(const Stmt &Part, const Unit &In, const Frames &All,
                          llvm::function_ref<void(const LambdaExpr &, const FunctionDecl &)> Visit) {
  const auto *Call = dyn_cast<CallExpr>(&Part);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  if (Callee && In.libraries().forgetsCallables(qualifiedName(*Callee)))
    for (const Expr *Argument : Call->arguments()) {
      const auto *Lambda = dyn_cast<LambdaExpr>(strip(Argument));
      const CXXMethodDecl *Body = Lambda ? Lambda->getCallOperator() : nullptr;
      const Function *Coroutine = Body ? In.find(*Body) : nullptr;
      // A lazy task that nobody takes never runs.
      const bool Runs = Coroutine && (In.types().isAwaitable(Callee->getReturnType()) ||
                                      In.types().startOf(Body->getReturnType()) == Types::Start::AtOnce);
      if (Runs && Coroutine->isCoroutine() && !Body->isExplicitObjectMemberFunction() &&
          All.usesLater(*Body, nullptr))
        Visit(*Lambda, *Callee);
    }
  forEachPart(Part, [&](const Stmt &Nested) { findForgotten(Nested, In, All, Visit); });
}

static void check(const Unit &In, Reporter &Out) {
  const Frames &All = In.facts<Frames>();
  for (const Function &Where : In.functions()) {
    const FramesOf &Made = All.of(Where);
    for (const Frame &One : Made.frames()) {
      if (One.Becomes.Is == Fate::AwaitedAtOnce || One.Becomes.Is == Fate::Unknown ||
          !In.isReachable(Where, *One.Call))
        continue;
      for (const Loan &Lent : All.loans(*One.Call)) {
        const Gone When = Lent.Parameter ? Gone::Never : Made.goneBefore(One, Lent.From);
        if (When == Gone::Never)
          continue;
        reportObject(One, Lent, endOf(One, Made.fateOf(One), When, Where), In, Out);
        break;
      }
    }
    if (!Where.IsDependent)
      findForgotten(*Where.Body, In, All, [&](const LambdaExpr &Lambda, const FunctionDecl &Callee) {
        if (In.isReachable(Where, Lambda))
          Out.report({Lambda.getBeginLoc(), "the lambda uses its captures as long as it runs, but `" +
                                                nameForPeople(Callee) +
                                                "` destroys its closure at the first suspension"});
      });
  }
}

extern const Rule dangling_capture;
const Rule dangling_capture = {
    {"dangling-capture", "a coroutine outlives the closure or the object whose captures or members it uses",
     Tier::Correctness, "0.1.0"},
    check};

} // namespace asynciter
