// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Follows a few paths at once: a lock that is taken under a condition is mostly
// released under the same one, and only paths tell that apart from a mistake.
#include "model/Locks.h"

#include "model/EndTest.h"
#include "model/Graph.h"
#include "model/LockMaking.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

#include <algorithm>
#include <map>

using namespace clang;

namespace asynciter {

namespace {

using Act = LockTypes::Act;

class LockFlow {
public:
  using State = LockPaths;

  LockFlow(const Unit &In, const Function &Coroutine, const Graph &Whole)
      : In(In), Kinds(In.facts<LockTypes>()), Where(Coroutine), Guards(In), Conditions(In.context()) {
    prepare(*Coroutine.Body, nullptr);
    for (const ParmVarDecl *Parameter : Coroutine.Declared->parameters())
      Concerned |= Kinds.guardOf(Parameter->getType()) != LockTypes::Guard::None;
    for (const CFGBlock *Block : *Whole.flow())
      if (const Expr *Condition = conditionOf(*Block))
        ++Written[Conditions.keyFor(*Condition)];
  }

  State atEntry();
  void transfer(const Stmt &Element, State &Now);
  void branch(const Expr &Condition, bool Taken, State &Now);
  void dispatch(const Expr &, State &) {}
  void enter(const CFGBlock &Block, State &Now);
  void scopeEnded(const VarDecl &Local, const Stmt &By, State &Now);
  void destroyed(const Stmt &Suspension, const State &Now);

  /// Whether there is anything to follow.
  bool Concerned = false;
  /// Where findings are put; null until the states are final.
  std::map<const Hold *, std::vector<const Expr *>> *Across = nullptr;

private:
  void prepare(const Stmt &Part, const Expr *Root);
  void findTemporary(const Expr &Object, const Expr *Root);
  static void fork(Key At, const Outcomes &Got, const Expr *Told, LockPath On, State &To);
  void define(const VarDecl &Variable, State &Now);
  void assign(const Expr &Left, const Expr &Right, State &Now);
  void call(const CallExpr &Call, State &Now);
  void act(const CallExpr &Call, Act Does, State &Now);
  void given(const Expr &Argument, QualType Parameter, bool KeepsIt, LockPath &On);
  void ownMethod(const FunctionDecl *Callee, LockPath &On);
  void release(const Decl &Lock, LockPath &On) const;
  void awaited(const CoawaitExpr &Await, State &Now);
  void captured(const LambdaExpr &Lambda, LockPath &On);
  const std::vector<const Decl *> &releasedIn(const FunctionDecl &Callee);
  void findReleased(const Stmt &Part, std::vector<const Decl *> &To);

  template <typename Change> static void forEach(State &Now, Change &&Do) {
    std::vector<LockPath> Old = std::move(Now.All);
    Now.All.clear();
    for (LockPath &One : Old) {
      Do(One);
      Now.add(std::move(One));
    }
  }

