// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/LockTypes.h"

#include "model/Bodies.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace asynciter {

using Act = LockTypes::Act;

Act actByName(const NamedDecl &Method) {
  if (!Method.getIdentifier())
    return Act::None;
  const llvm::StringRef Name = Method.getName();
  if (llvm::is_contained({"lock", "Lock", "lock_shared", "lock_upgrade", "lock_sharable", "lock_upgradable",
                          "lock_read", "lock_write", "ReaderLock", "WriterLock", "relock"},
                         Name))
    return Act::Take;
  if (Name.starts_with("try_lock") || Name.starts_with("tryLock") || Name.starts_with("TryLock") ||
      Name == "ReaderTryLock")
    return Act::Try;
  if (Name.starts_with_insensitive("unlock") || Name.ends_with("Unlock"))
    return Act::Release;
  return Act::None;
}

/// The pattern of an instantiation keeps its attributes and its body.
static const FunctionDecl &written(const FunctionDecl &Function) {
  const FunctionDecl *Pattern = Function.getTemplateInstantiationPattern();
  return Function.isDefined() || !Pattern ? Function : *Pattern;
}

static const Stmt *writtenBody(const FunctionDecl &Function) {
  const Stmt *Own = bodyOf(Function);
  return Own ? Own : bodyOf(written(Function));
}

static Act actByAttribute(const FunctionDecl &Function) {
  if (Function.hasAttr<AcquireCapabilityAttr>())
    return Act::Take;
  if (Function.hasAttr<TryAcquireCapabilityAttr>())
    return Act::Try;
  return Function.hasAttr<ReleaseCapabilityAttr>() ? Act::Release : Act::None;
}

static void forEachBase(const CXXRecordDecl &Class, llvm::function_ref<void(const CXXRecordDecl &)> Visit,
                        unsigned Depth = 0) {
  Visit(Class);
  if (!Class.hasDefinition() || Depth > 8)
    return;
  for (const CXXBaseSpecifier &Base : Class.bases())
    if (const CXXRecordDecl *Inherited = classOf(Base.getType()))
      forEachBase(*Inherited, Visit, Depth + 1);
}

static void forEachMethod(const CXXRecordDecl &Class, llvm::function_ref<void(const CXXMethodDecl &)> Visit) {
  forEachBase(Class, [&](const CXXRecordDecl &One) {
    for (const Decl *Member : One.decls()) {
      const auto *Template = dyn_cast<FunctionTemplateDecl>(Member);
      if (const auto *Method = dyn_cast<CXXMethodDecl>(Template ? Template->getTemplatedDecl() : Member);
          Method && !Method->isImplicit())
        Visit(*Method);
    }
  });
}

static bool isEmptyBody(const FunctionDecl &Function) {
  const auto *Body = dyn_cast_or_null<CompoundStmt>(writtenBody(Function));
  return Body && Body->body_empty();
}

static bool contains(const Stmt &Part, llvm::function_ref<bool(const Stmt &)> Accept) {
  return Accept(Part) ||
         llvm::any_of(Part.children(), [&](const Stmt *Child) { return Child && contains(*Child, Accept); });
}

/// The name that a call spells, also where its target depends on a template.
static const NamedDecl *calledMethod(const CallExpr &Call) {
  return dyn_cast_or_null<NamedDecl>(Call.getCalleeDecl());
}

static Act actBySpelling(const CallExpr &Call) {
  if (const NamedDecl *Named = calledMethod(Call))
    return actByName(*Named);
  const auto *Dependent = dyn_cast<CXXDependentScopeMemberExpr>(Call.getCallee()->IgnoreParens());
  const IdentifierInfo *Name = Dependent ? Dependent->getMember().getAsIdentifierInfo() : nullptr;
  if (!Name)
    return Act::None;
  if (Name->isStr("lock") || Name->isStr("lock_shared"))
    return Act::Take;
  if (Name->getName().starts_with("try_lock"))
    return Act::Try;
  return Name->getName().starts_with("unlock") ? Act::Release : Act::None;
}

