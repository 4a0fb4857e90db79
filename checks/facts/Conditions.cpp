// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Conditions.h"

#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"

using namespace clang;

namespace asynciter {

namespace {

class Evaluator {
public:
  Evaluator(const CallSite &At, const Evidence &Shown, const Function &Caller, const Unit &In)
      : At(At), Shown(Shown), Caller(Caller), In(In), Sources(In.context().getSourceManager()) {}

  bool holds(const Condition &Asked) const;

  const Expr *subject(const Condition &Asked) const {
    if (Asked.Subject == 0)
      return At.Object;
    const unsigned Position = Asked.Subject - 1;
    return Asked.Subject > 0 && Position < At.Arguments.size() ? At.Arguments[Position] : nullptr;
  }

  /// What a subject is zero with: `wait ? -1 : 0` is if `wait` is, and so is `wait * 1000`.
  const Expr &zeroWith(const Expr &Subject) const {
    const Expr &Inner = *strip(&Subject);
    if (const auto *Choice = dyn_cast<ConditionalOperator>(&Inner))
      return isZero(*Choice->getFalseExpr()) ? *Choice->getCond() : Subject;
    const auto *Product = dyn_cast<BinaryOperator>(&Inner);
    if (!Product || (Product->getOpcode() != BO_Mul && Product->getOpcode() != BO_Div))
      return Subject;
    const bool IsLeft = Product->getOpcode() == BO_Div || !isConstant(*Product->getLHS());
    return zeroWith(IsLeft ? *Product->getLHS() : *Product->getRHS());
  }

private:
  bool isConstant(const Expr &Value) const {
    return !Value.isValueDependent() && Value.isEvaluatable(In.context());
  }
  std::optional<bool> isZeroOrNot(const Expr &Value) const;
  bool isZero(const Expr &Value) const { return isZeroOrNot(Value) == true; }
  bool pointsToZero(const Expr &Pointer) const;
  bool names(const Expr &Value, llvm::StringRef Name) const;
  bool isA(QualType Type, llvm::function_ref<bool(llvm::StringRef)> Accept) const;
  bool isInMemory(const Expr &Value) const;
  bool isNonBlocking(const Expr &Descriptor) const;
  bool isAwaitedReady(const ValueDecl *Named) const;
  bool expectsWouldBlock(const Function &Body) const;
  bool isMentionedBefore(const std::vector<Evidence::Mention> &Mentions, const ValueDecl *Of) const;
  llvm::StringRef textOf(SourceRange Range) const;

