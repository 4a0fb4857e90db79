// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/LockMaking.h"

#include "model/Bodies.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

const Decl *GuardMaker::lockNamed(const Expr &Object) const {
  if (const ValueDecl *Named = ownerOf(Object)) {
    const Decl *Known = resolved(Named)->getCanonicalDecl();
    const auto Argument = Bound.find(Known);
    return Argument == Bound.end() ? Known : lockNamed(*Argument->second);
  }
  // `lock_of(this).lock()`: known by the function that gives it.
  if (const auto *Call = dyn_cast<CallExpr>(strip(&Object)))
    return Call->getDirectCallee() ? Call->getDirectCallee()->getCanonicalDecl() : nullptr;
  if (const auto *Address = dyn_cast<UnaryOperator>(strip(&Object)))
    return lockNamed(*Address->getSubExpr());
  return nullptr;
}

const Hold *GuardMaker::hold(const Making &By, llvm::ArrayRef<const Expr *> Locks) {
  const Hold *&Known = ByOrigin[By.Origin];
  if (Known)
    return Known;
  Hold New{By.Origin, Held(), {}};
  New.Told.Taken = By.At;
  New.Told.Holder = By.Holder.str();
  New.Told.IsTemporary = By.IsTemporary;
  for (const Expr *Lock : Locks)
    if (const Decl *Named = lockNamed(*Lock)) {
      New.Locks.push_back(Named);
      if (const auto *WithName = dyn_cast<ValueDecl>(Named); WithName && Locks.size() == 1)
        New.Told.Lock = WithName->getNameAsString();
    }
  Made.push_back(std::move(New));
  return Known = &Made.back();
}

const Hold *GuardMaker::asyncHold(const Making &By, llvm::StringRef Lock, llvm::StringRef Kind) {
  const Hold *&Known = ByOrigin[By.Origin];
  if (!Known) {
    Hold New{By.Origin, Held(), {}};
    New.Told.Taken = By.At;
    New.Told.Holder = By.Holder.str();
    New.Told.Lock = Lock.str();
    New.Told.IsAsync = true;
    New.Told.Kind = Kind.str();
    Made.push_back(std::move(New));
    Known = &Made.back();
  }
  return Known;
}

bool isNull(const Expr &Value) {
  const Expr *Inner = strip(&Value);
  return isa<CXXNullPtrLiteralExpr, GNUNullExpr, IntegerLiteral>(Inner);
}

Tag tagOf(const Expr &Argument) {
  const CXXRecordDecl *Class = classOf(Argument.getType());
  if (!Class || !Class->hasDefinition() || !Class->isEmpty() || !Class->getIdentifier())
    return Tag::None;
  const llvm::StringRef Name = Class->getName();
  return Name.contains_insensitive("defer")    ? Tag::Defer
         : Name.contains_insensitive("adopt")  ? Tag::Adopt
         : Name.starts_with_insensitive("try") ? Tag::Try
                                               : Tag::None;
}

/// The holds on these locks that no guard has; they are handed to one.
const Hold *GuardMaker::adopted(llvm::ArrayRef<const Expr *> Locks, LockPath &On) {
  const Hold *Found = nullptr;
  for (const Expr *Lock : Locks)
    if (const Decl *Named = lockNamed(*Lock))
      if (const auto Bare = On.Holds.find(keyOf(Named)); Bare != On.Holds.end()) {
        Found = Found ? Found : Bare->second;
        On.Holds.erase(Bare);
      }
  return Found;
}

