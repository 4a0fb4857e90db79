// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/EndTest.h"

#include "model/Names.h"
#include "model/Step.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

void Path::forget(const ValueDecl &Variable) {
  Cursors.erase(&Variable);
  Tests.erase(&Variable);
  Constants.erase(&Variable);
  Ended.erase(&Variable);
  Begun.erase(&Variable);
  for (auto Stored = Tests.begin(); Stored != Tests.end();) {
    auto SpeaksOfIt = [&](const EndOutcome &One) { return One.Cursor == &Variable; };
    const bool Stale =
        llvm::any_of(Stored->second.IfTrue, SpeaksOfIt) || llvm::any_of(Stored->second.IfFalse, SpeaksOfIt);
    Stored = Stale ? Tests.erase(Stored) : std::next(Stored);
  }
}

bool Path::operator==(const Path &Other) const {
  return Cursors == Other.Cursors && Tests == Other.Tests && Ended == Other.Ended && Begun == Other.Begun &&
         Left == Other.Left && Certain == Other.Certain && Constants.size() == Other.Constants.size() &&
         std::equal(Constants.begin(), Constants.end(), Other.Constants.begin(),
                    [](const auto &Mine, const auto &Theirs) {
                      return Mine.first == Theirs.first &&
                             llvm::APSInt::isSameValue(Mine.second, Theirs.second);
                    });
}

const ValueDecl *referred(const ValueDecl *Named) {
  while (const auto *Variable = dyn_cast_or_null<VarDecl>(Named)) {
    if (!Variable->getType()->isReferenceType() || !Variable->getInit())
      break;
    const auto *Bound = dyn_cast<DeclRefExpr>(strip(Variable->getInit()));
    if (!Bound)
      break;
    Named = Bound->getDecl();
  }
  return Named;
}

bool isAssignment(const Expr &Written, const Expr *&Left, const Expr *&Right) {
  if (const auto *Plain = dyn_cast<BinaryOperator>(&Written); Plain && Plain->getOpcode() == BO_Assign) {
    Left = Plain->getLHS();
    Right = Plain->getRHS();
    return true;
  }
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(&Written); Call && Call->getOperator() == OO_Equal) {
    Left = Call->getArg(0);
    Right = Call->getArg(1);
    return true;
  }
  return false;
}

const ValueDecl *EndTests::cursorOf(const Expr *Written) const {
  const Expr *Inner = strip(Written);
  if (const auto *Reference = dyn_cast<DeclRefExpr>(Inner)) {
    if (const auto *Part = dyn_cast<BindingDecl>(Reference->getDecl()))
      return Shapes.isErrorCode(Part->getType()) ? Part : nullptr;
    return referred(dyn_cast<VarDecl>(Reference->getDecl()));
  }
  if (const auto *Member = dyn_cast<MemberExpr>(Inner))
    return isa<CXXThisExpr>(strip(Member->getBase())) ? dyn_cast<FieldDecl>(Member->getMemberDecl())
                                                      : nullptr;
  const Expr *Left = nullptr, *Right = nullptr;
  if (isAssignment(*Inner, Left, Right))
    return cursorOf(Left);
  if (const auto *Comma = dyn_cast<BinaryOperator>(Inner); Comma && Comma->isCommaOp())
    return cursorOf(Comma->getRHS());
  if (const std::optional<Step> Awaited = awaitedStep(*Inner, Shapes); Awaited && Awaited->IsAdvance)
    return cursorOf(Awaited->On);
  return nullptr;
}

/// Two streams that cannot be one: variables of their own, and neither made
/// from the other.
static bool areDistinct(const ValueDecl &Left, const ValueDecl &Right) {
  auto Owns = [](const ValueDecl &Stream) {
    return !Stream.getType()->isPointerType() &&
           (!Stream.getType()->isReferenceType() || isa<ParmVarDecl>(Stream));
  };
  auto IsMadeFrom = [](const ValueDecl &Made, const ValueDecl &Source) {
    const auto *Variable = dyn_cast<VarDecl>(&Made);
    return Variable && Variable->getInit() && !isa<ParmVarDecl>(Variable) &&
           entityOf(Variable->getInit()) == &Source;
  };
  return &Left != &Right && Owns(Left) && Owns(Right) && !IsMadeFrom(Left, Right) && !IsMadeFrom(Right, Left);
}