  const Unit &In;
  const LockTypes &Kinds;
  const Function &Where;
  GuardMaker Guards;
  LockConditions Conditions;
  /// The full expression that an expression is part of.
  llvm::DenseMap<const Stmt *, const Expr *> RootOf;
  /// The expressions whose value is a guard that lives to the end of its full
  /// expression.
  llvm::DenseMap<const Stmt *, const Expr *> Temporaries;
  /// What each handler's `try` block holds: statements and locals.
  llvm::DenseMap<const Stmt *, llvm::DenseSet<const void *>> Tried;
  std::map<Key, unsigned> Written;
  /// Flags that somebody else may change at any time.
  llvm::DenseSet<const ValueDecl *> Escaped;
  std::vector<const Decl *> ReleasedHere;
  std::map<const FunctionDecl *, std::vector<const Decl *>> ReleasedBy;
};

bool givesBack(const CXXMethodDecl &Method);

//===-- Before the flow -------------------------------------------------------//

void collectAll(const Stmt &Part, llvm::DenseSet<const void *> &To) {
  To.insert(&Part);
  if (const auto *Declarations = dyn_cast<DeclStmt>(&Part))
    for (const Decl *One : Declarations->decls())
      To.insert(One);
  for (const Stmt *Child : Part.children())
    if (Child)
      collectAll(*Child, To);
}

/// Tells full expressions apart, and finds what the flow needs to know first.
void LockFlow::prepare(const Stmt &Part, const Expr *Root) {
  const auto *Value = dyn_cast<Expr>(&Part);
  if (Value && !Root)
    Root = Value;
  if (Value)
    RootOf[Value] = Root;
  if (const auto *Try = dyn_cast<CXXTryStmt>(&Part)) {
    llvm::DenseSet<const void *> Inside;
    collectAll(*Try->getTryBlock(), Inside);
    for (unsigned At = 0; At != Try->getNumHandlers(); ++At)
      Tried[Try->getHandler(At)] = Inside;
  }
  if (const auto *Declarations = dyn_cast<DeclStmt>(&Part))
    for (const Decl *One : Declarations->decls())
      if (const auto *Local = dyn_cast<VarDecl>(One))
        Concerned |= Kinds.guardOf(Local->getType().getNonReferenceType()) != LockTypes::Guard::None ||
                     In.libraries().scope(className(Local->getType()));
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Part))
    Concerned |= Kinds.guardOf(Construct->getType()) != LockTypes::Guard::None;
  if (const auto *Call = dyn_cast<CallExpr>(&Part)) {
    const Act Does = Kinds.actOf(*Call);
    Concerned |= Does == Act::Take || Does == Act::Try;
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Call->getDirectCallee());
    if (Does == Act::Release || (Method && givesBack(*Method)))
      for (const Expr *Object : Kinds.actedOn(*Call))
        if (const Decl *Lock = Guards.lockNamed(*Object)) {
          ReleasedHere.push_back(Lock);
          Concerned = true;
        }
  }
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Part))
    findTemporary(*Member->getImplicitObjectArgument(), Root);
  else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Part); Operator && Operator->getNumArgs())
    findTemporary(*Operator->getArg(0), Root);
  else if (const auto *Member = dyn_cast<MemberExpr>(&Part))
    findTemporary(*Member->getBase(), Root);
  else if (const auto *Comma = dyn_cast<BinaryOperator>(&Part); Comma && Comma->isCommaOp())
    findTemporary(*Comma->getLHS(), Root);
  else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(&Part);
           Temporary && Temporary->isBoundToLvalueReference())
    findTemporary(*Temporary, Root);
  if (const auto *Lambda = dyn_cast<LambdaExpr>(&Part)) {
    for (const LambdaCapture &Capture : Lambda->captures())
      if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
        Escaped.insert(Capture.getCapturedVar());
  } else if (const auto *Address = dyn_cast<UnaryOperator>(&Part);
             Address && Address->getOpcode() == UO_AddrOf) {
    if (const ValueDecl *Named = entityOf(Address->getSubExpr()))
      Escaped.insert(Named);
  }
  forEachPart(Part, [&](const Stmt &Nested) { prepare(Nested, Value ? Root : nullptr); });
}

void LockFlow::findTemporary(const Expr &Object, const Expr *Root) {
  // Only a new object: through what `strip` sees through, a moved one is not.
  const Expr *Inner = Object.IgnoreParenImpCasts();
  if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Inner)) {
    if (Temporary->getStorageDuration() != SD_FullExpression)
      return;
    Inner = Temporary->getSubExpr()->IgnoreParenImpCasts();
  }
  if (!Inner->isPRValue() || Kinds.guardOf(Inner->getType()) == LockTypes::Guard::None)
    return;
  const Expr *Maker = strip(Inner);
  if (!isa<CallExpr, CXXConstructExpr, InitListExpr>(Maker) || Maker->isGLValue())
    return;
  Temporaries[Maker] = Root;
  Concerned = true;
}

//===-- The flow --------------------------------------------------------------//

LockFlow::State LockFlow::atEntry() {
  LockPath First;
  // Who gives a guard away gives it locked, unless the body wonders.
  for (const ParmVarDecl *Parameter : Where.Declared->parameters()) {
    if (Kinds.guardOf(Parameter->getType()) != LockTypes::Guard::Own)
      continue;
    bool Wonders = false;
    auto Look = [&](const Stmt &Part, auto &Self) -> void {
      const auto *Call = dyn_cast<CXXMemberCallExpr>(&Part);
      if (Call && guardNamed(*Call->getImplicitObjectArgument()) == Parameter) {
        const Act Does = Kinds.actOf(*Call);
        Wonders |= askedGuard(*Call) || Does == Act::Take || Does == Act::Try;
      }
      forEachPart(Part, [&](const Stmt &Nested) { Self(Nested, Self); });
    };
    Look(*Where.Body, Look);
    if (!Wonders && Kinds.isOfSyncLock(Parameter->getType()))
      First.Holds[keyOf(Parameter->getCanonicalDecl())] =
          Guards.hold({Parameter, Parameter->getLocation(), Parameter->getName()}, {});
  }
  return {{First}};
}

