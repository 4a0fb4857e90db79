// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a hand-written stream whose steps can tell an end, and never do,
// has forgotten it: the code behind each loop over it is never reached.
//
// Does not see: what a step makes of the result of something that it awaits,
// which may end by an exception; advance functions that only hand on another's
// awaitable. A stream whose type cannot tell an end is endless by design.
#include "Rule.h"
#include "model/Await.h"
#include "model/Bodies.h"
#include "model/Names.h"
#include "model/Step.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace asynciter {

/// Whether `Given` is an item, rather than a result that may be the end.
static bool isItem(const Expr &Given, QualType Result, const Types &Shapes) {
  const Expr *Inner = strip(&Given);
  if (Result->isBooleanType()) {
    const auto *Literal = dyn_cast<CXXBoolLiteralExpr>(Inner);
    return Literal && Literal->getValue();
  }
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Inner);
      Construct && Construct->getNumArgs() == 1 && classOf(Construct->getType()) == classOf(Result))
    Inner = strip(Construct->getArg(0));
  const QualType Type = Inner->getType(), Item = Shapes.itemOf(Result);
  if (Item.isNull() || Item->isDependentType() || Type->isNullPtrType())
    return false;
  return (Item->isArithmeticType() && Type->isArithmeticType()) ||
         (classOf(Item) && classOf(Item) == classOf(Type) && !Shapes.isOptionalLike(Item));
}

/// Whether a step may end by an exception: its own, or that of what it awaits.
static bool mayEndByException(const Function &Body, const Unit &In) {
  bool May = false;
  forEachNested(*Body.Body, [&](const Stmt &Part) {
    if (const auto *Await = dyn_cast<CoawaitExpr>(&Part))
      May |= !Await->getType()->isVoidType() && !awaitedStep(*Await, In.types());
    const auto *Call = dyn_cast<CXXMemberCallExpr>(&Part);
    const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
    May |= isa<CXXThrowExpr, DependentCoawaitExpr>(Part) ||
           (Method && Method->getIdentifier() && Method->getName() == "value");
  });
  return May;
}

/// Whether each way through a step's body gives an item.
static bool givesItemsOnly(const Function &Body, QualType Result, const Unit &In) {
  bool Gives = false, ItemsOnly = true;
  forEachNested(*Body.Body, [&](const Stmt &Part) {
    const Expr *Given = nullptr;
    if (const auto *Return = dyn_cast<CoreturnStmt>(&Part))
      Given = Return->getOperand();
    else if (const auto *Plain = dyn_cast<ReturnStmt>(&Part))
      Given = Plain->getRetValue();
    if (Given && In.isReachable(Body, Part)) {
      Gives = true;
      ItemsOnly &= isItem(*Given, Result, In.types());
    }
  });
  return Gives && ItemsOnly && !mayEndByException(Body, In);
}

/// `next()` as a coroutine, or with an awaiter whose functions are in sight.
static bool isEndlessStep(const Function &Advance, const CXXMethodDecl &Method, const Unit &In) {
  const Types &Shapes = In.types();
  const QualType Object = In.context().getRecordType(Method.getParent()), Awaited = Method.getReturnType();
  if (!Shapes.isStepMethod(Method) || Method.getMinRequiredArguments() != 0 || Shapes.isGenerator(Object) ||
      !Shapes.steps(Object, Protocol::AwaitedNext))
    return false;
  const QualType Result = Shapes.awaitedResult(Awaited);
  if (Result.isNull() || !(Result->isBooleanType() || Shapes.isOptionalLike(Result)))
    return false;
  if (Advance.Kind == FunctionKind::Task)
    return givesItemsOnly(Advance, Result, In);
  const CXXRecordDecl *Awaiter = classOf(Awaited);
  const FunctionDecl *Resume = Awaiter ? nullaryMethod(*Awaiter, "await_resume") : nullptr;
  const Function *Resumed = Resume ? In.find(*Resume) : nullptr;
  return Resumed && givesItemsOnly(*Resumed, Result, In);
}

/// Whether `it == end` is written down as false, or `it != end` as true.
static bool isConstantComparison(const FunctionDecl &Compares) {
  const auto *Body = dyn_cast_or_null<CompoundStmt>(bodyOf(Compares));
  const auto *Return = Body && Body->size() == 1 ? dyn_cast<ReturnStmt>(Body->body_front()) : nullptr;
  const auto *Value =
      Return && Return->getRetValue() ? dyn_cast<CXXBoolLiteralExpr>(strip(Return->getRetValue())) : nullptr;
  return Value && Value->getValue() == (Compares.getOverloadedOperator() == OO_ExclaimEqual);
}

/// An awaited `++` of a class that can be compared, and never equals the end.
static bool isEndlessIterator(const CXXMethodDecl &Method, const Types &Shapes) {
  if (Method.getOverloadedOperator() != OO_PlusPlus || Method.getNumParams() != 0 ||
      !Shapes.isAwaitable(Method.getReturnType()))
    return false;
  bool Compares = false, NeverEqual = true;
  auto Look = [&](const FunctionDecl *Function) {
    if (!Function || !llvm::is_contained({OO_EqualEqual, OO_ExclaimEqual}, Function->getOverloadedOperator()))
      return;
    Compares = true;
    NeverEqual &= isConstantComparison(*Function);
  };
  const CXXRecordDecl &Iterator = *Method.getParent();
  for (const CXXMethodDecl *Member : Iterator.methods())
    Look(Member);
  for (const FriendDecl *Friend : Iterator.friends())
    if (const NamedDecl *Named = Friend->getFriendDecl())
      Look(Named->getAsFunction());
  return Compares && NeverEqual;
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Advance : In.functions()) {
    const auto *Method = dyn_cast<CXXMethodDecl>(Advance.Declared);
    if (Method && !Advance.IsDependent &&
        ((isEndlessIterator(*Method, In.types()) && !mayEndByException(Advance, In)) ||
         isEndlessStep(Advance, *Method, In)))
      Out.report({Method->getLocation(), "`" + functionForPeople(*Method) +
                                             "` never tells the end, which its stream has a way to tell"});
  }
}

extern const Rule endless_async_iterator;
const Rule endless_async_iterator = {{"endless-async-iterator",
                                      "a hand-written async iterator has no path that signals end",
                                      Tier::Suspicious, "0.1.0"},
                                     check};

} // namespace asynciter
