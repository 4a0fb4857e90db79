// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Borrows.h"

#include "model/Bodies.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/Builtins.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace asynciter {

/// Attributes that a class has, or the template that it comes from.
template <typename AttributeT> static bool classHas(const CXXRecordDecl &Class) {
  if (Class.hasAttr<AttributeT>())
    return true;
  const auto *Specialised = dyn_cast<ClassTemplateSpecializationDecl>(&Class);
  return Specialised && Specialised->getSpecializedTemplate()->getTemplatedDecl()->hasAttr<AttributeT>();
}

static bool isEmptyClass(QualType Type) {
  const CXXRecordDecl *Class = Type->getAsCXXRecordDecl();
  return Class && Class->hasDefinition() && Class->isEmpty() && !Class->isPolymorphic();
}

bool Borrows::isBorrow(QualType Type) const {
  if (Type.isNull() || Type->isDependentType())
    return false;
  if (Type->isReferenceType() || Type->isPointerType())
    return !Type->getPointeeType()->isFunctionType() && !isEmptyClass(Type->getPointeeType());
  const CXXRecordDecl *Class = Type->getAsCXXRecordDecl();
  if (!Class)
    return false;
  if (Class->isLambda())
    return llvm::any_of(Class->captures(),
                        [&](const LambdaCapture &Capture) {
                          if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
                            return true;
                          return Capture.capturesThis() && Capture.getCaptureKind() != LCK_StarThis;
                        }) ||
           llvm::any_of(Class->fields(), [&](const FieldDecl *Field) { return isBorrow(Field->getType()); });
  const std::string Name = qualifiedName(*Class);
  if (classHas<PointerAttr>(*Class) || In.libraries().isView(Name))
    return true;
  const auto *Specialised = dyn_cast<ClassTemplateSpecializationDecl>(Class);
  if (!Specialised || !In.libraries().isHolder(Name))
    return false;
  auto Borrowed = [&](const TemplateArgument &Argument) {
    return Argument.getKind() == TemplateArgument::Type && isBorrow(Argument.getAsType());
  };
  return llvm::any_of(Specialised->getTemplateArgs().asArray(), [&](const TemplateArgument &Argument) {
    return Argument.getKind() == TemplateArgument::Pack ? llvm::any_of(Argument.pack_elements(), Borrowed)
                                                        : Borrowed(Argument);
  });
}

bool Borrows::isOwner(QualType Type) const {
  const CXXRecordDecl *Class = classOf(Type);
  return Class && classHas<OwnerAttr>(*Class) && !In.libraries().isOwner(qualifiedName(*Class));
}

bool Borrows::isSmartPointer(QualType Type) const {
  const CXXRecordDecl *Class = classOf(Type);
  return Class && In.libraries().isOwner(qualifiedName(*Class));
}

const Expr *objectOf(const CallExpr &Call) {
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call))
    return Member->getImplicitObjectArgument();
  const FunctionDecl *Callee = Call.getDirectCallee();
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  if (Method && Method->isInstance() && Call.getNumArgs() &&
      (isa<CXXOperatorCallExpr>(Call) || Method->isExplicitObjectMemberFunction()))
    return Call.getArg(0);
  return nullptr;
}

const Expr *argumentFor(const CallExpr &Call, unsigned Parameter) {
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Call.getDirectCallee());
  // The object is the first argument of an operator, and no parameter.
  const bool IsShifted = isa<CXXOperatorCallExpr>(Call) && Method && Method->isImplicitObjectMemberFunction();
  const unsigned At = Parameter + IsShifted;
  return At < Call.getNumArgs() ? Call.getArg(At) : nullptr;
}

/// A getter: all it does is to return a member that is part of the object.
static bool returnsOwnMember(const CXXMethodDecl &Method) {
  const auto *Body = dyn_cast_or_null<CompoundStmt>(bodyOf(Method));
  const auto *Return = Body && Body->size() == 1 ? dyn_cast<ReturnStmt>(Body->body_front()) : nullptr;
  const auto *Member =
      Return && Return->getRetValue() ? dyn_cast<MemberExpr>(strip(Return->getRetValue())) : nullptr;
  return Member && isa<CXXThisExpr>(strip(Member->getBase())) && isa<FieldDecl>(Member->getMemberDecl()) &&
         !Member->getMemberDecl()->getType()->isReferenceType() &&
         !Member->getMemberDecl()->getType()->isPointerType();
}

