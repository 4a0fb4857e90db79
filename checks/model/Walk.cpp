// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Walk.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/ExprConcepts.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace asynciter {

using PartVisitor = llvm::function_ref<void(const Stmt &)>;

static void visitIf(const Stmt *Part, PartVisitor Visit) {
  if (Part)
    Visit(*Part);
}

static bool isUnevaluated(const Stmt &Whole) {
  if (isa<UnaryExprOrTypeTraitExpr, CXXNoexceptExpr, RequiresExpr, ConceptSpecializationExpr, TypeTraitExpr>(
          Whole))
    return true;
  const auto *TypeId = dyn_cast<CXXTypeidExpr>(&Whole);
  return TypeId && !TypeId->isTypeOperand() && !TypeId->isPotentiallyEvaluated();
}

static void visitInitialisers(const DeclStmt &Declarations, PartVisitor Visit) {
  for (const Decl *Declared : Declarations.decls())
    if (const auto *Variable = dyn_cast<VarDecl>(Declared))
      visitIf(Variable->getInit(), Visit);
}

static void visitIfStatement(const IfStmt &If, PartVisitor Visit) {
  visitIf(If.getInit(), Visit);
  if (If.isConsteval()) {
    visitIf(If.isNegatedConsteval() ? If.getThen() : If.getElse(), Visit);
    return;
  }
  visitIf(If.getConditionVariableDeclStmt(), Visit);
  visitIf(If.getCond(), Visit);
  const bool Dependent = If.getCond() && If.getCond()->isInstantiationDependent();
  if (If.isConstexpr() && !Dependent) {
    if (const auto *Constant = dyn_cast<ConstantExpr>(If.getCond()))
      if (Constant->hasAPValueResult() && Constant->getAPValueResult().isInt()) {
        const bool Taken = Constant->getAPValueResult().getInt().getBoolValue();
        visitIf(Taken ? If.getThen() : If.getElse(), Visit);
        return;
      }
  }
  visitIf(If.getThen(), Visit);
  visitIf(If.getElse(), Visit);
}

void forEachPart(const Stmt &Whole, PartVisitor Visit) {
  if (isUnevaluated(Whole))
    return;
  if (const auto *Body = dyn_cast<CoroutineBodyStmt>(&Whole))
    return visitIf(Body->getBody(), Visit);
  if (const auto *Suspend = dyn_cast<CoroutineSuspendExpr>(&Whole))
    return visitIf(Suspend->getOperand(), Visit);
  if (const auto *Await = dyn_cast<DependentCoawaitExpr>(&Whole))
    return visitIf(Await->getOperand(), Visit);
  if (const auto *Return = dyn_cast<CoreturnStmt>(&Whole))
    return visitIf(Return->getOperand(), Visit);
  if (const auto *Lambda = dyn_cast<LambdaExpr>(&Whole)) {
    for (const Expr *Captured : Lambda->capture_inits())
      visitIf(Captured, Visit);
    return;
  }
  if (const auto *Loop = dyn_cast<CXXForRangeStmt>(&Whole)) {
    visitIf(Loop->getInit(), Visit);
    visitIf(Loop->getRangeInit(), Visit);
    // `for co_await`, which Clang still takes from the Coroutines TS.
    const bool IsAwaited = Loop->getCoawaitLoc().isValid();
    if (IsAwaited) {
      visitIf(Loop->getBeginStmt(), Visit);
      visitIf(Loop->getLoopVarStmt(), Visit);
    }
    visitIf(Loop->getBody(), Visit);
    return visitIf(IsAwaited ? Loop->getInc() : nullptr, Visit);
  }
  if (const auto *If = dyn_cast<IfStmt>(&Whole))
    return visitIfStatement(*If, Visit);
  if (const auto *Declarations = dyn_cast<DeclStmt>(&Whole))
    return visitInitialisers(*Declarations, Visit);
  if (const auto *Argument = dyn_cast<CXXDefaultArgExpr>(&Whole))
    return visitIf(Argument->getExpr(), Visit);
  if (const auto *Initialiser = dyn_cast<CXXDefaultInitExpr>(&Whole))
    return visitIf(Initialiser->getExpr(), Visit);
  if (const auto *Opaque = dyn_cast<OpaqueValueExpr>(&Whole))
    return visitIf(Opaque->getSourceExpr(), Visit);
  if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(&Whole))
    return visitIf(Rewritten->getSemanticForm(), Visit);
  if (const auto *List = dyn_cast<InitListExpr>(&Whole))
    if (const InitListExpr *Semantic = List->getSemanticForm(); Semantic && Semantic != List)
      return Visit(*Semantic);
  for (const Stmt *Part : Whole.children())
    visitIf(Part, Visit);
}

