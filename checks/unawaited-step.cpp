// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a step only asks for an item; awaiting it is what delivers one. An
// awaitable that is dropped, kept in a variable that nothing looks at, or
// tested as if it were its own result, was meant to be awaited.
//
// Does not see: an awaitable that is handed to a function which drops it.
#include "Rule.h"
#include "model/Step.h"
#include "model/Unit.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/DenseSet.h"

using namespace clang;

namespace asynciter {

/// Calls `Visit` for each step whose awaitable is converted, as `if (g.next())`
/// does where the awaitable happens to convert to bool.
static void forEachConvertedStep(const Stmt &Part, const Types &Shapes,
                                 llvm::function_ref<void(const Step &)> Visit) {
  const auto *Conversion = dyn_cast<CXXMemberCallExpr>(&Part);
  const auto *To = dyn_cast_or_null<CXXConversionDecl>(Conversion ? Conversion->getMethodDecl() : nullptr);
  if (To && To->getConversionType()->isBooleanType())
    if (const std::optional<Step> Converted = stepOf(*Conversion->getImplicitObjectArgument(), Shapes))
      Visit(*Converted);
  forEachPart(Part, [&](const Stmt &Nested) { forEachConvertedStep(Nested, Shapes, Visit); });
}

/// The calls in handlers: there is no `co_await` in those.
static llvm::DenseSet<const Stmt *> callsInHandlers(const Stmt &Body) {
  llvm::DenseSet<const Stmt *> Found;
  forEachNested(Body, [&](const Stmt &Part) {
    if (isa<CXXCatchStmt>(Part))
      forEachNested(Part, [&](const Stmt &Nested) {
        if (isa<CallExpr>(Nested))
          Found.insert(&Nested);
      });
  });
  return Found;
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Where : In.functions()) {
    std::optional<llvm::DenseSet<const Stmt *>> InHandlers;
    auto Report = [&](const Step &Dropped, llvm::StringRef How) {
      if (!In.isReachable(Where, *Dropped.Call))
        return;
      Finding Found{placeOf(*Dropped.Call), "`" + Dropped.name() + "` is " + How.str() +
                                                " but never awaited: the stream does not advance"};
      // `co_await` binds as tightly as the prefix operators, so no parentheses
      // are needed; outside a coroutine it would make one.
      if (!InHandlers)
        InHandlers = callsInHandlers(*Where.Body);
      const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Dropped.Call);
      const bool IsPiped = Operator && Operator->getOperator() == OO_Pipe;
      if (Where.isAsync() && !IsPiped && !InHandlers->contains(Dropped.Call) &&
          !Dropped.Call->getBeginLoc().isMacroID())
        Found.Fixes.push_back(FixItHint::CreateInsertion(Dropped.Call->getBeginLoc(), "co_await "));
      Out.report(std::move(Found));
    };
    forEachConvertedStep(*Where.Body, In.types(), [&](const Step &Tested) { Report(Tested, "tested"); });
    forEachDropped(*Where.Body, [&](const Expr &Value) {
      if (const std::optional<Step> Dropped = stepOf(Value, In.types()))
        Report(*Dropped, "called");
    });
    forEachLocal(*Where.Body, [&](const VarDecl &Local) {
      if (!Local.getInit() || Local.isReferenced() || Local.hasAttr<UnusedAttr>())
        return;
      if (const std::optional<Step> Kept = stepOf(*Local.getInit(), In.types()))
        Report(*Kept, "kept in `" + Local.getNameAsString() + "`");
    });
  }
}

extern const Rule unawaited_step;
const Rule unawaited_step = {{"unawaited-step",
                              "a step's awaitable is dropped, or used where its value is meant",
                              Tier::Correctness, "0.1.0"},
                             check};

} // namespace asynciter