/// The field that an expression goes through first: of `m_->impl`, `m_`.
static const FieldDecl *fieldOf(const Expr *Object) {
  const FieldDecl *Found = nullptr;
  if (Object)
    (void)contains(*Object, [&](const Stmt &Part) {
      if (const auto *Member = dyn_cast<MemberExpr>(&Part))
        Found = dyn_cast<FieldDecl>(Member->getMemberDecl());
      return Found != nullptr;
    });
  return Found;
}

/// A reference, a plain or a smart pointer.
static bool isBorrow(QualType Type) {
  if (Type->isReferenceType() || Type->isPointerType() || Type->isDependentType())
    return true;
  const CXXRecordDecl *Class = classOf(Type);
  bool IsPointer = false;
  if (Class)
    forEachMethod(*Class, [&](const CXXMethodDecl &Method) {
      IsPointer |= Method.getOverloadedOperator() == OO_Arrow;
    });
  return IsPointer;
}

/// Whether a method does so to a lock that it refers to by a member, itself or
/// through other methods of its class.
static bool doesToMember(const FunctionDecl &Method, Act Wanted, unsigned Depth = 0) {
  auto Does = [&](const Stmt &Part) {
    const auto *Call = dyn_cast<CallExpr>(&Part);
    if (!Call)
      return false;
    const Expr *Callee = Call->getCallee()->IgnoreParenImpCasts();
    const Expr *Object = nullptr;
    if (const auto *Member = dyn_cast<MemberExpr>(Callee))
      Object = Member->getBase();
    else if (const auto *Member = dyn_cast<CXXDependentScopeMemberExpr>(Callee))
      Object = Member->isImplicitAccess() ? nullptr : Member->getBase();
    else if (const auto *Free = Call->getDirectCallee(); Free && actByAttribute(*Free) == Wanted)
      return true;
    const FieldDecl *Through = fieldOf(Object);
    if (Through && Call->getNumArgs() == 0 && actBySpelling(*Call) == Wanted)
      return isBorrow(Through->getType());
    const auto *Own =
        isa<MemberExpr>(Callee) ? dyn_cast_or_null<CXXMethodDecl>(Call->getDirectCallee()) : nullptr;
    return Own && !Through && Depth < 3 && doesToMember(*Own, Wanted, Depth + 1);
  };
  const FunctionDecl &Shown = written(Method);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Shown))
    for (const CXXCtorInitializer *Initialiser : Constructor->inits())
      if (Initialiser->getInit() && contains(*Initialiser->getInit(), Does))
        return true;
  const Stmt *Body = writtenBody(Shown);
  return Body && contains(*Body, Does);
}

LockTypes::Lock LockTypes::lockOf(QualType Type) const {
  if (Type.isNull())
    return Lock::None;
  Type = Type.getNonReferenceType();
  if (Type->isPointerType())
    Type = Type->getPointeeType();
  const CXXRecordDecl *Class = classOf(Type);
  return Class ? lockOf(*Class) : Lock::None;
}

LockTypes::Lock LockTypes::lockOf(const CXXRecordDecl &Class) const {
  const auto Known = Locks.find(&Class);
  return Known != Locks.end() ? Known->second : Locks[&Class] = findLock(Class);
}

LockTypes::Lock LockTypes::findLock(const CXXRecordDecl &Class) const {
  bool IsAsync = false, IsCapability = false, IsListed = false;
  const FunctionDecl *Take = nullptr, *Release = nullptr;
  forEachBase(Class, [&](const CXXRecordDecl &One) {
    IsAsync |= In.libraries().isAsyncLock(qualifiedName(One));
    IsCapability |= One.hasAttr<CapabilityAttr>();
  });
  forEachMethod(Class, [&](const CXXMethodDecl &Method) {
    if (!Method.getIdentifier())
      return;
    const QualType Returned = Method.getReturnType();
    // A mutex may have both ways; who has an awaited one is made for coroutines.
    if (Method.getName().contains_insensitive("lock") && In.types().isAwaitable(Returned))
      IsAsync = true;
    const bool IsPlain = Method.getMinRequiredArguments() == 0 &&
                         (Returned->isVoidType() || Returned->isIntegralOrEnumerationType());
    const Act Does = actByName(Method);
    if (IsPlain && Does == Act::Take)
      Take = &Method;
    if (Does == Act::Release)
      Release = &Method;
    IsListed |= In.libraries().lockCall(qualifiedName(Method)) != Libraries::LockCall::None;
  });
  if (IsAsync)
    return Lock::Async;
  if (IsCapability || IsListed)
    return Lock::Sync;
  // A lock that does nothing is for code that needs none.
  if (!Take || !Release || (isEmptyBody(*Take) && isEmptyBody(*Release)))
    return Lock::None;
  return Lock::Sync;
}