  const CallSite &At;
  const Evidence &Shown;
  const Function &Caller;
  const Unit &In;
  const SourceManager &Sources;
};

bool allZero(const APValue &Value) {
  switch (Value.getKind()) {
  case APValue::Int:
    return Value.getInt().isZero();
  case APValue::Float:
    return Value.getFloat().isZero();
  case APValue::LValue:
    return Value.isNullPointer();
  case APValue::Struct: {
    for (unsigned Base = 0; Base != Value.getStructNumBases(); ++Base)
      if (!allZero(Value.getStructBase(Base)))
        return false;
    for (unsigned Field = 0; Field != Value.getStructNumFields(); ++Field)
      if (!allZero(Value.getStructField(Field)))
        return false;
    return true;
  }
  default:
    return false;
  }
}

/// Nothing of what is not known.
std::optional<bool> Evaluator::isZeroOrNot(const Expr &Value) const {
  const Expr *Inner = strip(&Value);
  if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(Inner))
    Inner = strip(Default->getExpr());
  if (Inner->isValueDependent())
    return std::nullopt;
  Expr::EvalResult Result;
  if (Inner->EvaluateAsRValue(Result, In.context()) && !Result.HasSideEffects)
    return allZero(Result.Val);
  const auto *Address = dyn_cast<UnaryOperator>(Inner);
  if (Inner->getType()->isArrayType() || (Address && Address->getOpcode() == UO_AddrOf))
    return false;
  // A local that is no constant most likely keeps what it started with.
  const auto *Named = dyn_cast<DeclRefExpr>(Inner);
  const auto *Local = Named ? dyn_cast<VarDecl>(Named->getDecl()) : nullptr;
  return Local && !isa<ParmVarDecl>(Local) && Local->getInit() ? isZeroOrNot(*Local->getInit())
                                                               : std::nullopt;
}

bool Evaluator::pointsToZero(const Expr &Pointer) const {
  const auto *Address = dyn_cast<UnaryOperator>(strip(&Pointer));
  const auto *Named = Address ? dyn_cast<DeclRefExpr>(strip(Address->getSubExpr())) : nullptr;
  const auto *Local = Named ? dyn_cast<VarDecl>(Named->getDecl()) : nullptr;
  if (!Local || !Local->getInit() || Local->getInit()->isValueDependent())
    return false;
  const APValue *Known = Local->evaluateValue();
  return Known && allZero(*Known);
}

llvm::StringRef Evaluator::textOf(SourceRange Range) const {
  const CharSourceRange Written = Sources.getExpansionRange(Range);
  return Lexer::getSourceText(Written, Sources, In.context().getLangOpts());
}

bool containsWord(llvm::StringRef Text, llvm::StringRef Word) {
  auto IsWordCharacter = [](char One) { return llvm::isAlnum(One) || One == '_'; };
  for (size_t Found = Text.find(Word); Found != llvm::StringRef::npos; Found = Text.find(Word, Found + 1)) {
    const size_t After = Found + Word.size();
    if ((Found == 0 || !IsWordCharacter(Text[Found - 1])) &&
        (After == Text.size() || !IsWordCharacter(Text[After])))
      return true;
  }
  return false;
}

bool Evaluator::names(const Expr &Value, llvm::StringRef Name) const {
  if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(&Value))
    return names(*Default->getExpr(), Name);
  if (containsWord(textOf(Value.getSourceRange()), Name))
    return true;
  const auto *Named = dyn_cast<DeclRefExpr>(strip(&Value));
  const auto *Kept = Named ? dyn_cast<VarDecl>(Named->getDecl()) : nullptr;
  return Kept && !isa<ParmVarDecl>(Kept) && Kept->getInit() &&
         containsWord(textOf(Kept->getInit()->getSourceRange()), Name);
}

bool Evaluator::isA(QualType Type, llvm::function_ref<bool(llvm::StringRef)> Accept) const {
  if (Type->isPointerType())
    Type = Type->getPointeeType();
  if (const auto *Enumeration = Type.getNonReferenceType()->getAs<EnumType>())
    return Accept(qualifiedName(*Enumeration->getDecl()));
  const CXXRecordDecl *Class = classOf(Type);
  llvm::SmallVector<const CXXRecordDecl *, 8> All;
  if (Class)
    All.push_back(Class);
  for (std::size_t At = 0; At != All.size(); ++At) {
    if (Accept(qualifiedName(*All[At])))
      return true;
    addBases(*All[At], All);
  }
  return false;
}

/// The stream that `in >> a >> b` and `getline(getline(in, a), b)` give back.
const Expr *originOf(const Expr &Stream) {
  const Expr *Inner = strip(&Stream);
  while (const auto *Call = dyn_cast<CallExpr>(Inner)) {
    const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
    const Expr *First = Member               ? Member->getImplicitObjectArgument()
                        : Call->getNumArgs() ? Call->getArg(0)
                                             : nullptr;
    if (!First || !Call->isLValue() || !classOf(Call->getType()) ||
        className(Call->getType()) != className(First->getType()))
      break;
    Inner = strip(First);
  }
  return Inner;
}

bool Evaluator::isInMemory(const Expr &Value) const {
  const Expr *Inner = originOf(Value);
  auto Accept = [&](llvm::StringRef Name) { return In.libraries().isInMemory(Name); };
  if (isA(Inner->getType(), Accept))
    return true;
  // A stream over a buffer, and an iterator over a stream, are where those are.
  if (const auto *Address = dyn_cast<UnaryOperator>(Inner); Address && Address->getOpcode() == UO_AddrOf)
    return isInMemory(*Address->getSubExpr());
  if (const auto *Getter = dyn_cast<CXXMemberCallExpr>(Inner); Getter && Getter->getNumArgs() == 0)
    return isInMemory(*Getter->getImplicitObjectArgument());
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Inner))
    return Construct->getNumArgs() > 0 && isInMemory(*Construct->getArg(0));
  const auto *Named = dyn_cast<DeclRefExpr>(Inner);
  const auto *Made = Named ? dyn_cast<VarDecl>(Named->getDecl()) : nullptr;
  return Made && Made->getInit() && !isa<ParmVarDecl>(Made) && isInMemory(*Made->getInit());
}