void LockFlow::fork(Key At, const Outcomes &Got, const Expr *Told, LockPath On, State &To) {
  if (Got.empty())
    On.Holds.erase(At);
  if (Told && Got.size() < 2)
    On.Known.erase(keyOf(Told));
  for (const Hold *One : Got) {
    LockPath Way = On;
    Way.Holds[At] = One;
    if (Told && Got.size() > 1)
      Way.Known[keyOf(Told)] = One != nullptr;
    To.add(std::move(Way));
  }
  if (Got.empty())
    To.add(std::move(On));
}

/// A reference that keeps a temporary alive is as good as a variable.
bool keepsTemporary(const VarDecl &Variable) {
  const Expr *Inner = Variable.getInit();
  while (Inner) {
    if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Inner))
      return Temporary->getExtendingDecl() == &Variable;
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(Inner))
      Inner = Cleanups->getSubExpr();
    else if (const auto *Cast = dyn_cast<ImplicitCastExpr>(Inner))
      Inner = Cast->getSubExpr();
    else
      break;
  }
  return false;
}

void LockFlow::define(const VarDecl &Variable, State &Now) {
  const Expr *Init = Variable.getInit();
  const QualType Type = Variable.getType().getNonReferenceType();
  const bool IsObject = !Variable.getType()->isReferenceType() || keepsTemporary(Variable);
  const Decl *Named = Variable.getCanonicalDecl();
  if (const ScopeFacts *Scope = IsObject ? In.libraries().scope(className(Type)) : nullptr) {
    const Hold *Opened =
        Guards.asyncHold({&Variable, Variable.getLocation(), Variable.getName()}, "", Scope->Kind);
    return forEach(Now, [&](LockPath &On) {
      if (!Scope->OpensWithUse)
        On.Holds[keyOf(Named)] = Opened;
    });
  }
  if (IsObject && Init && !Variable.isStaticLocal() && Kinds.guardOf(Type) != LockTypes::Guard::None) {
    std::vector<LockPath> Old = std::move(Now.All);
    Now.All.clear();
    for (LockPath &On : Old) {
      const Outcomes Got =
          Guards.made(*Init, Type, {&Variable, Variable.getLocation(), Variable.getName()}, On);
      fork(keyOf(Named), Got, nullptr, std::move(On), Now);
    }
    return;
  }
  forEach(Now, [&](LockPath &On) {
    const std::optional<bool> Value =
        Init && Type->isBooleanType() ? Conditions.value(*Init, On) : std::nullopt;
    Conditions.invalidate(Variable, On);
    if (Value && !Escaped.contains(&Variable))
      On.Known[keyOf(&Variable)] = *Value;
  });
}

void LockFlow::assign(const Expr &Left, const Expr &Right, State &Now) {
  const ValueDecl *Named = guardNamed(Left);
  if (!Named)
    return;
  if (Kinds.guardOf(Left.getType().getNonReferenceType()) != LockTypes::Guard::None) {
    std::vector<LockPath> Old = std::move(Now.All);
    Now.All.clear();
    for (LockPath &On : Old) {
      const Outcomes Got = isNull(Right) || tagOf(Right) != Tag::None
                               ? Outcomes{nullptr}
                               : Guards.made(Right, Left.getType().getNonReferenceType(),
                                             {&Right, Left.getBeginLoc(), Named->getName()}, On);
      fork(keyOf(Named), Got, nullptr, std::move(On), Now);
    }
    return;
  }
  forEach(Now, [&](LockPath &On) {
    const std::optional<bool> Value =
        Left.getType()->isBooleanType() ? Conditions.value(Right, On) : std::nullopt;
    Conditions.invalidate(*Named, On);
    if (Value && isa<VarDecl>(Named) && !Escaped.contains(Named))
      On.Known[keyOf(Named)] = *Value;
  });
}

/// A lock that somebody else may have released is held by nobody in sight.
void LockFlow::release(const Decl &Lock, LockPath &On) const {
  for (auto One = On.Holds.begin(); One != On.Holds.end();) {
    const Hold *Held = One->second;
    One = One->first == keyOf(&Lock) || (Held && llvm::is_contained(Held->Locks, &Lock)) ? On.Holds.erase(One)
                                                                                         : std::next(One);
  }
}

