// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Changes.h"

#include "model/EndTest.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

using VariableVisitor = llvm::function_ref<void(const ValueDecl &)>;

const ValueDecl *rootOf(const Expr &Value) {
  const Expr *Inner = strip(&Value);
  if (const auto *Reference = dyn_cast<DeclRefExpr>(Inner)) {
    if (const auto *Binding = dyn_cast<BindingDecl>(Reference->getDecl()))
      return Binding->getDecomposedDecl();
    return referred(dyn_cast<VarDecl>(Reference->getDecl()));
  }
  if (const auto *Member = dyn_cast<MemberExpr>(Inner)) {
    if (isa<CXXThisExpr>(strip(Member->getBase())))
      return dyn_cast<FieldDecl>(Member->getMemberDecl());
    return rootOf(*Member->getBase());
  }
  if (const auto *Element = dyn_cast<ArraySubscriptExpr>(Inner))
    return rootOf(*Element->getBase());
  if (const auto *Unary = dyn_cast<UnaryOperator>(Inner);
      Unary && (Unary->getOpcode() == UO_Deref || Unary->getOpcode() == UO_AddrOf))
    return rootOf(*Unary->getSubExpr());
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Inner);
      Operator && (Operator->isGLValue() || Operator->getOperator() == OO_Arrow))
    return rootOf(*Operator->getArg(0));
  // `v.front()`, `p.get()`: part of the object, as far as can be told.
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Inner); Call && Call->isGLValue())
    return rootOf(*Call->getImplicitObjectArgument());
  return nullptr;
}

/// Whether a parameter of that type lets a function change what it is given.
static bool letsChange(QualType Parameter) {
  if (Parameter->isRValueReferenceType())
    return true;
  if (Parameter->isReferenceType() || Parameter->isPointerType())
    return !Parameter->getPointeeType().isConstQualified();
  return false;
}

template <typename Arguments>
static void visitArguments(const FunctionDecl *Called, const Arguments &Given, unsigned First,
                           VariableVisitor Visit) {
  unsigned At = 0;
  for (const Expr *Argument : Given) {
    const unsigned Parameter = At++ - First;
    if (At <= First)
      continue;
    if (Called && Parameter < Called->getNumParams()) {
      if (!letsChange(Called->getParamDecl(Parameter)->getType()))
        continue;
    } else if (!Argument->isGLValue()) {
      continue;
    }
    if (const ValueDecl *Lent = rootOf(*Argument))
      Visit(*Lent);
  }
}

void forEachChanged(const Stmt &Element, VariableVisitor Visit) {
  auto Change = [&](const Expr &Changed) {
    if (const ValueDecl *Variable = rootOf(Changed))
      Visit(*Variable);
  };
  if (const auto *Lambda = dyn_cast<LambdaExpr>(&Element)) {
    for (const LambdaCapture &Capture : Lambda->captures())
      if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
        Visit(*referred(Capture.getCapturedVar()));
    return;
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(&Element)) {
    if (Binary->isAssignmentOp())
      Change(*Binary->getLHS());
    return;
  }
  if (const auto *Unary = dyn_cast<UnaryOperator>(&Element)) {
    if (Unary->isIncrementDecrementOp() || Unary->getOpcode() == UO_AddrOf)
      Change(*Unary->getSubExpr());
    return;
  }
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Element))
    return visitArguments(Construct->getConstructor(), Construct->arguments(), 0, Visit);
  const auto *Call = dyn_cast<CallExpr>(&Element);
  if (!Call || Call->isCallToStdMove())
    return;
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Call->getDirectCallee());
  const bool IsOnObject = Method && !Method->isStatic();
  const bool MayChangeObject = IsOnObject && !Method->isConst() && !isa<CXXConversionDecl>(Method);
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call)) {
    const bool OnlyReads = llvm::is_contained({OO_Star, OO_Arrow, OO_Subscript}, Operator->getOperator()) &&
                           Operator->getNumArgs() <= 2;
    if (MayChangeObject && !OnlyReads)
      Change(*Operator->getArg(0));
    return visitArguments(Call->getDirectCallee(), Call->arguments(), IsOnObject ? 1 : 0, Visit);
  }
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call); Member && MayChangeObject)
    Change(*Member->getImplicitObjectArgument());
  visitArguments(Call->getDirectCallee(), Call->arguments(), 0, Visit);
}

bool changes(const Stmt &Whole, const ValueDecl &Variable) {
  bool Found = false;
  forEachNested(Whole, [&](const Stmt &Part) {
    forEachChanged(Part, [&](const ValueDecl &Changed) { Found |= &Changed == &Variable; });
  });
  return Found;
}

void forEachNamed(const Stmt &Whole, VariableVisitor Visit) {
  forEachNested(Whole, [&](const Stmt &Part) {
    if (isa<DeclRefExpr, MemberExpr>(Part))
      if (const ValueDecl *Named = rootOf(*cast<Expr>(&Part)))
        Visit(*Named);
  });
}

} // namespace asynciter
