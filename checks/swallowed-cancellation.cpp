// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a coroutine is cancelled by an exception that its waits throw. A
// loop whose only waits are inside a `try`, and that goes on after each
// exception, cannot be cancelled: the next wait throws at once, for ever.
//
// Does not see: loops with a condition, which may be told to stop in another
// way; coroutine types of libraries whose cancellation is not known to be an
// exception; handlers that hand the exception to somebody.
#include "Rule.h"
#include "model/Changes.h"
#include "model/Handlers.h"
#include "model/Names.h"
#include "model/Step.h"
#include "model/Unit.h"
#include "model/Walk.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace asynciter {

/// The body of a loop that only its body can leave; null for anything else.
static const Stmt *bodyOfEndlessLoop(const Stmt &Part, const ASTContext &Context) {
  auto IsEndless = [&](const Expr *Condition) {
    bool Value = false;
    return !Condition ||
           (!Condition->isValueDependent() && Condition->EvaluateAsBooleanCondition(Value, Context) && Value);
  };
  if (const auto *While = dyn_cast<WhileStmt>(&Part))
    return IsEndless(While->getCond()) ? While->getBody() : nullptr;
  if (const auto *For = dyn_cast<ForStmt>(&Part))
    return IsEndless(For->getCond()) && !For->getInc() ? For->getBody() : nullptr;
  if (const auto *Do = dyn_cast<DoStmt>(&Part))
    return IsEndless(Do->getCond()) ? Do->getBody() : nullptr;
  return nullptr;
}

/// Steps and other waits of a loop, inside of the `try` and beside it.
struct Waits {
  bool StepsInside = false, WaitsBeside = false, AsksToken = false;
};

static void findWaits(const Stmt &Part, const CXXTryStmt &Try, const Unit &In, bool IsInside, Waits &Found) {
  IsInside |= &Part == Try.getTryBlock();
  if (const auto *Await = dyn_cast<CoawaitExpr>(&Part); Await && !Await->isImplicit()) {
    Found.StepsInside |= IsInside && awaitedStep(*Await, In.types());
    Found.WaitsBeside |= !IsInside;
  }
  if (const auto *Value = dyn_cast<Expr>(&Part))
    Found.AsksToken |= In.libraries().isStopToken(className(Value->getType()));
  forEachPart(Part, [&](const Stmt &Nested) { findWaits(Nested, Try, In, IsInside, Found); });
}

/// Whether the loop looks, beside the `try`, at something that is given a value
/// inside: after an exception it has another one.
static bool looksAtOutcome(const Stmt &Loop, const CXXTryStmt &Try) {
  llvm::DenseSet<const ValueDecl *> Given;
  forEachNested(*Try.getTryBlock(), [&](const Stmt &Part) {
    forEachChanged(Part, [&](const ValueDecl &Changed) { Given.insert(&Changed); });
  });
  bool Looks = false;
  forEachNested(Loop, [&](const Stmt &Part) {
    const auto *If = dyn_cast<IfStmt>(&Part);
    if (If && If->getCond() && If->getBeginLoc() > Try.getEndLoc())
      forEachNamed(*If->getCond(), [&](const ValueDecl &Named) { Looks |= Given.contains(&Named); });
  });
  return Looks;
}

static void visit(const Stmt &Part, const Stmt *Loop, const Function &Where, const Unit &In, Reporter &Out) {
  const auto *Try = dyn_cast<CXXTryStmt>(&Part);
  const CXXCatchStmt *Handler = nullptr;
  if (Try && Loop)
    Handler = handlerOf(*Try, In.libraries().cancellations(className(Where.Declared->getReturnType())),
                        In.context());
  if (Handler && goesOn(*Handler)) {
    Waits Found;
    findWaits(*Loop, *Try, In, false, Found);
    if (Found.StepsInside && !Found.WaitsBeside && !Found.AsksToken && !looksAtOutcome(*Loop, *Try))
      Out.report(
          {Handler->getCatchLoc(),
           "`" + functionForPeople(*Where.Declared) +
               "` cannot be cancelled here: this handler takes the cancellation, and the loop goes on"});
  }
  const bool IsLoop = isa<WhileStmt, ForStmt, DoStmt, CXXForRangeStmt>(Part);
  forEachPart(Part, [&](const Stmt &Nested) {
    visit(Nested, IsLoop ? bodyOfEndlessLoop(Part, In.context()) : Loop, Where, In, Out);
  });
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Where : In.functions())
    if (Where.isAsync() && !Where.IsDependent &&
        !In.libraries().cancellations(className(Where.Declared->getReturnType())).empty())
      visit(*Where.Body, nullptr, Where, In, Out);
}

extern const Rule swallowed_cancellation;
const Rule swallowed_cancellation = {
    {"swallowed-cancellation",
     "a handler in a stream loop catches everything, or the cancellation, and goes on", Tier::Suspicious,
     "0.1.0"},
    check};

} // namespace asynciter