/// Whether anything below `Body` may give the variable another value.
static bool isReassigned(const VarDecl &Variable, const Stmt &Body) {
  auto Names = [&](const Expr *Written) {
    const auto *Named = dyn_cast<DeclRefExpr>(Written->IgnoreParenImpCasts());
    return Named && Named->getDecl() == &Variable;
  };
  bool Found = false;
  if (const auto *Binary = dyn_cast<BinaryOperator>(&Body))
    Found = Binary->isAssignmentOp() && Names(Binary->getLHS());
  else if (const auto *Unary = dyn_cast<UnaryOperator>(&Body))
    Found =
        (Unary->isIncrementDecrementOp() || Unary->getOpcode() == UO_AddrOf) && Names(Unary->getSubExpr());
  else if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(&Body))
    Found = (Call->isAssignmentOp() || Call->getOperator() == OO_PlusPlus ||
             Call->getOperator() == OO_MinusMinus) &&
            Names(Call->getArg(0));
  if (!Found)
    forEachPart(Body, [&](const Stmt &Nested) { Found = Found || isReassigned(Variable, Nested); });
  return Found;
}

struct Borrows::Search {
  const Borrows &Known;
  std::vector<Lender> Found = {};
  int Depth = 0;
  llvm::function_ref<bool(const Expr &, bool)> IsSource = nullptr;

  bool isSource(const Expr &Part, bool AsValue) {
    if (!IsSource || !IsSource(Part, AsValue))
      return false;
    Found.push_back({Lender::Source, &Part});
    return true;
  }

  void referents(const Expr *Object);
  void held(const Expr *Value);
  void ofVariable(const Expr &At, const ValueDecl &Named);
  void heldBy(const Expr &At, const ValueDecl &Named);
  void ofCall(const CallExpr &Call, bool IsValue);
  void ofClosure(const LambdaExpr &Lambda);
};

/// The object that a variable is, or is a reference to.
void Borrows::Search::ofVariable(const Expr &At, const ValueDecl &Named) {
  if (const auto *Binding = dyn_cast<BindingDecl>(&Named)) {
    if (const ValueDecl *Whole = Binding->getDecomposedDecl())
      ofVariable(At, *Whole);
    return;
  }
  const auto *Variable = dyn_cast<VarDecl>(&Named);
  if (!Variable || !Variable->hasLocalStorage())
    return;
  if (!Variable->getType()->isReferenceType())
    Found.push_back({Lender::Local, &At, Variable});
  else if (isa<ParmVarDecl>(Variable))
    Found.push_back({Lender::Parameter, &At, Variable});
  else if (Variable->getInit() && !Variable->isCXXForRangeDecl())
    referents(Variable->getInit());
}

/// What a variable that is a pointer, a view or a closure refers to.
void Borrows::Search::heldBy(const Expr &At, const ValueDecl &Named) {
  const auto *Variable = dyn_cast<VarDecl>(&Named);
  if (!Variable || !Variable->hasLocalStorage() || Variable->isCXXForRangeDecl())
    return;
  if (isa<ParmVarDecl>(Variable)) {
    Found.push_back({Lender::Parameter, &At, Variable, /*ByValue=*/true});
    return;
  }
  const auto *In = dyn_cast<FunctionDecl>(Variable->getDeclContext());
  const Function *Where = In ? Known.In.find(*In) : nullptr;
  // A temporary that the initialiser refers to is gone already: another mistake.
  if (Variable->getInit() && Where && !isReassigned(*Variable, *Where->Body)) {
    const std::size_t Before = Found.size();
    held(Variable->getInit());
    Found.erase(std::remove_if(Found.begin() + Before, Found.end(),
                               [](const Lender &One) { return One.Is == Lender::Temporary; }),
                Found.end());
  }
}

void Borrows::Search::ofClosure(const LambdaExpr &Lambda) {
  auto Initialiser = Lambda.capture_init_begin();
  for (const LambdaCapture &Capture : Lambda.captures()) {
    const Expr *Value = *Initialiser++;
    if (Capture.capturesThis()) {
      if (Capture.getCaptureKind() != LCK_StarThis)
        Found.push_back({Lender::This, &Lambda});
    } else if (Capture.capturesVariable() && Value) {
      if (Capture.getCaptureKind() == LCK_ByRef)
        referents(Value);
      else if (Known.isBorrow(Capture.getCapturedVar()->getType().getNonReferenceType()))
        held(Value);
    }
  }
}