Outcomes GuardMaker::constructedOwn(llvm::ArrayRef<const Expr *> Arguments, QualType Type,
                                    const CXXConstructorDecl *Constructor, const Making &By, LockPath &On) {
  std::vector<const Expr *> Locks;
  Tag Way = Tag::None;
  bool HasOther = false;
  for (const Expr *Argument : Arguments) {
    const Expr *Inner = strip(Argument);
    if (isa<CXXDefaultArgExpr>(Inner))
      continue;
    const QualType Passed = Argument->getType();
    if ((Passed->isPointerType() || Passed->isNullPtrType()) &&
        (isNull(*Argument) || isa<ConditionalOperator>(Inner)))
      return {nullptr};
    const LockTypes::Lock Is = Kinds.lockOf(Argument->getType());
    if (Is == LockTypes::Lock::Async)
      return {asyncHold(By, "", "lock")};
    if (Is == LockTypes::Lock::Sync && !Kinds.locksFor(Type, Passed))
      return {nullptr};
    if (Is == LockTypes::Lock::Sync || Kinds.guardOf(Inner->getType()) != LockTypes::Guard::None)
      Locks.push_back(Argument);
    else if (const Tag Told = tagOf(*Argument); Told != Tag::None)
      Way = Told;
    else
      HasOther = true;
  }
  if (Locks.empty() || Way == Tag::Defer)
    return {nullptr};
  // One guard made of another takes over what that one held.
  if (Locks.size() == 1)
    if (const ValueDecl *Source = guardNamed(*Locks.front()))
      for (std::map<Key, const Hold *> *From : {&On.Moving, &On.Holds})
        if (const auto Had = From->find(keyOf(Source));
            Had != From->end() && Kinds.guardOf(Source->getType()) != LockTypes::Guard::None) {
          const Hold *Got = Had->second;
          From->erase(Had);
          return {Got};
        }
  if (Way == Tag::Adopt || (Constructor && !Kinds.takes(*Constructor))) {
    const Hold *Before = adopted(Locks, On);
    if (Before || Way != Tag::Adopt)
      return {Before};
  }
  const Hold *New = hold(By, Locks);
  if (Way == Tag::Try || HasOther)
    return {New, nullptr};
  return {New};
}

Outcomes GuardMaker::constructed(const CXXConstructExpr &Construct, QualType Type, const Making &By,
                                 LockPath &On, unsigned Depth) {
  const llvm::ArrayRef<const Expr *> Arguments(Construct.getArgs(), Construct.getNumArgs());
  const CXXConstructorDecl *Constructor = Construct.getConstructor();
  switch (Kinds.guardOf(Type)) {
  case LockTypes::Guard::None:
    return {};
  case LockTypes::Guard::Own:
    return constructedOwn(Arguments, Type, Constructor, By, On);
  case LockTypes::Guard::Holder:
    for (const Expr *Argument : Arguments) {
      if (Kinds.lockOf(Argument->getType()) == LockTypes::Lock::Sync)
        return constructedOwn(Arguments, {}, nullptr, By, On);
      if (Kinds.guardOf(strip(Argument)->getType()) != LockTypes::Guard::None)
        return made(*Argument, strip(Argument)->getType(), By, On, Depth + 1);
    }
    return {nullptr};
  case LockTypes::Guard::Wrapper:
    break;
  }
  const FunctionDecl *Defined = nullptr;
  if (!bodyOf(*Constructor, &Defined) || Depth > 4)
    return Kinds.canLetGo(Type) ? Outcomes{} : Outcomes{hold(By, {})};
  for (unsigned At = 0; At != Arguments.size() && At != Defined->getNumParams(); ++At)
    Bound[Defined->getParamDecl(At)->getCanonicalDecl()] = Arguments[At];
  for (const CXXCtorInitializer *Initialiser : cast<CXXConstructorDecl>(Defined)->inits()) {
    const Expr *Value = Initialiser->getInit();
    if (const auto *Default = dyn_cast_or_null<CXXDefaultInitExpr>(Value))
      Value = Default->getExpr();
    if (!Value || Kinds.guardOf(Value->getType()) == LockTypes::Guard::None)
      continue;
    const Outcomes Got = made(*Value, Value->getType(), By, On, Depth + 1);
    if (!Got.empty() && Got.front())
      return Got;
  }
  return {nullptr};
}