bool LockTypes::isNothingButALock(const CXXRecordDecl &Class) const {
  // How it locks is looked for in its `lock()`, which may call itself.
  const auto [Known, IsNew] = PlainLocks.try_emplace(&Class, false);
  if (!IsNew)
    return Known->second;
  const bool Is = findPlainLock(Class);
  return PlainLocks[&Class] = Is;
}

/// A door has `lock()` and `unlock()`, too. What is nothing but a lock is one,
/// and so is what can be tried or shows how it locks.
bool LockTypes::findPlainLock(const CXXRecordDecl &Class) const {
  bool IsSure = false, HasOther = false;
  forEachBase(Class, [&](const CXXRecordDecl &One) { IsSure |= One.hasAttr<CapabilityAttr>(); });
  forEachMethod(Class, [&](const CXXMethodDecl &Method) {
    const Act Does = actByName(Method);
    if (Does == Act::Try && Method.getReturnType()->isBooleanType())
      IsSure = true;
    if (const Stmt *Body = Does == Act::Take ? writtenBody(Method) : nullptr)
      IsSure |= contains(*Body, [&](const Stmt &Part) {
        const auto *Call = dyn_cast<CallExpr>(&Part);
        return isa<WhileStmt, DoStmt, ForStmt>(Part) ||
               (Call && (actOf(*Call) == Act::Take || actBySpelling(*Call) == Act::Take));
      });
    if (Method.getAccess() != AS_public || isa<CXXConstructorDecl, CXXDestructorDecl>(Method) ||
        Method.isOverloadedOperator() || Method.isDeleted())
      return;
    const bool IsOfALock =
        Method.getIdentifier() && (Does != Act::None || Method.getName() == "native_handle");
    HasOther |= !IsOfALock;
  });
  return IsSure || !HasOther;
}

bool LockTypes::releasesInDestructor(const CXXRecordDecl &Class) const {
  const CXXDestructorDecl *Destructor =
      Class.hasDefinition() ? Class.getDefinition()->getDestructor() : nullptr;
  if (!Destructor || Destructor->isImplicit() || Destructor->isDefaulted())
    return false;
  return doesToMember(*Destructor, Act::Release) && !doesToMember(*Destructor, Act::Take);
}

static bool isScopedLockable(const CXXRecordDecl &Class) {
  if (Class.hasAttr<ScopedLockableAttr>())
    return true;
  const auto *Specialised = dyn_cast<ClassTemplateSpecializationDecl>(&Class);
  return Specialised &&
         Specialised->getSpecializedTemplate()->getTemplatedDecl()->hasAttr<ScopedLockableAttr>();
}

LockTypes::Guard LockTypes::guardOf(QualType Type) const {
  if (Type.isNull() || Type->isReferenceType() || Type->isDependentType())
    return Guard::None;
  const CXXRecordDecl *Class = classOf(Type);
  if (!Class || !Class->hasDefinition() || Class->isLambda() || Class->hasTrivialDestructor())
    return Guard::None;
  // A class that is being looked at already is no part of itself.
  const auto [Known, IsNew] = Guards.try_emplace(Class, Guard::None);
  if (!IsNew)
    return Known->second;
  const Guard Found = findGuard(*Class, Type);
  return Guards[Class] = Found;
}

