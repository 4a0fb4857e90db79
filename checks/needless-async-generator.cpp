// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a generator that never awaits makes its items at once. A sync
// generator says so, costs less, and can be looped over anywhere.
//
// Believes also: a stream that is handed on is one because somebody asks for
// a stream; that it is stepped here is the function's own idea.
//
// Does not see: interfaces that ask for a stream and are not used in this file.
#include "Rule.h"
#include "model/Await.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseSet.h"

using namespace clang;

namespace asynciter {

using FunctionSet = llvm::DenseSet<const FunctionDecl *>;

/// The function that made a stream, or that a closure is.
static void addMaker(const Expr &Value, FunctionSet &To) {
  const Expr *Written = strip(&Value);
  if (const auto *Moved = dyn_cast<CXXConstructExpr>(Written);
      Moved && Moved->getNumArgs() == 1 && Moved->getConstructor()->isCopyOrMoveConstructor())
    Written = strip(Moved->getArg(0));
  if (const auto *Choice = dyn_cast<ConditionalOperator>(Written)) {
    addMaker(*Choice->getTrueExpr(), To);
    return addMaker(*Choice->getFalseExpr(), To);
  }
  if (const CXXRecordDecl *Closure = Written->getType()->getAsCXXRecordDecl(); Closure && Closure->isLambda())
    if (const CXXMethodDecl *Its = Closure->getLambdaCallOperator())
      To.insert(Its->getCanonicalDecl());
  if (const auto *Named = dyn_cast<DeclRefExpr>(Written))
    if (const auto *Local = dyn_cast<VarDecl>(Named->getDecl()); Local && Local->getInit())
      Written = strip(Local->getInit());
  const auto *Call = dyn_cast<CallExpr>(Written);
  if (const FunctionDecl *Maker = Call ? Call->getDirectCallee() : nullptr)
    To.insert(Maker->getCanonicalDecl());
}

/// Functions that somebody else asks for, or whose streams they do: by taking
/// them as arguments, or by returning them.
static FunctionSet askedFor(const Unit &In) {
  FunctionSet Asked;
  for (const Function &Where : In.functions()) {
    llvm::DenseSet<const Expr *> Callees;
    forEachNested(*Where.Body, [&](const Stmt &Part) {
      if (const auto *Call = dyn_cast<CallExpr>(&Part)) {
        Callees.insert(Call->getCallee()->IgnoreParenImpCasts());
        // The object of an operator is no argument.
        const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
        const bool HasObject = Operator && isa_and_nonnull<CXXMethodDecl>(Call->getDirectCallee());
        for (const Expr *Argument : llvm::drop_begin(Call->arguments(), HasObject))
          if (!Call->isCallToStdMove())
            addMaker(*Argument, Asked);
      } else if (const auto *Made = dyn_cast<CXXConstructExpr>(&Part)) {
        if (!Made->getConstructor()->isCopyOrMoveConstructor())
          for (const Expr *Argument : Made->arguments())
            addMaker(*Argument, Asked);
      } else if (const auto *List = dyn_cast<InitListExpr>(&Part)) {
        for (const Expr *Element : List->inits())
          addMaker(*Element, Asked);
      } else if (const auto *List = dyn_cast<CXXParenListInitExpr>(&Part)) {
        for (const Expr *Element : List->getInitExprs())
          addMaker(*Element, Asked);
      } else if (const auto *Return = dyn_cast<ReturnStmt>(&Part)) {
        if (Return->getRetValue())
          addMaker(*Return->getRetValue(), Asked);
      } else if (const auto *Reference = dyn_cast<DeclRefExpr>(&Part);
                 Reference && !Callees.contains(Reference)) {
        if (const auto *Function = dyn_cast<FunctionDecl>(Reference->getDecl()))
          Asked.insert(Function->getCanonicalDecl());
      }
    });
  }
  return Asked;
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
  const FunctionSet Asked = askedFor(In);
  for (const Function &Producer : In.functions()) {
    const FunctionDecl &Declared = *Producer.Declared;
    if (Producer.Kind != FunctionKind::AsyncGenerator || isBound(Declared) || awaits(*Producer.Body) ||
        !yieldsItemsOnly(*Producer.Body) || Asked.contains(Declared.getCanonicalDecl()))
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
