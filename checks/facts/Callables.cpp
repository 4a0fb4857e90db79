// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Callables.h"

#include "model/Names.h"
#include "model/Unit.h"
#include "model/Walk.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

namespace {

/// A pointer to a function, or a class that is made for one signature.
bool holdsCallable(QualType Type) {
  Type = Type.getNonReferenceType();
  if (Type->isFunctionPointerType())
    return true;
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(Type->getAsCXXRecordDecl());
  if (!Class || Class->getTemplateArgs().size() == 0)
    return false;
  const TemplateArgument &Signature = Class->getTemplateArgs()[0];
  return Signature.getKind() == TemplateArgument::Type && Signature.getAsType()->isFunctionType();
}

/// A parameter is another variable in each call.
const ValueDecl *variableOf(const Expr &Named) {
  const ValueDecl *Found = entityOf(&Named);
  return Found && isa<VarDecl, FieldDecl>(Found) && !isa<ParmVarDecl>(Found) &&
                 !Found->getType()->isReferenceType() && holdsCallable(Found->getType())
             ? cast<ValueDecl>(Found->getCanonicalDecl())
             : nullptr;
}

bool isNothing(const Expr &Value) {
  if (isa<ImplicitValueInitExpr, CXXNullPtrLiteralExpr, GNUNullExpr>(Value))
    return true;
  if (const auto *Cast = dyn_cast<CastExpr>(&Value))
    return Cast->getCastKind() == CK_NullToPointer || isNothing(*Cast->getSubExpr());
  if (const auto *List = dyn_cast<InitListExpr>(&Value))
    return List->getNumInits() == 0;
  const auto *Construct = dyn_cast<CXXConstructExpr>(&Value);
  return Construct && (Construct->getNumArgs() == 0 || isNothing(*Construct->getArg(0)));
}

/// The function that a value is, if it is written out.
const FunctionDecl *functionIn(const Expr &Value) {
  const Expr *Inner = strip(&Value);
  if (const auto *Address = dyn_cast<UnaryOperator>(Inner))
    return Address->getOpcode() == UO_AddrOf || Address->getOpcode() == UO_Plus
               ? functionIn(*Address->getSubExpr())
               : nullptr;
  if (const auto *Named = dyn_cast<DeclRefExpr>(Inner))
    return dyn_cast<FunctionDecl>(Named->getDecl());
  if (const auto *Lambda = dyn_cast<LambdaExpr>(Inner))
    return Lambda->isGenericLambda() ? nullptr : Lambda->getCallOperator();
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Inner))
    return Construct->getNumArgs() == 1 ? functionIn(*Construct->getArg(0)) : nullptr;
  if (const auto *List = dyn_cast<InitListExpr>(Inner))
    return List->getNumInits() == 1 ? functionIn(*List->getInit(0)) : nullptr;
  // A lambda becomes a pointer.
  const auto *Converts = dyn_cast<CXXMemberCallExpr>(Inner);
  return Converts && isa_and_nonnull<CXXConversionDecl>(Converts->getMethodDecl())
             ? functionIn(*Converts->getImplicitObjectArgument())
             : nullptr;
}

/// Whether a use of a variable leaves it as it is.
bool isRead(const Expr &Use) {
  const auto *Cast = dyn_cast<ImplicitCastExpr>(&Use);
  return Cast && (Cast->getCastKind() == CK_LValueToRValue ||
                  (Cast->getCastKind() == CK_NoOp && Cast->getType().isConstQualified()));
}

} // namespace

const ValueDecl *Callables::calledBy(const CallExpr &Call) {
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call))
    return Operator->getOperator() == OO_Call ? variableOf(*Operator->getArg(0)) : nullptr;
  return Call.getDirectCallee() || isa<CXXMemberCallExpr>(Call) ? nullptr : variableOf(*Call.getCallee());
}

Callables::Callables(const Unit &In) {
  for (const Initialised &Each : In.initialised()) {
    visitValue(*Each.Declared, Each.By);
    visit(*Each.By);
  }
  for (const Function &Each : In.functions()) {
    if (Each.IsDependent)
      continue;
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(Each.Declared))
      for (const CXXCtorInitializer *Part : Constructor->inits())
        if (Part->isMemberInitializer() && Part->getInit() && !isa<CXXDefaultInitExpr>(Part->getInit())) {
          visitValue(*Part->getMember(), Part->getInit());
          visit(*Part->getInit());
        }
    visit(*Each.Body);
  }
}

const FunctionDecl *Callables::only(const ValueDecl &Variable) const {
  const auto *Constant = dyn_cast<VarDecl>(&Variable);
  if (Variable.isExternallyVisible() &&
      !(Constant && Constant->getType().isConstQualified() && Constant->hasInit()))
    return nullptr;
  const auto Found = Known.find(cast<ValueDecl>(Variable.getCanonicalDecl()));
  return Found != Known.end() && Found->second.size() == 1 ? Found->second.front() : nullptr;
}

void Callables::put(const ValueDecl &Variable, const FunctionDecl *What) {
  Held &There = Known[cast<ValueDecl>(Variable.getCanonicalDecl())];
  if (!llvm::is_contained(There, What))
    There.push_back(What);
}