LockTypes::Guard LockTypes::findGuard(const CXXRecordDecl &Class, QualType Type) const {
  bool IsOwn = false;
  forEachBase(Class, [&](const CXXRecordDecl &One) {
    IsOwn |= isScopedLockable(One) || In.libraries().isGuard(qualifiedName(One)) || releasesInDestructor(One);
  });
  if (IsOwn)
    return Guard::Own;
  if (In.types().isAwaitable(Type))
    return Guard::None;
  const SourceManager &Sources = In.context().getSourceManager();
  if (const auto *Specialised = dyn_cast<ClassTemplateSpecializationDecl>(&Class);
      Specialised && Sources.isInSystemHeader(Class.getLocation())) {
    // What a container holds is not followed; what refers to a guard has none.
    const bool IsOfValues =
        !nullaryMethod(Class, "size") &&
        llvm::none_of(Class.fields(), [](const FieldDecl *One) { return One->getType()->isReferenceType(); });
    auto IsGuard = [&](const TemplateArgument &Argument) {
      return Argument.getKind() == TemplateArgument::Type && guardOf(Argument.getAsType()) != Guard::None;
    };
    for (const TemplateArgument &Argument : Specialised->getTemplateArgs().asArray())
      if (IsOfValues && (IsGuard(Argument) || (Argument.getKind() == TemplateArgument::Pack &&
                                               llvm::any_of(Argument.pack_elements(), IsGuard))))
        return Guard::Holder;
    return Guard::None;
  }
  for (const FieldDecl *Member : Class.fields())
    if (guardOf(Member->getType()) != Guard::None)
      return Guard::Wrapper;
  for (const CXXBaseSpecifier &Base : Class.bases())
    if (guardOf(Base.getType()) != Guard::None)
      return Guard::Wrapper;
  return Guard::None;
}

bool LockTypes::isDeclaredGuard(QualType Guard) const {
  const CXXRecordDecl *Class = classOf(Guard);
  bool IsDeclared = false;
  if (Class)
    forEachBase(*Class, [&](const CXXRecordDecl &One) {
      IsDeclared |= isScopedLockable(One) || In.libraries().isGuard(qualifiedName(One));
    });
  return IsDeclared;
}

bool LockTypes::isOfSyncLock(QualType Guard) const {
  return !refersTo(Guard, Lock::Async) && (isDeclaredGuard(Guard) || refersTo(Guard, Lock::Sync));
}

bool LockTypes::locksFor(QualType Guard, QualType Locked) const {
  Locked = Locked.getNonReferenceType();
  const CXXRecordDecl *Class = classOf(Locked->isPointerType() ? Locked->getPointeeType() : Locked);
  return (!Guard.isNull() && isDeclaredGuard(Guard)) || !Class || isNothingButALock(*Class);
}

bool LockTypes::refersTo(QualType Guard, Lock Wanted) const {
  const CXXRecordDecl *Class = classOf(Guard);
  if (!Class || !Class->hasDefinition())
    return false;
  auto Is = [&](const TemplateArgument &Argument) {
    return Argument.getKind() == TemplateArgument::Type &&
           (lockOf(Argument.getAsType()) == Wanted ||
            (guardOf(Argument.getAsType()) != Guard::None && refersTo(Argument.getAsType(), Wanted)));
  };
  if (const auto *Specialised = dyn_cast<ClassTemplateSpecializationDecl>(Class))
    for (const TemplateArgument &Argument : Specialised->getTemplateArgs().asArray())
      if (Is(Argument) ||
          (Argument.getKind() == TemplateArgument::Pack && llvm::any_of(Argument.pack_elements(), Is)))
        return true;
  return llvm::any_of(Class->fields(), [&](const FieldDecl *Member) {
    return lockOf(Member->getType()) == Wanted && (Wanted == Lock::Async || locksFor({}, Member->getType()));
  });
}