/// What the result of a call refers to; of most calls nothing is known.
void Borrows::Search::ofCall(const CallExpr &Call, bool IsValue) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return;
  auto Through = [&](const Expr *Argument) {
    IsValue &&Known.isBorrow(Argument->getType()) ? held(Argument) : referents(Argument);
  };
  switch (Callee->getBuiltinID()) {
  case Builtin::BImove:
  case Builtin::BIforward:
  case Builtin::BIas_const:
  case Builtin::BImove_if_noexcept:
    return IsValue ? held(Call.getArg(0)) : referents(Call.getArg(0));
  case Builtin::BIaddressof:
  case Builtin::BI__addressof:
  case Builtin::BI__builtin_addressof:
    return referents(Call.getArg(0));
  default:
    break;
  }
  for (unsigned At = 0; At != Callee->getNumParams(); ++At)
    if (Callee->getParamDecl(At)->hasAttr<LifetimeBoundAttr>())
      if (const Expr *Argument = argumentFor(Call, At))
        Through(Argument);
  const QualType Result = Callee->getReturnType();
  if (!Known.isBorrow(Result))
    return;
  if (const Expr *Object = objectOf(Call)) {
    const auto *Method = cast<CXXMethodDecl>(Callee);
    const QualType Owner =
        Object->getType()->isPointerType() ? Object->getType()->getPointeeType() : Object->getType();
    const bool IsArrow = Object->getType()->isPointerType();
    if (Known.isOwner(Owner) || returnsOwnMember(*Method) ||
        (isa<CXXConversionDecl>(Method) && !Known.isBorrow(Owner)))
      return IsArrow ? held(Object) : referents(Object);
    // A part of a view, or an iterator of one, refers to what the view does.
    if (Known.isBorrow(Owner) && !IsArrow)
      held(Object);
    return;
  }
  // `std::ref(x)`, `std::views::all(x)`, `std::begin(x)`, `x | adaptor`: in system
  // headers, from an argument to a view of it.
  const SourceManager &Sources = Known.In.context().getSourceManager();
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call);
  const bool IsPipe = Operator && Operator->getOperator() == OO_Pipe;
  if (IsValue && (Call.getNumArgs() == 1 || IsPipe) && Sources.isInSystemHeader(Callee->getLocation()) &&
      Callee->getReturnType()->isRecordType() && Callee->getParamDecl(0)->getType()->isReferenceType())
    Through(Call.getArg(0));
}

void Borrows::Search::referents(const Expr *Object) {
  if (!Object || ++Depth > 64)
    return;
  Object = Object->IgnoreParens();
  if (isSource(*Object, /*AsValue=*/false))
    return;
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Object)) {
    if (Temporary->getStorageDuration() == SD_FullExpression) {
      if (!isEmptyClass(Temporary->getType()))
        Found.push_back({Lender::Temporary, Temporary});
    } else if (const auto *Extending = dyn_cast_or_null<VarDecl>(Temporary->getExtendingDecl());
               Extending && Extending->hasLocalStorage()) {
      Found.push_back({Lender::Local, Temporary, Extending});
    }
  } else if (const auto *Named = dyn_cast<DeclRefExpr>(Object)) {
    if (!Named->refersToEnclosingVariableOrCapture())
      ofVariable(*Named, *Named->getDecl());
  } else if (const auto *Member = dyn_cast<MemberExpr>(Object)) {
    if (!isa<FieldDecl>(Member->getMemberDecl()) || Member->getMemberDecl()->getType()->isReferenceType())
      return;
    Member->isArrow() ? held(Member->getBase()) : referents(Member->getBase());
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(Object)) {
    if (Unary->getOpcode() == UO_Deref)
      held(Unary->getSubExpr());
    else if (Unary->isPrefix() && Unary->isIncrementDecrementOp())
      referents(Unary->getSubExpr());
  } else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(Object)) {
    held(Element->getBase());
  } else if (const auto *Choice = dyn_cast<ConditionalOperator>(Object)) {
    referents(Choice->getTrueExpr());
    referents(Choice->getFalseExpr());
  } else if (const auto *Binary = dyn_cast<BinaryOperator>(Object)) {
    if (Binary->isCommaOp())
      referents(Binary->getRHS());
    else if (Binary->isAssignmentOp())
      referents(Binary->getLHS());
  } else if (const auto *Call = dyn_cast<CallExpr>(Object)) {
    if (Call->isGLValue())
      ofCall(*Call, /*IsValue=*/false);
  } else if (const auto *Cast = dyn_cast<CastExpr>(Object)) {
    referents(Cast->getSubExpr());
  } else if (const auto *Full = dyn_cast<FullExpr>(Object)) {
    referents(Full->getSubExpr());
  } else if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(Object)) {
    referents(Default->getExpr());
  }
}