void LockFlow::act(const CallExpr &Call, Act Does, State &Now) {
  for (const Expr *Object : Kinds.actedOn(Call)) {
    const Decl *Named = Guards.lockNamed(*Object);
    QualType Type = Object->getType().getNonReferenceType();
    // `held->unlock()`, `(*held).unlock()` of an optional or a pointer.
    const ValueDecl *Owner = guardNamed(*Object);
    if (Kinds.guardOf(Type->isPointerType() ? Type->getPointeeType() : Type) != LockTypes::Guard::None)
      Named = Owner;
    if (!Named)
      continue;
    if (Does == Act::Release) {
      forEach(Now, [&](LockPath &On) {
        const auto Known = On.Holds.find(keyOf(Named));
        const bool IsTracked = Known != On.Holds.end();
        release(*Named, On);
        if (const ValueDecl *Wrapper = wrapperOf(*Object); Wrapper && Wrapper != Named)
          On.Holds.erase(keyOf(Wrapper));
        if (IsTracked)
          On.Holds[keyOf(Named)] = nullptr;
      });
      continue;
    }
    const auto *WithName = dyn_cast<ValueDecl>(Named);
    const bool IsGuard =
        WithName && Owner == Named &&
        Kinds.guardOf(Type->isPointerType() ? Type->getPointeeType() : Type) != LockTypes::Guard::None;
    if (IsGuard && Kinds.isOfAsyncLock(Type))
      continue;
    const Hold *New =
        Guards.hold({&Call, placeOf(Call), IsGuard ? WithName->getName() : llvm::StringRef()},
                    IsGuard ? llvm::ArrayRef<const Expr *>() : llvm::ArrayRef<const Expr *>(Object));
    std::vector<LockPath> Old = std::move(Now.All);
    Now.All.clear();
    for (LockPath &On : Old)
      fork(keyOf(Named), Does == Act::Take ? Outcomes{New} : Outcomes{New, nullptr}, &Call, std::move(On),
           Now);
  }
}

/// Somebody is given a guard or a lock.
void LockFlow::given(const Expr &Argument, QualType Parameter, bool KeepsIt, LockPath &On) {
  const Expr *Inner = strip(&Argument);
  const bool CanChange =
      Parameter.isNull() ||
      (Parameter->isReferenceType() && !Parameter.getNonReferenceType().isConstQualified()) ||
      (Parameter->isPointerType() && !Parameter->getPointeeType().isConstQualified());
  if (CanChange)
    if (const ValueDecl *Changed = guardNamed(*Inner))
      Conditions.invalidate(*Changed, On);
  if (KeepsIt || !CanChange)
    return;
  const ValueDecl *Named = guardNamed(*Inner);
  const Decl *Lock = Named ? Named : Guards.lockNamed(*Inner);
  if (Lock)
    release(*Lock, On);
  if (const ValueDecl *Wrapper = wrapperOf(*Inner))
    On.Holds.erase(keyOf(Wrapper));
}

void LockFlow::findReleased(const Stmt &Part, std::vector<const Decl *> &To) {
  if (const auto *Call = dyn_cast<CallExpr>(&Part)) {
    if (Kinds.actOf(*Call) == Act::Release) {
      for (const Expr *Object : Kinds.actedOn(*Call))
        if (const Decl *Lock = Guards.lockNamed(*Object))
          To.push_back(Lock);
    } else if (const FunctionDecl *Callee = Call->getDirectCallee(); Callee && In.find(*Callee)) {
      // A copy: of a function that calls itself the list is still growing.
      const std::vector<const Decl *> Inside = releasedIn(*Callee);
      To.insert(To.end(), Inside.begin(), Inside.end());
    }
  }
  for (const Stmt *Child : Part.children())
    if (Child)
      findReleased(*Child, To);
}

const std::vector<const Decl *> &LockFlow::releasedIn(const FunctionDecl &Callee) {
  const FunctionDecl *Known = Callee.getCanonicalDecl();
  const auto [Kept, IsNew] = ReleasedBy.try_emplace(Known);
  if (const Function *Shown = IsNew ? In.find(Callee) : nullptr) {
    std::vector<const Decl *> Found;
    findReleased(*Shown->Body, Found);
    llvm::sort(Found);
    Found.erase(std::unique(Found.begin(), Found.end()), Found.end());
    Kept->second = std::move(Found);
  }
  return Kept->second;
}