void forEachNested(const Stmt &Whole, PartVisitor Visit) {
  Visit(Whole);
  forEachPart(Whole, [&](const Stmt &Part) { forEachNested(Part, Visit); });
}

/// The expressions directly in a statement whose value it needs; a bare
/// expression anywhere else is a statement of its own.
static bool isNeeded(const Stmt &Part, const Stmt &Statement) {
  if (const auto *If = dyn_cast<IfStmt>(&Statement))
    return &Part == If->getCond();
  if (const auto *While = dyn_cast<WhileStmt>(&Statement))
    return &Part == While->getCond();
  if (const auto *Do = dyn_cast<DoStmt>(&Statement))
    return &Part == Do->getCond();
  if (const auto *For = dyn_cast<ForStmt>(&Statement))
    return &Part == For->getCond();
  if (const auto *Loop = dyn_cast<CXXForRangeStmt>(&Statement))
    return &Part == Loop->getRangeInit();
  if (const auto *Switch = dyn_cast<SwitchStmt>(&Statement))
    return &Part == Switch->getCond();
  if (const auto *Case = dyn_cast<CaseStmt>(&Statement))
    return &Part == Case->getLHS() || &Part == Case->getRHS();
  return isa<DeclStmt, CoreturnStmt, ReturnStmt>(Statement);
}

void forEachDropped(const Stmt &Body, llvm::function_ref<void(const Expr &)> Visit) {
  const auto *Value = dyn_cast<Expr>(&Body);
  if (!Value) {
    forEachPart(Body, [&](const Stmt &Part) {
      if (!isNeeded(Part, Body))
        forEachDropped(Part, Visit);
    });
    return;
  }
  if (!Value->getType()->isVoidType())
    Visit(*Value);
  const Expr *Inner = Value->IgnoreImplicit()->IgnoreParens();
  if (const auto *Comma = dyn_cast<BinaryOperator>(Inner); Comma && Comma->isCommaOp()) {
    forEachDropped(*Comma->getLHS(), Visit);
    forEachDropped(*Comma->getRHS(), Visit);
  } else if (const auto *Choice = dyn_cast<ConditionalOperator>(Inner)) {
    forEachDropped(*Choice->getTrueExpr(), Visit);
    forEachDropped(*Choice->getFalseExpr(), Visit);
  }
}

void forEachLocal(const Stmt &Body, llvm::function_ref<void(const VarDecl &)> Visit) {
  if (const auto *Declarations = dyn_cast<DeclStmt>(&Body))
    for (const Decl *Declared : Declarations->decls())
      if (const auto *Variable = dyn_cast<VarDecl>(Declared))
        Visit(*Variable);
  forEachPart(Body, [&](const Stmt &Part) { forEachLocal(Part, Visit); });
}