void Callables::visitValue(const ValueDecl &Variable, const Expr *Value) {
  if (!Value || !holdsCallable(Variable.getType()) || Variable.getType()->isReferenceType() ||
      isa<ParmVarDecl>(Variable) || isNothing(*Value->IgnoreUnlessSpelledInSource()))
    return;
  const FunctionDecl *What = functionIn(*Value);
  put(Variable, What ? What->getCanonicalDecl() : nullptr);
}

/// The fields of an aggregate, each by its place.
void Callables::visitFields(const Expr &Whole, llvm::ArrayRef<const Expr *> Values) {
  const RecordDecl *Class = Whole.getType()->getAsRecordDecl();
  if (!Class || Class->isUnion())
    return;
  const auto *WithBases = dyn_cast<CXXRecordDecl>(Class);
  const std::size_t Bases = WithBases ? WithBases->getNumBases() : 0;
  if (Values.size() > Bases)
    for (const auto &[Field, Value] : llvm::zip(Class->fields(), Values.drop_front(Bases)))
      visitValue(*Field, Value);
}

/// A library's template may make an aggregate of what it is given: `std::make_unique<Hooks>(run)`.
void Callables::visitMaking(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee || !llvm::any_of(Call.arguments(), [](const Expr *Given) {
        const QualType Type = Given->getType();
        const CXXRecordDecl *Class = Type->getAsCXXRecordDecl();
        return Type->isFunctionType() || holdsCallable(Type) || (Class && Class->isLambda());
      }))
    return;
  auto Visit = [&](const TemplateArgumentList *Given) {
    for (const TemplateArgument &Each : Given ? Given->asArray() : llvm::ArrayRef<TemplateArgument>())
      if (const RecordDecl *Class = Each.getKind() == TemplateArgument::Type
                                        ? Each.getAsType().getNonReferenceType()->getAsCXXRecordDecl()
                                        : nullptr;
          Class && Class->getDefinition() && cast<CXXRecordDecl>(Class->getDefinition())->isAggregate())
        for (const FieldDecl *Field : Class->getDefinition()->fields())
          if (holdsCallable(Field->getType()))
            put(*Field, nullptr);
  };
  Visit(Callee->getTemplateSpecializationArgs());
  if (const auto *Of = dyn_cast<ClassTemplateSpecializationDecl>(Callee->getDeclContext()))
    Visit(&Of->getTemplateArgs());
}

void Callables::visit(const Stmt &Part) {
  auto VisitParts = [&](const Stmt &Of) { forEachPart(Of, [&](const Stmt &Nested) { visit(Nested); }); };
  if (const auto *Declarations = dyn_cast<DeclStmt>(&Part)) {
    for (const Decl *Each : Declarations->decls())
      if (const auto *Local = dyn_cast<VarDecl>(Each)) {
        visitValue(*Local, Local->getInit());
        if (const auto *Parts = dyn_cast<DecompositionDecl>(Local))
          for (const BindingDecl *Name : Parts->bindings())
            if (Local->getType()->isReferenceType() && Name->getBinding())
              visit(*Name->getBinding());
      }
  } else if (const auto *List = dyn_cast<InitListExpr>(&Part)) {
    if (const FieldDecl *Member = List->getInitializedFieldInUnion(); Member && List->getNumInits() == 1)
      visitValue(*Member, List->getInit(0));
    else
      visitFields(*List, List->inits());
  } else if (const auto *Fields = dyn_cast<CXXParenListInitExpr>(&Part)) {
    visitFields(*Fields, Fields->getInitExprs());
  } else if (const auto *Call = dyn_cast<CallExpr>(&Part)) {
    visitMaking(*Call);
  }
  const Expr *To = nullptr, *Value = nullptr;
  if (const auto *Assign = dyn_cast<BinaryOperator>(&Part); Assign && Assign->getOpcode() == BO_Assign) {
    To = Assign->getLHS();
    Value = Assign->getRHS();
  } else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(&Part);
             Call && Call->getOperator() == OO_Equal && Call->getNumArgs() == 2) {
    To = Call->getArg(0);
    Value = Call->getArg(1);
  }
  if (const ValueDecl *Variable = To ? variableOf(*To) : nullptr) {
    visitValue(*Variable, Value);
    visit(*Value);
    return VisitParts(*To->IgnoreParens());
  }
  if (const auto *Call = dyn_cast<CallExpr>(&Part); Call && calledBy(*Call)) {
    for (const Expr *Argument : llvm::drop_begin(Call->arguments(), isa<CXXOperatorCallExpr>(Call) ? 1 : 0))
      visit(*Argument);
    return;
  }
  if (const auto *Ask = dyn_cast<CXXMemberCallExpr>(&Part); Ask && Ask->getMethodDecl() &&
                                                            Ask->getMethodDecl()->isConst() &&
                                                            variableOf(*Ask->getImplicitObjectArgument()))
    return;
  if (const auto *Use = dyn_cast<Expr>(&Part)) {
    if (isRead(*Use) && variableOf(*Use))
      return;
    if (isa<DeclRefExpr, MemberExpr>(Use))
      if (const ValueDecl *Variable = variableOf(*Use))
        put(*Variable, nullptr);
  }
  VisitParts(Part);
}

} // namespace asynciter