bool LockTypes::canLetGo(QualType Type) const {
  const CXXRecordDecl *Class = classOf(Type);
  if (!Class || !Class->hasDefinition())
    return true;
  bool Can = Class->hasMoveConstructor() && !Class->getDefinition()->defaultedMoveConstructorIsDeleted() &&
             llvm::any_of(Class->ctors(), [](const CXXConstructorDecl *One) {
               return One->isMoveConstructor() && !One->isDeleted();
             });
  forEachMethod(*Class, [&](const CXXMethodDecl &Method) {
    Can |= actByName(Method) == Act::Release || actByAttribute(Method) == Act::Release ||
           (Method.getIdentifier() && llvm::is_contained({"release", "Release", "reset"}, Method.getName()));
  });
  if (!Can)
    for (const FieldDecl *Member : Class->fields())
      Can |= guardOf(Member->getType()) != Guard::None && canLetGo(Member->getType());
  return Can;
}

/// What attributes and models say of a function.
Act LockTypes::actOf(const FunctionDecl &Callee) const {
  const auto [Known, IsNew] = Acts.try_emplace(&Callee, Act::None);
  if (IsNew) {
    Act Does = actByAttribute(written(Callee));
    if (Does == Act::None)
      switch (In.libraries().lockCall(qualifiedName(Callee))) {
      case Libraries::LockCall::None:
        break;
      case Libraries::LockCall::Take:
        Does = Act::Take;
        break;
      case Libraries::LockCall::Try:
        Does = Act::Try;
        break;
      case Libraries::LockCall::Release:
        Does = Act::Release;
        break;
      }
    Known->second = Does;
  }
  return Known->second;
}

Act LockTypes::actOf(const CallExpr &Call) const {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return Act::None;
  if (const Act Declared = actOf(*Callee); Declared != Act::None)
    return Declared;
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
  if (!Method || !Member)
    return Act::None;
  const QualType On = Member->getObjectType();
  const CXXRecordDecl *Class = classOf(On);
  const Act Named = actByName(*Method);
  if (!Class || Named == Act::None)
    return Act::None;
  if (guardOf(On) != Guard::None)
    return Named;
  if (lockOf(*Class) != Lock::Sync)
    return Named == Act::Release ? Named : Act::None;
  const bool Fits =
      Named == Act::Release || (Named == Act::Try && Method->getReturnType()->isBooleanType()) ||
      (Named == Act::Take && Method->getReturnType()->isVoidType() && isNothingButALock(*Class));
  return Fits ? Named : Act::None;
}

std::vector<const Expr *> LockTypes::actedOn(const CallExpr &Call) const {
  const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
  const FunctionDecl *Callee = Call.getDirectCallee();
  std::vector<const Expr *> Named;
  if (Callee) {
    const FunctionDecl &Shown = written(*Callee);
    auto AddAll = [&](const auto *Attribute) {
      if (Attribute)
        Named.insert(Named.end(), Attribute->args_begin(), Attribute->args_end());
    };
    AddAll(Shown.getAttr<AcquireCapabilityAttr>());
    AddAll(Shown.getAttr<TryAcquireCapabilityAttr>());
    AddAll(Shown.getAttr<ReleaseCapabilityAttr>());
  }
  if (!Named.empty())
    return Named;
  if (Member)
    return {Member->getImplicitObjectArgument()};
  return {Call.arg_begin(), Call.arg_end()};
}

bool LockTypes::takes(const CXXConstructorDecl &Constructor) const {
  const FunctionDecl &Shown = written(Constructor);
  if (actByAttribute(Shown) == Act::Take)
    return true;
  const Stmt *Body = writtenBody(Constructor);
  if (!Body)
    return true;
  auto Takes = [&](const Stmt &Part) {
    const auto *Call = dyn_cast<CallExpr>(&Part);
    const Act Does = Call ? actBySpelling(*Call) : Act::None;
    return Does == Act::Take || Does == Act::Try || (Call && actOf(*Call) == Act::Take);
  };
  for (const CXXCtorInitializer *Initialiser : cast<CXXConstructorDecl>(Shown).inits())
    if (Initialiser->getInit() && contains(*Initialiser->getInit(), Takes))
      return true;
  return doesToMember(Shown, Act::Take) || contains(*Body, Takes);
}

} // namespace asynciter
