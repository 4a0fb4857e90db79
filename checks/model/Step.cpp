// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Step.h"

#include "model/Libraries.h"
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
  return Function.empty() ? "operator()" : Function;
}

/// Whether a step of that stream says in its result that there are no more items.
static bool tellsEnd(QualType Stream, const Types &Shapes) {
  const StreamFacts *Facts = Shapes.facts(Stream);
  return !Facts || Facts->End == StreamFacts::InResult;
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
  if ((Shapes.isStepMethod(*Method) &&
       (Shapes.steps(Type, Protocol::AwaitedNext) || Shapes.isGenerator(Type))) ||
      Shapes.isStepMethod(*Method, Type))
    return Step{Protocol::AwaitedNext, &Call, Stream, false, tellsEnd(Type, Shapes)};
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
    return Step{Protocol::AwaitedCall, &Call, On, false, tellsEnd(On->getType(), Shapes)};
  return std::nullopt;
}

/// A call of a function that takes what it works on as an argument: of a function
/// object, its first argument is the object.
static const Expr *firstArgument(const CallExpr &Call) {
  const unsigned First =
      isa<CXXOperatorCallExpr>(Call) && isa_and_nonnull<CXXMethodDecl>(Call.getDirectCallee()) ? 1 : 0;
  return Call.getNumArgs() > First ? strip(Call.getArg(First)) : nullptr;
}

/// `next(s)`, and what makes it deliver an empty result at the end:
/// `done_as_optional(next(s))`, `next(s) | done_as_optional()`.
static std::optional<Step> functionStep(const CallExpr &Call, const Types &Shapes) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return std::nullopt;
  const auto *Piped = dyn_cast<CXXOperatorCallExpr>(&Call);
  const auto *Into = Piped && Piped->getOperator() == OO_Pipe && Piped->getNumArgs() == 2
                         ? dyn_cast<CallExpr>(strip(Piped->getArg(1)))
                         : nullptr;
  const FunctionDecl *Adaptor = Into ? Into->getDirectCallee() : Callee;
  if (Adaptor && Shapes.isEmptyAtEnd(*Adaptor)) {
    const Expr *Inner = Into ? strip(Piped->getArg(0)) : firstArgument(Call);
    std::optional<Step> Adapted = Inner ? stepOf(*Inner, Shapes) : std::nullopt;
    if (Adapted) {
      Adapted->Call = &Call;
      Adapted->TellsEnd = true;
    }
    return Adapted;
  }
  const Expr *Stream = firstArgument(Call);
  if (!Stream || !Shapes.isStepFunction(*Callee))
    return std::nullopt;
  // Of a function object, the object is what people call.
  const auto *Object = dyn_cast<DeclRefExpr>(strip(Call.getCallee()));
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call))
    Object = dyn_cast<DeclRefExpr>(strip(Operator->getArg(0)));
  return Step{Protocol::SenderStream,
              &Call,
              Stream,
              false,
              /*TellsEnd=*/false,
              Object ? Object->getDecl()->getNameAsString() : Callee->getNameAsString()};
}

std::optional<Step> stepOf(const Expr &Written, const Types &Shapes) {
  const Expr *Call = strip(&Written);
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
    return memberStep(*Member, Shapes);
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call))
    if (std::optional<Step> Operated = operatorStep(*Operator, Shapes))
      return Operated;
  if (const auto *Function = dyn_cast<CallExpr>(Call))
    return functionStep(*Function, Shapes);
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
    return Step{Protocol::AwaitedObject, Await, Operand, false, tellsEnd(Operand->getType(), Shapes)};
  return std::nullopt;
}

} // namespace asynciter