/// A function may release a lock that it reaches by itself: a member, a global.
void LockFlow::ownMethod(const FunctionDecl *Callee, LockPath &On) {
  if (On.Holds.empty() || !Callee)
    return;
  if (In.find(*Callee)) {
    for (const Decl *Lock : releasedIn(*Callee))
      if (isa<FieldDecl>(Lock) || (isa<VarDecl>(Lock) && cast<VarDecl>(Lock)->hasGlobalStorage()))
        release(*Lock, On);
    return;
  }
  // One out of sight does, where this one never does itself.
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  if (!Method || Method->isConst() || Method->isStatic())
    return;
  for (auto One = On.Holds.begin(); One != On.Holds.end();) {
    const bool IsBareMember =
        One->second && One->second->Told.Holder.empty() &&
        llvm::any_of(One->second->Locks, [&](const Decl *Lock) {
          return keyOf(Lock) == One->first && isa<FieldDecl>(Lock) && !llvm::is_contained(ReleasedHere, Lock);
        });
    One = IsBareMember ? On.Holds.erase(One) : std::next(One);
  }
}

void LockFlow::captured(const LambdaExpr &Lambda, LockPath &On) {
  for (const LambdaCapture &Capture : Lambda.captures())
    if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
      if (const auto *Named = resolved(cast<ValueDecl>(Capture.getCapturedVar())))
        release(*Named->getCanonicalDecl(), On);
  if (const FunctionDecl *Call = Lambda.getCallOperator())
    for (const Decl *Lock : releasedIn(*Call))
      release(*Lock, On);
}

void LockFlow::call(const CallExpr &Call, State &Now) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
  if (Call.isCallToStdMove()) {
    if (const ValueDecl *Moved = guardNamed(*Call.getArg(0)))
      forEach(Now, [&](LockPath &On) {
        if (const auto Had = On.Holds.find(keyOf(Moved));
            Had != On.Holds.end() &&
            Kinds.guardOf(Moved->getType().getNonReferenceType()) != LockTypes::Guard::None) {
          On.Moving[Had->first] = Had->second;
          Had->second = nullptr;
        } else if (const ValueDecl *Wrapper = wrapperOf(*Call.getArg(0)); Wrapper && Wrapper != Moved) {
          On.Holds.erase(keyOf(Wrapper));
        }
      });
    return;
  }
  if (const Act Does = Kinds.actOf(Call); Does != Act::None)
    return act(Call, Does, Now);
  if (Member && givesBack(*Method))
    if (const Decl *Lock = Guards.lockNamed(*Member->getImplicitObjectArgument()))
      forEach(Now, [&](LockPath &On) {
        if (const auto Had = On.Holds.find(keyOf(Lock));
            Had != On.Holds.end() && Had->second && Had->second->Told.IsAsync)
          On.Holds.erase(Had);
      });
  const llvm::StringRef Name = Callee && Callee->getIdentifier() ? Callee->getName() : llvm::StringRef();
  const Expr *Object = Member ? Member->getImplicitObjectArgument() : nullptr;
  if (Name == "swap") {
    const Expr *Left = Object ? Object : Call.getNumArgs() ? Call.getArg(0) : nullptr;
    const Expr *Right = Call.getNumArgs() ? Call.getArg(Call.getNumArgs() - 1) : nullptr;
    const ValueDecl *First = Left ? guardNamed(*Left) : nullptr,
                    *Second = Right ? guardNamed(*Right) : nullptr;
    if (First && Second && Kinds.guardOf(First->getType().getNonReferenceType()) != LockTypes::Guard::None)
      return forEach(Now, [&](LockPath &On) {
        auto Take = [&](const ValueDecl *Of) -> std::optional<const Hold *> {
          const auto Had = On.Holds.find(keyOf(Of));
          if (Had == On.Holds.end())
            return std::nullopt;
          const Hold *Was = Had->second;
          On.Holds.erase(Had);
          return Was;
        };
        const auto OfFirst = Take(First), OfSecond = Take(Second);
        if (OfFirst)
          On.Holds[keyOf(Second)] = *OfFirst;
        if (OfSecond)
          On.Holds[keyOf(First)] = *OfSecond;
      });
  }
  if (const ValueDecl *Guard = Object ? guardNamed(*Object) : nullptr) {
    const QualType Type = Guard->getType().getNonReferenceType();
    if (const ScopeFacts *Scope = In.libraries().scope(className(Type))) {
      if (llvm::is_contained(Scope->ClosedBy, Name))
        forEach(Now, [&](LockPath &On) { On.Holds.erase(keyOf(Guard)); });
      else if (Scope->OpensWithUse)
        if (const auto *Local = dyn_cast<VarDecl>(Guard);
            Local && Local->hasLocalStorage() && !isa<ParmVarDecl>(Local))
          forEach(Now, [&](LockPath &On) {
            On.Holds[keyOf(Guard)] =
                Guards.asyncHold({Local, Local->getLocation(), Local->getName()}, "", Scope->Kind);
          });
      return;
    }
    if (Kinds.guardOf(Type) != LockTypes::Guard::None && Name == "emplace" && Call.getNumArgs()) {
      std::vector<LockPath> Old = std::move(Now.All);
      Now.All.clear();
      const std::vector<const Expr *> Arguments(Call.arg_begin(), Call.arg_end());
      for (LockPath &On : Old) {
        const Outcomes Got =
            Guards.constructedOwn(Arguments, {}, nullptr, {&Call, placeOf(Call), Guard->getName()}, On);
        fork(keyOf(Guard), Got, nullptr, std::move(On), Now);
      }
      return;
    }
    if (Kinds.guardOf(Type) != LockTypes::Guard::None && Method && !Method->isConst() && !askedGuard(Call) &&
        Kinds.canLetGo(Type)) {
      const bool LetsGo = llvm::is_contained({"reset", "release", "Release", "close"}, Name);
      forEach(Now, [&](LockPath &On) {
        On.Holds.erase(keyOf(Guard));
        if (LetsGo)
          On.Holds[keyOf(Guard)] = nullptr;
      });
    }
  }
  const BlockingCalls *Known = Callee ? In.libraries().blocking(qualifiedName(*Callee)) : nullptr;
  // A wait on a condition gives back what it is given, locked again.
  const bool KeepsIt =
      (Known && Known->Kind == "condition") ||
      (Name.starts_with_insensitive("wait") && !In.types().isAwaitable(Callee->getReturnType()));
  const bool IsOperator = isa<CXXOperatorCallExpr>(Call) && Method;
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call);
  if (Operator && (Operator->getOperator() == OO_Star || Operator->getOperator() == OO_Arrow ||
                   Operator->getOperator() == OO_Exclaim))
    return;
  forEach(Now, [&](LockPath &On) {
    for (unsigned At = 0; At != Call.getNumArgs(); ++At) {
      const unsigned Index = At - (IsOperator ? 1 : 0);
      const QualType Parameter =
          Callee && Index < Callee->getNumParams() ? Callee->getParamDecl(Index)->getType() : QualType();
      given(*Call.getArg(At), Parameter, KeepsIt, On);
    }
    if (!Member || isa<CXXThisExpr>(strip(Object)))
      ownMethod(Callee, On);
  });
}