/// A function whose name or body says that it may give an empty guard.
bool GuardMaker::mayDefer(const CallExpr &Call) const {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee || (Callee->getIdentifier() && Callee->getName().starts_with_insensitive("try")))
    return true;
  const Function *Shown = In.find(*Callee);
  if (!Shown)
    return false;
  bool Defers = false;
  auto Look = [&](const Stmt &Part, auto &Self) -> void {
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Part);
        Construct && Kinds.guardOf(Construct->getType()) != LockTypes::Guard::None)
      Defers |=
          Construct->getNumArgs() == 0 || llvm::any_of(Construct->arguments(), [](const Expr *Argument) {
            return tagOf(*Argument) == Tag::Defer || tagOf(*Argument) == Tag::Try;
          });
    if (const auto *Inner = dyn_cast<CallExpr>(&Part))
      Defers |= Kinds.actOf(*Inner) == LockTypes::Act::Release;
    forEachPart(Part, [&](const Stmt &Nested) { Self(Nested, Self); });
  };
  Look(*Shown->Body, Look);
  return Defers;
}

/// What a function in sight returns, if it has one `return`.
static const Expr *onlyReturned(const FunctionDecl &Function) {
  const Expr *Found = nullptr;
  unsigned Count = 0;
  auto Look = [&](const Stmt &Part, auto &Self) -> void {
    if (const auto *Return = dyn_cast<ReturnStmt>(&Part)) {
      Found = Return->getRetValue();
      ++Count;
    }
    forEachPart(Part, [&](const Stmt &Nested) { Self(Nested, Self); });
  };
  if (const Stmt *Body = bodyOf(Function))
    Look(*Body, Look);
  return Count == 1 ? Found : nullptr;
}

Outcomes GuardMaker::made(const Expr &Value, QualType Type, const Making &By, LockPath &On, unsigned Depth) {
  const Expr *Inner = strip(&Value);
  if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(Inner))
    Inner = strip(Default->getExpr());
  if (isa<CoawaitExpr>(Inner))
    return {asyncHold(By, "", "lock")};
  const ValueDecl *Source = guardNamed(*Inner);
  if (const auto Argument = Bound.find(Source); Source && Argument != Bound.end() && Depth < 4)
    return made(*Argument->second, Type, By, On, Depth + 1);
  if (Source)
    for (std::map<Key, const Hold *> *From : {&On.Moving, &On.Holds})
      if (const auto Had = From->find(keyOf(Source)); Had != From->end()) {
        const Hold *Got = Had->second;
        From->erase(Had);
        On.Holds[keyOf(Source)] = nullptr;
        return {Got};
      }
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Inner))
    return constructed(*Construct,
                       Kinds.guardOf(Construct->getType()) != LockTypes::Guard::None ? Construct->getType()
                                                                                     : Type,
                       By, On, Depth);
  if (const auto *List = dyn_cast<InitListExpr>(Inner)) {
    for (const Expr *Element : List->inits())
      if (const QualType Part = strip(Element)->getType(); Kinds.guardOf(Part) != LockTypes::Guard::None)
        return made(*Element, Part, By, On, Depth + 1);
    return {nullptr};
  }
  const auto *Call = dyn_cast<CallExpr>(Inner);
  if (!Call || Call->isGLValue() || mayDefer(*Call))
    return {};
  // `std::make_unique<Guard>(mutex)`, or a function that takes the lock.
  std::vector<const Expr *> Locks;
  for (const Expr *Argument : Call->arguments()) {
    const LockTypes::Lock Is = Kinds.lockOf(Argument->getType());
    if (Is == LockTypes::Lock::Async || tagOf(*Argument) == Tag::Defer || tagOf(*Argument) == Tag::Try)
      return {};
    if (Is == LockTypes::Lock::Sync)
      Locks.push_back(Argument);
  }
  if (Kinds.isOfAsyncLock(Type))
    return {asyncHold(By, "", "lock")};
  const LockTypes::Guard Is = Kinds.guardOf(Type);
  if (Is == LockTypes::Guard::Holder && Locks.empty())
    return {};
  // What a wrapper holds, its maker tells.
  if (Is == LockTypes::Guard::Wrapper) {
    const Expr *Returned = Depth < 3 ? onlyReturned(*Call->getDirectCallee()) : nullptr;
    return Returned ? made(*Returned, Type, By, On, Depth + 1) : Outcomes{};
  }
  if (Is == LockTypes::Guard::Own && !Kinds.isOfSyncLock(Type))
    return {};
  return {hold(By, Locks)};
}

} // namespace asynciter