const Expr *strip(const Expr *Wrapped) {
  while (Wrapped) {
    const Expr *Inner = Wrapped->IgnoreParenImpCasts();
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(Inner))
      Inner = Cleanups->getSubExpr();
    else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Inner))
      Inner = Temporary->getSubExpr();
    else if (const auto *Bound = dyn_cast<CXXBindTemporaryExpr>(Inner))
      Inner = Bound->getSubExpr();
    else if (const auto *Constant = dyn_cast<ConstantExpr>(Inner))
      Inner = Constant->getSubExpr();
    else if (const auto *Construct = dyn_cast<CXXConstructExpr>(Inner);
             Construct && Construct->getNumArgs() == 1 &&
             Construct->getConstructor()->isCopyOrMoveConstructor())
      Inner = Construct->getArg(0);
    else if (const auto *Cast = dyn_cast<CXXNamedCastExpr>(Inner))
      Inner = Cast->getSubExpr();
    else if (const auto *Functional = dyn_cast<CXXFunctionalCastExpr>(Inner))
      Inner = Functional->getSubExpr();
    else if (const auto *Call = dyn_cast<CallExpr>(Inner); Call && Call->isCallToStdMove())
      Inner = Call->getArg(0);
    else if (const auto *List = dyn_cast<InitListExpr>(Inner); List && List->getNumInits() == 1)
      Inner = List->getInit(0);
    if (Inner == Wrapped)
      return Wrapped;
    Wrapped = Inner;
  }
  return nullptr;
}

const ValueDecl *ownerOf(const Expr &Value) {
  const Expr *Inner = strip(&Value);
  if (const auto *Getter = dyn_cast<CXXMemberCallExpr>(Inner); Getter && Getter->getNumArgs() == 0)
    return ownerOf(*Getter->getImplicitObjectArgument());
  if (const auto *Element = dyn_cast<CXXOperatorCallExpr>(Inner);
      Element && Element->getOperator() == OO_Subscript)
    return ownerOf(*Element->getArg(0));
  if (const auto *Element = dyn_cast<ArraySubscriptExpr>(Inner))
    return ownerOf(*Element->getBase());
  // `std::get<0>(all)`, an access by a free function.
  if (const auto *Call = dyn_cast<CallExpr>(Inner); Call &&
                                                    !isa<CXXMemberCallExpr, CXXOperatorCallExpr>(Call) &&
                                                    Call->getNumArgs() == 1 && Call->isGLValue())
    return ownerOf(*Call->getArg(0));
  const ValueDecl *Named = entityOf(Inner);
  if (const auto *Binding = dyn_cast_or_null<BindingDecl>(Named))
    return Binding->getDecomposedDecl();
  const auto *Variable = dyn_cast_or_null<VarDecl>(Named);
  const bool IsOfLoop = Variable && (Variable->isCXXForRangeDecl() || Variable->isImplicit());
  if (IsOfLoop && Variable->getInit())
    if (const ValueDecl *Range = ownerOf(*Variable->getInit()))
      return Range;
  return Named;
}

const ValueDecl *entityOf(const Expr *Named) {
  const Expr *Inner = Named ? strip(Named) : nullptr;
  if (!Inner)
    return nullptr;
  if (const auto *Reference = dyn_cast<DeclRefExpr>(Inner))
    return Reference->getDecl();
  if (const auto *Member = dyn_cast<MemberExpr>(Inner))
    return isa<FieldDecl, VarDecl>(Member->getMemberDecl()) ? Member->getMemberDecl() : nullptr;
  if (const auto *Unary = dyn_cast<UnaryOperator>(Inner))
    return Unary->getOpcode() == UO_Deref || Unary->getOpcode() == UO_AddrOf ? entityOf(Unary->getSubExpr())
                                                                             : nullptr;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Inner))
    return Operator->getOperator() == OO_Star || Operator->getOperator() == OO_Arrow
               ? entityOf(Operator->getArg(0))
               : nullptr;
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Inner))
    if (const CXXMethodDecl *Method = Call->getMethodDecl();
        Method && Method->getIdentifier() && Method->getName() == "get" && Call->getNumArgs() == 0)
      return entityOf(Call->getImplicitObjectArgument());
  return nullptr;
}

} // namespace asynciter