/// Whether code speaks of calls that do not wait.
bool speaksOfNotWaiting(llvm::StringRef Text) {
  // Parts of the names by which systems and libraries speak of it.
  for (const char *Sign : {"EAGAIN", "EWOULDBLOCK", "EINPROGRESS", "nonblock", "non_block", "FIONBIO",
                           "would_block", "try_again"})
    if (Text.contains_insensitive(Sign))
      return true;
  // `set_blocking(fd, false)`, `blocking::no`.
  static const llvm::Regex Refuses("block[a-z_]*(\\(|::|=|,|\\{|[ \t])[^;(){}]*(false|no|off)([^a-z_]|$)",
                                   llvm::Regex::IgnoreCase);
  return Refuses.match(Text);
}

/// Texts are long, and asked about often.
struct KnownTexts {
  explicit KnownTexts(const Unit &) {}
  mutable llvm::DenseMap<const FunctionDecl *, bool> SpeakOfNotWaiting;
};

bool Evaluator::expectsWouldBlock(const Function &Body) const {
  const auto [Known, IsNew] = In.facts<KnownTexts>().SpeakOfNotWaiting.try_emplace(Body.Declared, false);
  if (IsNew)
    Known->second = speaksOfNotWaiting(textOf(Body.Declared->getSourceRange()));
  return Known->second;
}

bool Evaluator::isMentionedBefore(const std::vector<Evidence::Mention> &Mentions, const ValueDecl *Of) const {
  return Of && llvm::any_of(Mentions, [&](const Evidence::Mention &One) {
           return One.Of == Of && Sources.isBeforeInTranslationUnit(One.At, At.At);
         });
}

/// Whether an await before told that the next call need not wait. Of a bare
/// descriptor any await does; of a socket, which has awaited operations of its
/// own, one that is named after readiness.
bool Evaluator::isAwaitedReady(const ValueDecl *Named) const {
  if (!Named)
    return false;
  const bool IsObject = classOf(Named->getType()) != nullptr;
  return llvm::any_of(Shown.Awaits, [&](const Evidence::Mention &One) {
    const bool SaysReady = llvm::any_of(
        llvm::ArrayRef<llvm::StringRef>{"wait", "poll", "ready", "readable", "writable", "readiness"},
        [&](llvm::StringRef Sign) { return One.Awaited.contains_insensitive(Sign); });
    return One.Of == Named && (!IsObject || SaysReady) && Sources.isBeforeInTranslationUnit(One.At, At.At);
  });
}

bool Evaluator::isNonBlocking(const Expr &Descriptor) const {
  const ValueDecl *Named = ownerOf(Descriptor);
  if (expectsWouldBlock(Caller) || isAwaitedReady(Named))
    return true;
  // A member may be made non-blocking wherever its class is at work.
  const auto *Member = dyn_cast_or_null<FieldDecl>(Named);
  if (Member && Member->hasInClassInitializer() && Member->getInClassInitializer() &&
      speaksOfNotWaiting(textOf(Member->getInClassInitializer()->getSourceRange())))
    return true;
  return Member && llvm::any_of(In.functions(), [&](const Function &Other) {
           const auto *Method = dyn_cast<CXXMethodDecl>(Other.Declared);
           return Method && Method->getParent() == Member->getParent() && expectsWouldBlock(Other);
         });
}

