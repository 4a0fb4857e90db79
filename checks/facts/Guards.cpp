// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Guards.h"

#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

namespace {

const ParmVarDecl *parameterIn(const Expr &Value, const FunctionDecl &Of) {
  const auto *Named = dyn_cast<DeclRefExpr>(strip(&Value));
  const auto *Parameter = Named ? dyn_cast<ParmVarDecl>(Named->getDecl()) : nullptr;
  const QualType Type = Parameter ? Parameter->getType() : QualType();
  const bool IsKnown = Parameter && Parameter->getDeclContext() == &Of && !Type->isDependentType() &&
                       (Type->isIntegralOrEnumerationType() || Type->isPointerType());
  return IsKnown ? Parameter : nullptr;
}

/// What `0 <Operator> Right` is.
bool compareZero(BinaryOperatorKind Operator, const llvm::APSInt &Right) {
  switch (Operator) {
  case BO_EQ:
    return Right.isZero();
  case BO_NE:
    return !Right.isZero();
  case BO_LT:
    return Right.isStrictlyPositive();
  case BO_LE:
    return Right.isNonNegative();
  case BO_GT:
    return Right.isNegative();
  default:
    return !Right.isStrictlyPositive();
  }
}

std::optional<llvm::APSInt> constantIn(const Expr &Value, const ASTContext &Context) {
  if (Value.isValueDependent())
    return std::nullopt;
  if (Value.isNullPointerConstant(const_cast<ASTContext &>(Context), Expr::NPC_ValueDependentIsNotNull))
    return llvm::APSInt::get(0);
  return Value.getIntegerConstantExpr(Context);
}

} // namespace

void addGuards(const Expr &Asked, bool Taken, const FunctionDecl &Of, const ASTContext &Context,
               std::vector<Condition> &To) {
  const Expr *Inner = strip(&Asked);
  auto Add = [&](const ParmVarDecl &Parameter, Condition::Kind Kind) {
    To.push_back({Kind, int(Parameter.getFunctionScopeIndex()) + 1, ""});
  };
  if (const ParmVarDecl *Parameter = parameterIn(*Inner, Of))
    return Add(*Parameter, Taken ? Condition::Zero : Condition::NotZero);
  if (const auto *Not = dyn_cast<UnaryOperator>(Inner); Not && Not->getOpcode() == UO_LNot)
    return addGuards(*Not->getSubExpr(), !Taken, Of, Context, To);
  const auto *Two = dyn_cast<BinaryOperator>(Inner);
  if (!Two)
    return;
  if (Two->getOpcode() == (Taken ? BO_LAnd : BO_LOr)) {
    addGuards(*Two->getLHS(), Taken, Of, Context, To);
    return addGuards(*Two->getRHS(), Taken, Of, Context, To);
  }
  if (!BinaryOperator::isComparisonOp(Two->getOpcode()) || Two->getOpcode() == BO_Cmp)
    return;
  const ParmVarDecl *Parameter = parameterIn(*Two->getLHS(), Of);
  const Expr *Other = Two->getRHS();
  BinaryOperatorKind Operator = Two->getOpcode();
  if (!Parameter) {
    Parameter = parameterIn(*Two->getRHS(), Of);
    Other = Two->getLHS();
    Operator =
        BinaryOperator::isEqualityOp(Operator) ? Operator : BinaryOperator::reverseComparisonOp(Operator);
  }
  const std::optional<llvm::APSInt> Constant = Parameter ? constantIn(*Other, Context) : std::nullopt;
  if (!Constant)
    return;
  if (compareZero(Operator, *Constant) != Taken)
    Add(*Parameter, Condition::Zero);
  else if (Constant->isZero() && BinaryOperator::isEqualityOp(Operator))
    Add(*Parameter, Condition::NotZero);
}

bool changesParameter(const Stmt &Body, const FunctionDecl &Of, unsigned Position) {
  const auto *Cast = dyn_cast<ImplicitCastExpr>(&Body);
  if (Cast && Cast->getCastKind() == CK_LValueToRValue &&
      isa<DeclRefExpr>(Cast->getSubExpr()->IgnoreParens()))
    return false;
  if (const auto *Named = dyn_cast<DeclRefExpr>(&Body))
    return Named->getDecl() == Of.getParamDecl(Position) && !Named->getDecl()->getType().isConstQualified();
  bool Found = false;
  forEachPart(Body, [&](const Stmt &Part) { Found = Found || changesParameter(Part, Of, Position); });
  return Found;
}

} // namespace asynciter