/// Gives back what was awaited: a lock, a permit.
bool givesBack(const CXXMethodDecl &Method) {
  return Method.getIdentifier() && (actByName(Method) == Act::Release ||
                                    llvm::is_contained({"release", "signal", "post"}, Method.getName()));
}

/// `lock`, `co_lock`, `lock_async`, `acquire`, `wait` of a class that can be given
/// it back.
bool isAwaitedTaking(const CXXMethodDecl &Method) {
  if (!Method.getIdentifier() || givesBack(Method))
    return false;
  const llvm::StringRef Name = Method.getName();
  return (Name.contains_insensitive("lock") || Name.contains_insensitive("acquire") || Name == "wait" ||
          Name == "co_wait") &&
         llvm::any_of(Method.getParent()->methods(),
                      [](const CXXMethodDecl *One) { return givesBack(*One); });
}

/// A coroutine library's own locks and permits, taken without a guard.
void LockFlow::awaited(const CoawaitExpr &Await, State &Now) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(strip(Await.getOperand()));
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  const Decl *Lock = Method ? Guards.lockNamed(*Call->getImplicitObjectArgument()) : nullptr;
  // What gives a guard is told by the guard.
  if (!Lock || !isAwaitedTaking(*Method) || Kinds.guardOf(Await.getType()) != LockTypes::Guard::None ||
      !llvm::is_contained(ReleasedHere, Lock))
    return;
  const auto *Named = dyn_cast<ValueDecl>(Lock);
  const bool IsLock = Method->getName().contains_insensitive("lock");
  const Hold *Opened = Guards.asyncHold({&Await, placeOf(*Call), ""}, Named ? Named->getNameAsString() : "",
                                        IsLock ? "lock" : "permit");
  forEach(Now, [&](LockPath &On) { On.Holds[keyOf(Lock)] = Opened; });
}

