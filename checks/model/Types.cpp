// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Types.h"

#include "model/Bodies.h"
#include "model/Libraries.h"
#include "model/Names.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/Stmt.h"

#include <optional>

using namespace clang;

namespace asynciter {

using FoundDecl = llvm::function_ref<bool(const NamedDecl &)>;

/// Looks in the class, then in its bases; stops when `Accept` says so.
static bool findMember(const CXXRecordDecl &Class, DeclarationName Name, FoundDecl Accept) {
  llvm::SmallVector<const CXXRecordDecl *, 8> All{&Class};
  for (std::size_t At = 0; At != All.size(); ++At) {
    for (const NamedDecl *Member : All[At]->lookup(Name))
      if (Accept(*Member->getUnderlyingDecl()))
        return true;
    addBases(*All[At], All);
  }
  return false;
}

/// The function behind a declaration; a template's pattern for a template.
static const FunctionDecl *functionOf(const NamedDecl &Named) {
  if (const auto *Template = dyn_cast<FunctionTemplateDecl>(&Named))
    return Template->getTemplatedDecl();
  return dyn_cast<FunctionDecl>(&Named);
}

static const FunctionDecl *method(const CXXRecordDecl &Class, DeclarationName Name) {
  const FunctionDecl *Found = nullptr;
  findMember(Class, Name, [&](const NamedDecl &Member) {
    const FunctionDecl *Method = functionOf(Member);
    const unsigned Explicit = Method && Method->hasCXXExplicitFunctionObjectParameter();
    if (Method && Method->getMinRequiredArguments() <= Explicit)
      Found = Method;
    return Found != nullptr;
  });
  return Found;
}

static DeclarationName named(ASTContext &Context, llvm::StringRef Name) { return &Context.Idents.get(Name); }

static DeclarationName operatorName(ASTContext &Context, OverloadedOperatorKind Operator) {
  return Context.DeclarationNames.getCXXOperatorName(Operator);
}

const FunctionDecl *nullaryMethod(const CXXRecordDecl &Class, llvm::StringRef Name) {
  return method(Class, named(Class.getASTContext(), Name));
}

/// A free `operator co_await` for the class, beside it or in a namespace around.
static const FunctionDecl *freeAwaitOperator(const CXXRecordDecl &Class) {
  const DeclarationName Await = operatorName(Class.getASTContext(), OO_Coawait);
  auto Accepts = [&](const NamedDecl &Named) -> const FunctionDecl * {
    const FunctionDecl *Operator = functionOf(Named);
    if (!Operator || Operator->getNumParams() != 1)
      return nullptr;
    const CXXRecordDecl *Taken = classOf(Operator->getParamDecl(0)->getType());
    return Taken && qualifiedName(*Taken) == qualifiedName(Class) ? Operator : nullptr;
  };
  if (Class.hasDefinition())
    for (const FriendDecl *Friend : Class.friends())
      if (const NamedDecl *Named = Friend->getFriendDecl(); Named && Named->getDeclName() == Await)
        if (const FunctionDecl *Operator = Accepts(*Named))
          return Operator;
  for (const DeclContext *Outer = Class.getDeclContext(); Outer; Outer = Outer->getParent())
    if (Outer->isNamespace() || Outer->isTranslationUnit())
      for (const NamedDecl *Named : Outer->lookup(Await))
        if (const FunctionDecl *Operator = Accepts(*Named->getUnderlyingDecl()))
          return Operator;
  return nullptr;
}

/// The `promise_type` that the class itself names.
static const CXXRecordDecl *promiseOf(const CXXRecordDecl &Class) {
  const CXXRecordDecl *Promise = nullptr;
  findMember(Class, named(Class.getASTContext(), "promise_type"), [&](const NamedDecl &Member) {
    // Iterators and awaiters have private names for the promise that they know.
    if (Member.getAccess() == AS_private || Member.getAccess() == AS_protected)
      return false;
    if (const auto *Alias = dyn_cast<TypedefNameDecl>(&Member))
      Promise = classOf(Alias->getUnderlyingType());
    else if (const auto *Nested = dyn_cast<CXXRecordDecl>(&Member))
      Promise = classOf(Nested->getASTContext().getRecordType(Nested));
    return Promise != nullptr;
  });
  return Promise;
}

static bool has(const CXXRecordDecl &Class, llvm::StringRef Name) {
  return findMember(Class, named(Class.getASTContext(), Name),
                    [](const NamedDecl &Member) { return functionOf(Member) != nullptr; });
}

/// Some libraries await through a customisation point that finds a friend
/// function by its name (folly's `co_viaIfAsync`).
static bool hasAwaitFriend(const CXXRecordDecl &Class) {
  if (!Class.hasDefinition())
    return false;
  for (const FriendDecl *Friend : Class.friends())
    if (const NamedDecl *Named = Friend->getFriendDecl())
      if (const IdentifierInfo *Identifier = Named->getIdentifier())
        if (Identifier->isStr("co_viaIfAsync"))
          return true;
  return false;
}

static const ReturnStmt *firstReturn(const Stmt *Body) {
  if (!Body || isa<ReturnStmt>(Body))
    return cast_or_null<ReturnStmt>(Body);
  for (const Stmt *Part : Body->children())
    if (const ReturnStmt *Found = firstReturn(Part))
      return Found;
  return nullptr;
}

/// The return type; of an `auto` function that nobody has called yet, what its
/// first `return` gives.
static QualType returnTypeOf(const FunctionDecl &Function) {
  if (!Function.getReturnType()->isUndeducedType())
    return Function.getReturnType();
  askForLeftOut(Function);
  const FunctionDecl *Pattern = Function.getTemplateInstantiationPattern();
  const ReturnStmt *Return = firstReturn(bodyOf(Pattern ? *Pattern : Function));
  return Return && Return->getRetValue() ? Return->getRetValue()->getType() : QualType();
}

/// A template's own parameter, as a specialisation that was never needed whole
/// would have it.
static QualType substituted(QualType Type, QualType Specialisation) {
  const auto *Parameter = Type.isNull() ? nullptr : Type.getCanonicalType()->getAs<TemplateTypeParmType>();
  const CXXRecordDecl *Unneeded = Specialisation.getNonReferenceType()->getAsCXXRecordDecl();
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(Unneeded);
  if (Unneeded && !Class)
    Class = dyn_cast<ClassTemplateSpecializationDecl>(Unneeded->getDeclContext());
  if (!Parameter || !Class || Unneeded->hasDefinition() ||
      Parameter->getIndex() >= Class->getTemplateArgs().size())
    return Type;
  const TemplateArgument &Given = Class->getTemplateArgs()[Parameter->getIndex()];
  return Given.getKind() == TemplateArgument::Type ? Given.getAsType() : Type;
}

bool Types::isStepMethod(const NamedDecl &Method) const {
  return Method.getIdentifier() && (Method.getName() == "next" || Known.isStep(Method.getName()));
}

const StreamFacts *Types::facts(QualType Stream) const { return Known.stream(className(Stream)); }

bool Types::isStepMethod(const NamedDecl &Method, QualType Stream) const {
  const StreamFacts *Facts = Method.getIdentifier() ? facts(Stream) : nullptr;
  return Facts && (llvm::is_contained(Facts->Steps, Method.getName()) ||
                   (Facts->End != StreamFacts::InResult && isStepMethod(Method)));
}

bool Types::isStepFunction(const FunctionDecl &Function) const {
  return Known.isStepFunction(qualifiedName(Function));
}

bool Types::isEmptyAtEnd(const FunctionDecl &Function) const {
  return Known.isEmptyAtEnd(qualifiedName(Function));
}

bool Types::isAwaitable(QualType Type) const {
  const CXXRecordDecl *Class = classOf(Type);
  if (!Class)
    return false;
  ASTContext &Context = Class->getASTContext();
  return has(*Class, "await_ready") || method(*Class, operatorName(Context, OO_Coawait)) ||
         hasAwaitFriend(*Class) || Known.isAwaitable(qualifiedName(*Class)) || freeAwaitOperator(*Class) ||
         (promiseOf(*Class) && !isGenerator(Type));
}

QualType Types::awaitedResult(QualType Awaitable) const {
  const CXXRecordDecl *Class = classOf(Awaitable);
  if (!Class)
    return {};
  ASTContext &Context = Class->getASTContext();
  if (const FunctionDecl *Resume = nullaryMethod(*Class, "await_resume"))
    return substituted(returnTypeOf(*Resume), Awaitable);
  const FunctionDecl *Operator = method(*Class, operatorName(Context, OO_Coawait));
  if (!Operator)
    Operator = freeAwaitOperator(*Class);
  const QualType Awaiter = Operator ? returnTypeOf(*Operator) : QualType();
  if (const CXXRecordDecl *Awaited = classOf(Awaiter); Awaited && Awaited != Class)
    return awaitedResult(Awaiter);
  // A coroutine type that only a promise knows how to await delivers what its
  // `co_return` takes.
  if (const CXXRecordDecl *Promise = promiseOf(*Class)) {
    QualType Delivered;
    findMember(*Promise, named(Context, "return_value"), [&](const NamedDecl &Member) {
      const FunctionDecl *Return = functionOf(Member);
      if (Return && Return->getNumParams() == 1)
        Delivered = Return->getParamDecl(0)->getType();
      return !Delivered.isNull();
    });
    return Delivered;
  }
  return {};
}

bool Types::isTestable(QualType Type) const {
  const CXXRecordDecl *Class = classOf(Type);
  if (!Class)
    return false;
  if (has(*Class, "has_value"))
    return true;
  if (!Class->hasDefinition())
    return false;
  // Conversions are not found by name in a class that was never used whole.
  return llvm::any_of(Class->getDefinition()->getVisibleConversionFunctions(), [](const NamedDecl *Found) {
    const auto *Conversion = dyn_cast_or_null<CXXConversionDecl>(functionOf(*Found->getUnderlyingDecl()));
    return Conversion && Conversion->getConversionType()->isBooleanType();
  });
}

bool Types::isErrorCode(QualType Type) const {
  const CXXRecordDecl *Class = classOf(Type);
  return Class && isTestable(Type) && nullaryMethod(*Class, "category") && nullaryMethod(*Class, "message") &&
         nullaryMethod(*Class, "value");
}

bool Types::isOptionalLike(QualType Type) const {
  if (Type.isNull())
    return false;
  Type = Type.getNonReferenceType();
  if (Type->isAnyPointerType())
    return true;
  const CXXRecordDecl *Class = classOf(Type);
  if (!Class)
    return false;
  ASTContext &Context = Class->getASTContext();
  return isTestable(Type) &&
         (findMember(*Class, operatorName(Context, OO_Star), [](const NamedDecl &) { return true; }) ||
          has(*Class, "value"));
}

QualType Types::itemOf(QualType Result) const {
  if (!Result.isNull() && Result->isAnyPointerType())
    return Result->getPointeeType();
  const CXXRecordDecl *Class = classOf(Result);
  const FunctionDecl *Star = Class ? method(*Class, operatorName(Class->getASTContext(), OO_Star)) : nullptr;
  const QualType Item = Star ? returnTypeOf(*Star) : QualType();
  return Item.isNull() ? Item : substituted(Item.getNonReferenceType(), Result);
}

bool Types::isSyncRange(QualType Type) const {
  const CXXRecordDecl *Class = classOf(Type);
  const FunctionDecl *Begin = Class ? nullaryMethod(*Class, "begin") : nullptr;
  const FunctionDecl *End = Begin ? nullaryMethod(*Class, "end") : nullptr;
  if (!End)
    return false;
  const QualType Position = returnTypeOf(*Begin);
  const CXXRecordDecl *Iterator = classOf(Position);
  if (!Iterator)
    return !Position.isNull() && Position->isPointerType();
  const FunctionDecl *Advance = method(*Iterator, operatorName(Iterator->getASTContext(), OO_PlusPlus));
  return !isAwaitable(Position) && Advance && !isAwaitable(returnTypeOf(*Advance));
}

/// What a function returns where all it does is to return that.
static std::optional<bool> constantOf(const FunctionDecl &Function) {
  const FunctionDecl *Pattern = Function.isDefined() ? nullptr : Function.getTemplateInstantiationPattern();
  const auto *Body = dyn_cast_or_null<CompoundStmt>(bodyOf(Function));
  if (!Body && Pattern)
    Body = dyn_cast_or_null<CompoundStmt>(bodyOf(*Pattern));
  const auto *Return = Body && Body->size() == 1 ? dyn_cast<ReturnStmt>(Body->body_front()) : nullptr;
  const Expr *Value = Return ? Return->getRetValue() : nullptr;
  const auto *Literal = Value ? dyn_cast<CXXBoolLiteralExpr>(Value->IgnoreParenImpCasts()) : nullptr;
  if (!Literal)
    return std::nullopt;
  return Literal->getValue();
}

/// Whether an awaiter says of itself, always, that it is ready.
static std::optional<bool> readiness(QualType Awaiter) {
  const CXXRecordDecl *Class = classOf(Awaiter);
  const FunctionDecl *Ready = Class ? nullaryMethod(*Class, "await_ready") : nullptr;
  return Ready ? constantOf(*Ready) : std::nullopt;
}

/// The body, of a template's pattern where nobody needed this one.
static const Stmt *writtenBody(const FunctionDecl &Function) {
  const FunctionDecl *Written = &Function;
  if (const FunctionTemplateDecl *Template = Function.getDescribedFunctionTemplate()) {
    while (const FunctionTemplateDecl *From = Template->getInstantiatedFromMemberTemplate())
      Template = From;
    Written = Template->getTemplatedDecl();
  } else if (const FunctionDecl *Pattern = Function.getTemplateInstantiationPattern()) {
    Written = Pattern;
  }
  return bodyOf(*Written);
}

static DeclarationName calledName(const Expr &Callee) {
  if (const auto *Member = dyn_cast<MemberExpr>(&Callee))
    return Member->getMemberDecl()->getDeclName();
  if (const auto *Member = dyn_cast<CXXDependentScopeMemberExpr>(&Callee))
    return Member->getMember();
  if (const auto *Overloads = dyn_cast<OverloadExpr>(&Callee))
    return Overloads->getName();
  return {};
}

/// `co_yield` binds less tightly than any operator, so some tasks let it stand for
/// `co_await`: what it takes is awaited itself, or goes through `await_transform`.
static bool awaitsWhatIsYielded(const FunctionDecl &Yield) {
  const QualType Returned = Yield.getReturnType();
  if (Yield.getNumParams() == 1 && classOf(Returned) &&
      Yield.getASTContext().hasSameUnqualifiedType(Returned.getNonReferenceType(),
                                                   Yield.getParamDecl(0)->getType().getNonReferenceType()))
    return true;
  const ReturnStmt *Return = firstReturn(writtenBody(Yield));
  const auto *Call = Return && Return->getRetValue() ? dyn_cast<CallExpr>(Return->getRetValue()) : nullptr;
  const DeclarationName Name =
      Call ? calledName(*Call->getCallee()->IgnoreParenImpCasts()) : DeclarationName();
  return Name.isIdentifier() && Name.getAsIdentifierInfo() &&
         Name.getAsIdentifierInfo()->isStr("await_transform");
}

/// Some tasks take `co_yield co_error(e)`, to fail without throwing; others have
/// a `yield_value` that cannot suspend, only to say in an error that they are none.
static bool yieldsItems(const NamedDecl &YieldValue) {
  const FunctionDecl *Yield = functionOf(YieldValue);
  if (!Yield || Yield->isDeleted() || readiness(returnTypeOf(*Yield)) == true || awaitsWhatIsYielded(*Yield))
    return false;
  const CXXRecordDecl *Taken = Yield->getNumParams() ? classOf(Yield->getParamDecl(0)->getType()) : nullptr;
  return !Taken || !llvm::is_contained({"co_error", "co_result"}, Taken->getName());
}

bool Types::isGenerator(QualType Type) const {
  const CXXRecordDecl *Class = classOf(Type);
  const CXXRecordDecl *Promise = Class ? promiseOf(*Class) : nullptr;
  return Promise && findMember(*Promise, named(Class->getASTContext(), "yield_value"), yieldsItems);
}

bool Types::isCoroutine(QualType Type) const {
  const CXXRecordDecl *Class = classOf(Type);
  return Class && promiseOf(*Class) && !isResult(Type);
}

bool Types::isResult(QualType Type) const {
  const CXXRecordDecl *Class = classOf(Type);
  const CXXRecordDecl *Promise = Class ? promiseOf(*Class) : nullptr;
  const FunctionDecl *Final = Promise ? nullaryMethod(*Promise, "final_suspend") : nullptr;
  // A frame that goes away by itself leaves nothing to resume.
  return Final && isOptionalLike(Type) && startOf(*Promise) == Start::AtOnce &&
         readiness(returnTypeOf(*Final)) == true;
}

Types::Start Types::startOf(const CXXRecordDecl &Promise) {
  const FunctionDecl *Initial = nullaryMethod(Promise, "initial_suspend");
  const std::optional<bool> IsReady = Initial ? readiness(returnTypeOf(*Initial)) : std::nullopt;
  if (!IsReady)
    return Start::Unknown;
  return *IsReady ? Start::AtOnce : Start::WhenAwaited;
}

Types::Start Types::startOf(QualType Type) const {
  const CXXRecordDecl *Class = classOf(Type);
  const CXXRecordDecl *Promise = Class ? promiseOf(*Class) : nullptr;
  return Promise ? startOf(*Promise) : Start::Unknown;
}

/// A plain or smart pointer, rather than an optional.
static bool isPointerLike(QualType Type) {
  Type = Type.getNonReferenceType();
  const CXXRecordDecl *Class = classOf(Type);
  return Type->isAnyPointerType() ||
         (Class && has(*Class, "get") && !has(*Class, "has_value") && !has(*Class, "value"));
}

static bool letsBodyAwait(const CXXRecordDecl &Promise) {
  return !findMember(Promise, named(Promise.getASTContext(), "await_transform"), [](const NamedDecl &Member) {
    const FunctionDecl *Transform = functionOf(Member);
    return Transform && Transform->isDeleted();
  });
}

bool Types::steps(QualType Type, Protocol Way) const {
  const CXXRecordDecl *Class = classOf(Type);
  if (!Class || Class->isLambda())
    return false;
  ASTContext &Context = Class->getASTContext();
  auto IsAwaited = [&](const FunctionDecl &Method) {
    const QualType Returned = returnTypeOf(Method);
    const bool IsKnown = !Returned.isNull() && (!Returned->isDependentType() || classOf(Returned));
    // An `auto` method of a generator that nobody has stepped yet: a promise that
    // forbids `co_await` belongs to a sync generator.
    return IsKnown ? isAwaitable(Returned) : isGenerator(Type) && letsBodyAwait(*promiseOf(*Class));
  };
  // A step is an awaitable whose result, where the type shows it, says whether
  // there is an item.
  auto IsStep = [&](const FunctionDecl *Method) {
    if (!Method || !IsAwaited(*Method))
      return false;
    const QualType Result = awaitedResult(returnTypeOf(*Method));
    // Many a class hands out connections or jobs by pointer, and never ends.
    if (!Result.isNull() && !isGenerator(Type) && isPointerLike(Result))
      return false;
    return Result.isNull() || Result->isDependentType() || Result->isUndeducedType() ||
           Result->isBooleanType() || isOptionalLike(Result);
  };
  switch (Way) {
  case Protocol::None:
    return false;
  case Protocol::AwaitedIterator: {
    // A transaction has an awaited `begin` and `end`, too; an iterator's end is
    // there at once.
    const FunctionDecl *Begin = nullaryMethod(*Class, "begin");
    const FunctionDecl *End = nullaryMethod(*Class, "end");
    return Begin && End && IsAwaited(*Begin) && !isAwaitable(returnTypeOf(*End));
  }
  case Protocol::AwaitedNext:
    // Inherited methods are found by the one name that every library uses.
    return IsStep(nullaryMethod(*Class, "next")) ||
           llvm::any_of(Class->methods(), [&](const CXXMethodDecl *Method) {
             return (isStepMethod(*Method) && Method->getMinRequiredArguments() == 0 && IsStep(Method)) ||
                    (isStepMethod(*Method, Type) && IsAwaited(*Method));
           });
  case Protocol::AwaitedCall:
    // Push generators are called with what `co_yield` gives back inside, and
    // keep the end to themselves.
    return isGenerator(Type) &&
           findMember(*Class, operatorName(Context, OO_Call), [&](const NamedDecl &Member) {
             const FunctionDecl *Call = functionOf(Member);
             return Call && IsAwaited(*Call);
           });
  case Protocol::AwaitedObject:
    return isGenerator(Type) &&
           (has(*Class, "await_ready") || method(*Class, operatorName(Context, OO_Coawait)) ||
            freeAwaitOperator(*Class));
  case Protocol::SenderStream:
    // Its steps are functions: only a call shows them.
    return false;
  }
  return false;
}

Protocol Types::protocol(QualType Type) const {
  for (Protocol Way :
       {Protocol::AwaitedIterator, Protocol::AwaitedNext, Protocol::AwaitedCall, Protocol::AwaitedObject})
    if (steps(Type, Way))
      return Way;
  return Protocol::None;
}

} // namespace asynciter