void Borrows::Search::held(const Expr *Value) {
  if (!Value || ++Depth > 64)
    return;
  Value = Value->IgnoreParens();
  if (isSource(*Value, /*AsValue=*/true))
    return;
  if (const auto *Cast = dyn_cast<CastExpr>(Value)) {
    if (Cast->getCastKind() == CK_ArrayToPointerDecay)
      return referents(Cast->getSubExpr());
    if (Cast->getCastKind() != CK_NullToPointer)
      held(Cast->getSubExpr());
  } else if (const auto *Full = dyn_cast<FullExpr>(Value)) {
    held(Full->getSubExpr());
  } else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Value)) {
    held(Temporary->getSubExpr());
  } else if (const auto *Bound = dyn_cast<CXXBindTemporaryExpr>(Value)) {
    held(Bound->getSubExpr());
  } else if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(Value)) {
    held(Default->getExpr());
  } else if (const auto *Named = dyn_cast<DeclRefExpr>(Value)) {
    if (!Named->refersToEnclosingVariableOrCapture())
      heldBy(*Named, *Named->getDecl());
  } else if (isa<CXXThisExpr>(Value)) {
    Found.push_back({Lender::This, Value});
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(Value)) {
    if (Unary->getOpcode() == UO_AddrOf)
      referents(Unary->getSubExpr());
  } else if (const auto *Choice = dyn_cast<ConditionalOperator>(Value)) {
    held(Choice->getTrueExpr());
    held(Choice->getFalseExpr());
  } else if (const auto *Binary = dyn_cast<BinaryOperator>(Value)) {
    if (Binary->isCommaOp())
      held(Binary->getRHS());
    else if (Binary->isAdditiveOp() && Binary->getType()->isPointerType())
      held(Binary->getLHS());
  } else if (const auto *Lambda = dyn_cast<LambdaExpr>(Value)) {
    ofClosure(*Lambda);
  } else if (const auto *List = dyn_cast<CXXStdInitializerListExpr>(Value)) {
    referents(List->getSubExpr());
  } else if (const auto *List = dyn_cast<InitListExpr>(Value)) {
    if (List->getNumInits() == 1)
      held(List->getInit(0));
  } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(Value)) {
    for (const Expr *Argument : Construct->arguments()) {
      // A view is made from views, from pointers, or from what it refers to.
      const bool IsCopy = Construct->getConstructor()->isCopyOrMoveConstructor();
      if (IsCopy || Known.isBorrow(Argument->getType()))
        held(Argument);
      else if (Known.isBorrow(Construct->getType()) && Argument->isGLValue())
        referents(Argument);
    }
  } else if (const auto *Call = dyn_cast<CallExpr>(Value)) {
    ofCall(*Call, /*IsValue=*/true);
  }
}

std::vector<Lender> Borrows::lenders(const Expr &Value, QualType As) const {
  Search All{*this};
  if (As->isReferenceType())
    All.referents(&Value);
  else if (isBorrow(As))
    All.held(&Value);
  return std::move(All.Found);
}

std::vector<const Expr *> Borrows::sources(const Expr &Value, QualType As,
                                           llvm::function_ref<bool(const Expr &, bool)> IsSource) const {
  Search All{*this};
  All.IsSource = IsSource;
  if (As->isReferenceType())
    All.referents(&Value);
  else if (isBorrow(As))
    All.held(&Value);
  std::vector<const Expr *> Found;
  for (const Lender &One : All.Found)
    if (One.Is == Lender::Source)
      Found.push_back(One.At);
  return Found;
}

std::vector<Lender> Borrows::referents(const Expr &Object) const {
  Search All{*this};
  All.referents(&Object);
  return std::move(All.Found);
}

std::vector<Lender> Borrows::held(const Expr &Value) const {
  Search All{*this};
  All.held(&Value);
  return std::move(All.Found);
}

} // namespace asynciter