void LockFlow::transfer(const Stmt &Element, State &Now) {
  // A temporary guard is gone once something outside of its expression runs.
  forEach(Now, [&](LockPath &On) {
    for (auto One = On.Holds.begin(); One != On.Holds.end();) {
      const auto *Maker = reinterpret_cast<const Stmt *>(static_cast<std::uintptr_t>(One->first));
      const auto Temporary = Temporaries.find(Maker);
      const bool IsOver = Temporary != Temporaries.end() && RootOf.lookup(&Element) != Temporary->second;
      One = IsOver ? On.Holds.erase(One) : std::next(One);
    }
  });
  if (const auto Temporary = Temporaries.find(&Element); Temporary != Temporaries.end()) {
    const auto &Maker = *cast<Expr>(&Element);
    std::vector<LockPath> Old = std::move(Now.All);
    Now.All.clear();
    for (LockPath &On : Old) {
      const Outcomes Got = Guards.made(Maker, Maker.getType(), {&Maker, Maker.getBeginLoc(), "", true}, On);
      fork(keyOf(&Maker), Got, nullptr, std::move(On), Now);
    }
    return;
  }
  if (const auto *Declarations = dyn_cast<DeclStmt>(&Element)) {
    for (const Decl *Declared : Declarations->decls())
      if (const auto *Variable = dyn_cast<VarDecl>(Declared))
        define(*Variable, Now);
    return;
  }
  const auto *Value = dyn_cast<Expr>(&Element);
  if (!Value)
    return;
  const Expr *Left = nullptr, *Right = nullptr;
  if (isAssignment(*Value, Left, Right))
    return assign(*Left, *Right, Now);
  if (const auto *Await = dyn_cast<CoawaitExpr>(Value))
    return awaited(*Await, Now);
  if (const auto *Call = dyn_cast<CallExpr>(Value))
    return call(*Call, Now);
  if (const auto *Lambda = dyn_cast<LambdaExpr>(Value))
    return forEach(Now, [&](LockPath &On) { captured(*Lambda, On); });
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Value)) {
    // Guards are made where it is known who keeps them.
    if (Kinds.guardOf(Construct->getType()) != LockTypes::Guard::None ||
        Construct->getConstructor()->isCopyOrMoveConstructor())
      return;
    return forEach(Now, [&](LockPath &On) {
      for (unsigned At = 0; At != Construct->getNumArgs(); ++At)
        given(*Construct->getArg(At),
              At < Construct->getConstructor()->getNumParams()
                  ? Construct->getConstructor()->getParamDecl(At)->getType()
                  : QualType(),
              false, On);
    });
  }
  const auto *Unary = dyn_cast<UnaryOperator>(Value);
  const auto *Compound = dyn_cast<CompoundAssignOperator>(Value);
  const Expr *Changed = Unary && Unary->isIncrementDecrementOp() ? Unary->getSubExpr()
                        : Compound                               ? Compound->getLHS()
                                                                 : nullptr;
  if (const ValueDecl *Named = Changed ? guardNamed(*Changed) : nullptr)
    forEach(Now, [&](LockPath &On) { Conditions.invalidate(*Named, On); });
}

void LockFlow::branch(const Expr &Condition, bool Taken, State &Now) {
  bool Negated = false;
  const Expr &Inner = Conditions.plain(Condition, Negated);
  const auto *Asked = askedGuard(Inner);
  const Key Hash = Conditions.keyFor(Condition);
  const bool IsFlag = isa<DeclRefExpr>(Inner);
  const bool IsRepeated = Written.count(Hash) && Written.at(Hash) > 1;
  std::vector<LockPath> Old = std::move(Now.All);
  Now.All.clear();
  for (LockPath &On : Old) {
    if (const std::optional<bool> Told = Conditions.value(Condition, On); Told && *Told != Taken)
      continue;
    const auto *Flag = IsFlag ? dyn_cast<VarDecl>(cast<DeclRefExpr>(Inner).getDecl()) : nullptr;
    if (!Asked && IsRepeated && !(Flag && Escaped.contains(Flag)))
      On.Known[Hash] = Taken != Negated;
    Now.add(std::move(On));
  }
}

