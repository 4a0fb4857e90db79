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

using namespace clang;

namespace asynciter {

/// The step behind a condition: `if (g.next())` compiles when the awaitable
/// converts to bool.
static std::optional<Step> testedStep(const Expr &Condition, const Types &Shapes) {
  const Expr *Inner = strip(&Condition);
  if (const auto *Not = dyn_cast<UnaryOperator>(Inner); Not && Not->getOpcode() == UO_LNot)
    return testedStep(*Not->getSubExpr(), Shapes);
  if (const auto *Binary = dyn_cast<BinaryOperator>(Inner); Binary && Binary->isLogicalOp()) {
    const std::optional<Step> Left = testedStep(*Binary->getLHS(), Shapes);
    return Left ? Left : testedStep(*Binary->getRHS(), Shapes);
  }
  const auto *Conversion = dyn_cast<CXXMemberCallExpr>(Inner);
  if (Conversion && isa_and_nonnull<CXXConversionDecl>(Conversion->getMethodDecl()))
    return stepOf(*Conversion->getImplicitObjectArgument(), Shapes);
  return std::nullopt;
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Where : In.functions()) {
    auto Report = [&](const Step &Dropped, llvm::StringRef How) {
      if (!In.isReachable(Where, *Dropped.Call))
        return;
      Finding Found{placeOf(*Dropped.Call), "`" + Dropped.name() + "` is " + How.str() +
                                                " but never awaited: the stream does not advance"};
      // `co_await` binds as tightly as the prefix operators, so no parentheses
      // are needed; outside a coroutine it would make one.
      if (Where.isAsync() && !Dropped.Call->getBeginLoc().isMacroID())
        Found.Fixes.push_back(FixItHint::CreateInsertion(Dropped.Call->getBeginLoc(), "co_await "));
      Out.report(std::move(Found));
    };
    forEachUse(*Where.Body, [&](const Expr &Value, Use Goes) {
      if (Goes == Use::Tested) {
        if (const std::optional<Step> Tested = testedStep(Value, In.types()))
          Report(*Tested, "tested");
      } else if (const std::optional<Step> Dropped = stepOf(Value, In.types());
                 Dropped && !Value.getType()->isVoidType()) {
        Report(*Dropped, "called");
      }
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
const Rule unawaited_step = {
    {"unawaited-step", "a step's awaitable is dropped, or used where its value is meant",
     Tier::Correctness, "0.1.0"},
    check};

} // namespace asynciter