static std::optional<bool> literal(const Expr &Written) {
  const auto *Value = dyn_cast<CXXBoolLiteralExpr>(strip(&Written));
  return Value ? std::optional(Value->getValue()) : std::nullopt;
}

void EndTests::compare(const Expr &Whole, const Expr &Left, const Expr &Right, bool Equal, const Path &On,
                       std::vector<EndOutcome> &Found) const {
  if (const std::optional<bool> Value = literal(Right))
    return collect(Left, *Value == Equal, On, Found);
  if (const std::optional<bool> Value = literal(Left))
    return collect(Right, *Value == Equal, On, Found);
  for (const auto &[Side, OtherSide] : {std::pair(&Left, &Right), std::pair(&Right, &Left)}) {
    const ValueDecl *Named = cursorOf(Side);
    const auto Known = On.Cursors.find(Named);
    if (!Named || Known == On.Cursors.end())
      continue;
    const Expr *Other = strip(OtherSide);
    // One error may be the end, and another may not.
    if (Shapes.isErrorCode(Named->getType()))
      return;
    if (const auto *Stored = dyn_cast<DeclRefExpr>(Other))
      if (const auto *Sentinel = dyn_cast<VarDecl>(Stored->getDecl());
          Sentinel && Sentinel->getInit() && !isa<ParmVarDecl>(Sentinel))
        Other = strip(Sentinel->getInit());
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Other)) {
      const ValueDecl *Ended = referred(entityOf(Call->getImplicitObjectArgument()));
      const ValueDecl *Stepped = Known->second.Stream;
      if (Ended && Stepped && areDistinct(*Ended, *Stepped)) {
        Found.push_back({EndOutcome::OfAnotherStream, Named, &Whole, Ended});
        return;
      }
    }
    const bool IsValue = Shapes.isOptionalLike(Named->getType()) && !Other->getType()->isNullPtrType() &&
                         className(Other->getType()) != "std::nullopt_t" &&
                         !isa<CXXNullPtrLiteralExpr, GNUNullExpr>(Other);
    // An optional that equals a value has one; one that differs may have another.
    if (!IsValue)
      Found.push_back({Equal ? EndOutcome::IsEnd : EndOutcome::IsItem, Named});
    else if (Equal)
      Found.push_back({EndOutcome::IsItem, Named});
    return;
  }
}

void EndTests::collect(const Expr &Condition, bool Truth, const Path &On,
                       std::vector<EndOutcome> &Found) const {
  const Expr *Inner = strip(&Condition);
  if (const auto *Not = dyn_cast<UnaryOperator>(Inner); Not && Not->getOpcode() == UO_LNot)
    return collect(*Not->getSubExpr(), !Truth, On, Found);
  if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(Inner)) {
    const auto Form = Rewritten->getDecomposedForm();
    return compare(*Inner, *Form.LHS, *Form.RHS, (Form.Opcode == BO_EQ) == Truth, On, Found);
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(Inner); Binary && !Binary->isAssignmentOp()) {
    if (Binary->getOpcode() == (Truth ? BO_LAnd : BO_LOr)) {
      collect(*Binary->getLHS(), Truth, On, Found);
      collect(*Binary->getRHS(), Truth, On, Found);
    } else if (Binary->isEqualityOp()) {
      compare(*Inner, *Binary->getLHS(), *Binary->getRHS(), (Binary->getOpcode() == BO_EQ) == Truth, On,
              Found);
    } else if (Binary->isCommaOp()) {
      collect(*Binary->getRHS(), Truth, On, Found);
    }
    return;
  }
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Inner)) {
    const OverloadedOperatorKind Kind = Operator->getOperator();
    if (Kind == OO_Exclaim)
      return collect(*Operator->getArg(0), !Truth, On, Found);
    if (Kind == OO_EqualEqual || Kind == OO_ExclaimEqual)
      return compare(*Inner, *Operator->getArg(0), *Operator->getArg(1), (Kind == OO_EqualEqual) == Truth, On,
                     Found);
  }
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Inner)) {
    const CXXMethodDecl *Method = Call->getMethodDecl();
    const ValueDecl *Named = Method ? cursorOf(Call->getImplicitObjectArgument()) : nullptr;
    const bool TellsItem =
        Method && (isa<CXXConversionDecl>(Method) ||
                   (Method->getIdentifier() &&
                    llvm::is_contained({"has_value", "hasValue", "is_initialized"}, Method->getName())));
    if (Named && TellsItem && On.Cursors.count(Named))
      Found.push_back(
          {Truth != Shapes.isErrorCode(Named->getType()) ? EndOutcome::IsItem : EndOutcome::IsEnd, Named});
    return;
  }
  const ValueDecl *Named = cursorOf(Inner);
  if (!Named)
    return;
  if (const auto Stored = On.Tests.find(Named); Stored != On.Tests.end())
    llvm::append_range(Found, Truth ? Stored->second.IfTrue : Stored->second.IfFalse);
  else if (On.Cursors.count(Named) && Named->getType()->isPointerType())
    Found.push_back({Truth ? EndOutcome::IsItem : EndOutcome::IsEnd, Named});
}