void LockFlow::enter(const CFGBlock &Block, State &Now) {
  const auto Before = Tried.find(Block.getLabel());
  if (!Block.getLabel() || Before == Tried.end())
    return;
  forEach(Now, [&](LockPath &On) {
    for (auto One = On.Holds.begin(); One != On.Holds.end();)
      One =
          One->second && Before->second.contains(One->second->Origin) ? On.Holds.erase(One) : std::next(One);
  });
}

void LockFlow::scopeEnded(const VarDecl &Local, const Stmt &, State &Now) {
  forEach(Now, [&](LockPath &On) { On.Holds.erase(keyOf(Local.getCanonicalDecl())); });
}

/// Of a `co_yield` that fails the coroutine (`co_yield co_error(e)`) nobody
/// comes back.
bool isFailure(const Expr &Suspension) {
  const auto *Yield = dyn_cast<CoyieldExpr>(&Suspension);
  if (!Yield)
    return false;
  const auto *Call = dyn_cast<CallExpr>(strip(Yield->getOperand()));
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  const CXXRecordDecl *Taken =
      Callee && Callee->getNumParams() ? classOf(Callee->getParamDecl(0)->getType()) : nullptr;
  return Taken && Taken->getIdentifier() && llvm::is_contained({"co_error", "co_result"}, Taken->getName());
}

void LockFlow::destroyed(const Stmt &Suspension, const State &Now) {
  const auto *Written = dyn_cast<Expr>(&Suspension);
  if (!Across || !Written || isFailure(*Written) || !canSuspend(Suspension))
    return;
  for (const LockPath &On : Now.All)
    for (const auto &[Holder, Held] : On.Holds)
      if (Held) {
        std::vector<const Expr *> &Known = (*Across)[Held];
        if (!llvm::is_contained(Known, Written))
          Known.push_back(Written);
      }
}

bool suspends(const Stmt &Part) {
  if (isSuspension(Part))
    return true;
  bool Found = false;
  forEachPart(Part, [&](const Stmt &Nested) { Found = Found || suspends(Nested); });
  return Found;
}

} // namespace

std::string describeSuspension(const Expr &Suspension) {
  if (isa<CoyieldExpr>(Suspension))
    return "an item is handed out";
  const auto *Await = dyn_cast<CoawaitExpr>(&Suspension);
  const Expr *Operand = Await ? strip(Await->getOperand()) : nullptr;
  if (const auto *Call = dyn_cast_or_null<CallExpr>(Operand))
    if (const FunctionDecl *Callee = Call->getDirectCallee(); Callee && !Callee->isOverloadedOperator())
      return "`" + Callee->getNameAsString() + "` is awaited";
  if (const auto *Made = dyn_cast_or_null<CXXConstructExpr>(Operand))
    return "`" + Made->getConstructor()->getParent()->getNameAsString() + "` is awaited";
  if (const ValueDecl *Named = Operand ? ownerOf(*Operand) : nullptr; Named && Named->getIdentifier())
    return "`" + Named->getNameAsString() + "` is awaited";
  return "the coroutine is suspended";
}

std::vector<Held> heldAcrossSuspensions(const Unit &In, const Function &Coroutine) {
  if (Coroutine.IsDependent || !Coroutine.isCoroutine() || !suspends(*Coroutine.Body))
    return {};
  const Graph *Whole = In.graph(Coroutine);
  if (!Whole)
    return {};
  LockFlow Flow(In, Coroutine, *Whole);
  const auto AtEntry = Flow.Concerned ? solve(*Whole, Flow) : std::nullopt;
  if (!AtEntry)
    return {};
  std::map<const Hold *, std::vector<const Expr *>> Across;
  Flow.Across = &Across;
  for (const CFGBlock *Block : *Whole->flow())
    if (std::optional<LockPaths> Now = (*AtEntry)[Block->getBlockID()])
      runBlock(*Whole, *Block, Flow, *Now);
  const SourceManager &Sources = In.context().getSourceManager();
  std::vector<Held> Found;
  for (auto &[Of, Suspensions] : Across) {
    Found.push_back(Of->Told);
    Found.back().Suspensions = std::move(Suspensions);
    llvm::sort(Found.back().Suspensions, [&](const Expr *Left, const Expr *Right) {
      return Sources.isBeforeInTranslationUnit(Left->getBeginLoc(), Right->getBeginLoc());
    });
  }
  llvm::sort(Found, [&](const Held &Left, const Held &Right) {
    return Sources.isBeforeInTranslationUnit(Left.Taken, Right.Taken);
  });
  return Found;
}

} // namespace asynciter