bool Evaluator::holds(const Condition &Asked) const {
  if (Asked.Is == Condition::Awaitable) {
    const auto *Call = dyn_cast_or_null<Expr>(At.Site);
    return Call && In.types().isAwaitable(Call->getType());
  }
  const Expr *Subject = subject(Asked);
  if (Asked.Is == Condition::Missing)
    return !Subject || isa<CXXDefaultArgExpr>(Subject);
  if (!Subject)
    return false;
  switch (Asked.Is) {
  case Condition::Zero:
    return isZero(*Subject);
  case Condition::NotZero:
    return isZeroOrNot(*Subject) == false;
  case Condition::PointsToZero:
    return pointsToZero(*Subject);
  case Condition::Names:
    return names(*Subject, Asked.Name);
  case Condition::DoesNotName:
    return !names(*Subject, Asked.Name);
  case Condition::HasType:
    return isA(strip(Subject)->getType(), [&](llvm::StringRef Name) { return Name == Asked.Name; });
  case Condition::InMemory:
    return isInMemory(*Subject);
  case Condition::NonBlocking:
    return isNonBlocking(*Subject);
  case Condition::CheckedReady: {
    const ValueDecl *Named = ownerOf(*Subject);
    return isMentionedBefore(Shown.ReadyChecks, Named) || isMentionedBefore(Shown.Awaits, Named);
  }
  case Condition::Missing:
  case Condition::Awaitable:
    break;
  }
  return false;
}

/// What a subject comes from, through references, chained calls and whatever is
/// made from it: if that is a parameter, the callers know more.
const ValueDecl *rootOf(const Expr &Subject) {
  const Expr *Origin = originOf(Subject);
  const ValueDecl *Named = entityOf(Origin);
  const auto *Local = dyn_cast_or_null<VarDecl>(Named);
  if (Local && !isa<ParmVarDecl>(Local) && Local->getType()->isReferenceType() && Local->getInit())
    return rootOf(*Local->getInit());
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Origin); !Named && Construct)
    return Construct->getNumArgs() > 0 ? rootOf(*Construct->getArg(0)) : nullptr;
  return Named;
}

} // namespace

static constexpr Condition::Kind Crossing[] = {
    Condition::Zero,        Condition::PointsToZero, Condition::Missing, Condition::InMemory,
    Condition::NonBlocking, Condition::CheckedReady, Condition::NotZero};

bool canCross(const Condition &Open) { return llvm::is_contained(Crossing, Open.Is) && Open.Subject > 0; }

std::vector<Passed> passedBy(const CallSite &At, const Evidence &Shown, const Function &Caller,
                             const Unit &In) {
  const Evaluator Here(At, Shown, Caller, In);
  std::vector<Passed> Found;
  for (unsigned Position = 1; Position <= At.Arguments.size(); ++Position) {
    Passed Made;
    Made.Subject = Position;
    for (const Condition::Kind Kind : Crossing)
      if (Here.holds({Kind, Made.Subject, ""}))
        Made.Holds |= 1u << Kind;
    if (const auto *From = dyn_cast_or_null<ParmVarDecl>(rootOf(Here.zeroWith(*At.Arguments[Position - 1])));
        From && From->getDeclContext() == Caller.Declared)
      Made.From = From->getFunctionScopeIndex() + 1;
    if (Made.Holds || Made.From)
      Found.push_back(Made);
  }
  for (const Condition &Each : At.Guards)
    Found.push_back({Passed::Guard, 1u << Each.Is, Each.Subject});
  return Found;
}

Verdict evaluate(llvm::ArrayRef<Condition> Unless, const CallSite &At, const Evidence &Shown,
                 const Function &Caller, const Unit &In) {
  const Evaluator Here(At, Shown, Caller, In);
  Verdict Found;
  for (const Condition &Asked : Unless) {
    if (Here.holds(Asked))
      return {Verdict::Harmless};
    const Expr *Subject = Here.subject(Asked);
    const auto *Passed = dyn_cast_or_null<ParmVarDecl>(
        Subject ? rootOf(llvm::is_contained(GuardKinds, Asked.Is) ? Here.zeroWith(*Subject) : *Subject)
                : nullptr);
    if (!Passed || Passed->getDeclContext() != Caller.Declared || Asked.Is == Condition::DoesNotName)
      continue;
    Condition Renamed = Asked;
    Renamed.Subject = Passed->getFunctionScopeIndex() + 1;
    Found.Is = Verdict::DependsOnCaller;
    Found.Open.push_back(Renamed);
  }
  return Found;
}

} // namespace asynciter
