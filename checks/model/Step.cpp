// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Step.h"

#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

std::string Step::name() const {
  if (IsAdvance)
    return "++";
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
    if (const CXXMethodDecl *Method = Member->getMethodDecl())
      return Method->getNameAsString();
  return "operator()";
}

static std::optional<Step> memberStep(const CXXMemberCallExpr &Call, const Types &Shapes) {
  const CXXMethodDecl *Method = Call.getMethodDecl();
  // Stripped of conversions to a base: the whole type tells the protocol.
  const Expr *Stream = strip(Call.getImplicitObjectArgument());
  if (!Method || !Method->getIdentifier() || !Shapes.isAwaitable(Call.getType()))
    return std::nullopt;
  QualType Type = Stream->getType();
  if (Type->isPointerType())
    Type = Type->getPointeeType();
  if (Method->getName() == "begin" && Shapes.steps(Type, Protocol::AwaitedIterator))
    return Step{Protocol::AwaitedIterator, &Call, Stream};
  // With a completion token (Asio's `async_resume`) the method is no shape, but
  // a generator that has a step of that name is stepped by it.
  if (Shapes.isStepMethod(*Method) && (Shapes.steps(Type, Protocol::AwaitedNext) || Shapes.isGenerator(Type)))
    return Step{Protocol::AwaitedNext, &Call, Stream};
  return std::nullopt;
}

static std::optional<Step> operatorStep(const CXXOperatorCallExpr &Call, const Types &Shapes) {
  if (!Shapes.isAwaitable(Call.getType()))
    return std::nullopt;
  const Expr *On = strip(Call.getArg(0));
  // Only iterators have an awaitable prefix increment; a stream that awaits
  // `begin` is what they come from, and need not be in sight.
  if (Call.getOperator() == OO_PlusPlus && Call.getNumArgs() == 1)
    return Step{Protocol::AwaitedIterator, &Call, On, true};
  if (Call.getOperator() == OO_Call && Shapes.steps(On->getType(), Protocol::AwaitedCall))
    return Step{Protocol::AwaitedCall, &Call, On};
  return std::nullopt;
}

std::optional<Step> stepOf(const Expr &Written, const Types &Shapes) {
  const Expr *Call = strip(&Written);
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
    return memberStep(*Member, Shapes);
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call))
    return operatorStep(*Operator, Shapes);
  return std::nullopt;
}

std::optional<Step> awaitedStep(const Expr &Written, const Types &Shapes) {
  const auto *Await = dyn_cast<CoawaitExpr>(strip(&Written));
  if (!Await || Await->isImplicit())
    return std::nullopt;
  const Expr *Operand = Await->getOperand();
  if (std::optional<Step> Called = stepOf(*Operand, Shapes))
    return Called;
  if (Shapes.steps(Operand->getType(), Protocol::AwaitedObject))
    return Step{Protocol::AwaitedObject, Await, Operand};
  return std::nullopt;
}

} // namespace asynciter