std::vector<EndOutcome> EndTests::outcomes(const Expr &Condition, bool Truth, const Path &On) const {
  std::vector<EndOutcome> Found, Once;
  collect(Condition, Truth, On, Found);
  for (EndOutcome &One : Found)
    if (!llvm::is_contained(Once, One))
      Once.push_back(One);
  return Once;
}

std::optional<bool> EndTests::value(const Expr &Condition, const Path &On) const {
  const Expr *Inner = strip(&Condition);
  if (const auto *Not = dyn_cast<UnaryOperator>(Inner); Not && Not->getOpcode() == UO_LNot) {
    const std::optional<bool> Inside = value(*Not->getSubExpr(), On);
    return Inside ? std::optional(!*Inside) : std::nullopt;
  }
  auto Constant = [&](const Expr &Named) -> const llvm::APSInt * {
    const ValueDecl *Variable = cursorOf(&Named);
    const auto Known = On.Constants.find(Variable);
    return Variable && Known != On.Constants.end() ? &Known->second : nullptr;
  };
  if (const llvm::APSInt *Known = Constant(*Inner))
    return Known->getBoolValue();
  // Flags of an enumeration: `if (state == done)`.
  const auto *Comparison = dyn_cast<BinaryOperator>(Inner);
  if (Comparison && Comparison->isEqualityOp())
    for (const auto &[Side, Other] : {std::pair(Comparison->getLHS(), Comparison->getRHS()),
                                      std::pair(Comparison->getRHS(), Comparison->getLHS())})
      if (const llvm::APSInt *Known = Constant(*Side)) {
        const auto *Enumerator = dyn_cast<DeclRefExpr>(strip(Other));
        const auto *Named = Enumerator ? dyn_cast<EnumConstantDecl>(Enumerator->getDecl()) : nullptr;
        const auto *Number = dyn_cast<IntegerLiteral>(strip(Other));
        if (!Named && !Number)
          continue;
        const llvm::APSInt Wanted =
            Named ? Named->getInitVal() : llvm::APSInt(Number->getValue(), /*isUnsigned=*/false);
        return llvm::APSInt::isSameValue(*Known, Wanted) == (Comparison->getOpcode() == BO_EQ);
      }
  return std::nullopt;
}

void EndTests::forEachMention(const Stmt &Part, const Path &On,
                              llvm::function_ref<void(const ValueDecl &)> Visit) const {
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Part))
    if (Operator->getOperator() == OO_Arrow ||
        (Operator->getOperator() == OO_Star && Operator->getNumArgs() == 1))
      if (cursorOf(Operator->getArg(0)))
        return;
  if (const auto *Await = dyn_cast<CoawaitExpr>(&Part))
    if (const std::optional<Step> Awaited = awaitedStep(*Await, Shapes)) {
      // The value of an awaited advance is the iterator itself.
      const ValueDecl *Advanced = Awaited->IsAdvance ? cursorOf(Await) : nullptr;
      if (Advanced && On.Cursors.count(Advanced))
        Visit(*Advanced);
      return;
    }
  if (isa<DeclRefExpr, MemberExpr>(Part)) {
    const ValueDecl *Named = cursorOf(cast<Expr>(&Part));
    if (Named && (On.Cursors.count(Named) || On.Tests.count(Named)))
      Visit(*Named);
  }
  forEachPart(Part, [&](const Stmt &Nested) { forEachMention(Nested, On, Visit); });
}

} // namespace asynciter
