// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a generator that never awaits makes its items at once. A sync
// generator says so, costs less, and can be looped over anywhere.
//
// Does not see: interfaces that ask for a stream other than by an override, a
// value of the function, or a template.
#include "Rule.h"
#include "model/Await.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseSet.h"

using namespace clang;

namespace asynciter {

/// Functions that are not only called: whoever takes them asks for their type.
static llvm::DenseSet<const FunctionDecl *> functionsAsValues(const Unit &In) {
  llvm::DenseSet<const FunctionDecl *> Named;
  for (const Function &Where : In.functions()) {
    llvm::DenseSet<const Expr *> Callees;
    forEachNested(*Where.Body, [&](const Stmt &Part) {
      if (const auto *Call = dyn_cast<CallExpr>(&Part))
        Callees.insert(Call->getCallee()->IgnoreParenImpCasts());
      else if (const auto *Reference = dyn_cast<DeclRefExpr>(&Part);
               Reference && !Callees.contains(Reference))
        if (const auto *Function = dyn_cast<FunctionDecl>(Reference->getDecl()))
          Named.insert(Function->getCanonicalDecl());
    });
  }
  return Named;
}

/// `co_yield` of one item after the other; another stream's items are waited for.
static bool yieldsItemsOnly(const Stmt &Body) {
  bool Yields = false, ItemsOnly = true;
  forEachNested(Body, [&](const Stmt &Part) {
    const auto *Yield = dyn_cast<CoyieldExpr>(&Part);
    const auto *Call = Yield ? dyn_cast<CXXMemberCallExpr>(strip(Yield->getOperand())) : nullptr;
    if (!Yield)
      return;
    Yields = true;
    const CXXRecordDecl *Given =
        Call && Call->getNumArgs() == 1 ? classOf(Call->getArg(0)->getType()) : nullptr;
    ItemsOnly &= !Given || Given->getName() != "elements_of";
  });
  return Yields && ItemsOnly;
}

/// The choice is not the function's own, or depends on template arguments.
static bool isBound(const FunctionDecl &Declared) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&Declared);
  return (Method && Method->isVirtual()) || Declared.isTemplateInstantiation() ||
         Declared.isDependentContext();
}

static void check(const Unit &In, Reporter &Out) {
  const llvm::DenseSet<const FunctionDecl *> Values = functionsAsValues(In);
  for (const Function &Producer : In.functions()) {
    const FunctionDecl &Declared = *Producer.Declared;
    if (Producer.Kind != FunctionKind::AsyncGenerator || isBound(Declared) || awaits(*Producer.Body) ||
        !yieldsItemsOnly(*Producer.Body) || Values.contains(Declared.getCanonicalDecl()))
      continue;
    const auto *Method = dyn_cast<CXXMethodDecl>(&Declared);
    const bool IsLambda = Method && Method->getParent()->isLambda();
    Out.report({IsLambda ? Method->getParent()->getBeginLoc() : Declared.getLocation(),
                "`" + functionForPeople(Declared) +
                    "` is an async generator that never awaits: a sync generator says it"});
  }
}

extern const Rule needless_async_generator;
const Rule needless_async_generator = {{"needless-async-generator",
                                        "an async generator that never awaits: a sync generator says it",
                                        Tier::Pedantic, "0.1.0"},
                                       check};

} // namespace asynciter
