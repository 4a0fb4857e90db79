// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Calls.h"

#include "facts/Callables.h"
#include "facts/Catalogue.h"
#include "facts/Guards.h"
#include "model/Graph.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

#include <map>

using namespace clang;

namespace asynciter {

namespace {

const CXXDestructorDecl *destructorOf(QualType Type) {
  const CXXRecordDecl *Class = Type.isNull() ? nullptr : Type->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition() || Class->isDependentContext() ||
      Class->getDefinition()->hasTrivialDestructor())
    return nullptr;
  return Class->getDefinition()->getDestructor();
}

bool containsSuspension(const Stmt &Part) {
  if (isSuspension(Part))
    return true;
  bool Found = false;
  forEachPart(Part, [&](const Stmt &Nested) { Found = Found || containsSuspension(Nested); });
  return Found;
}

/// A call that ends the program for a failure: not `exit`, which ends one that is done.
bool isFatal(const Stmt &Part) {
  const auto *Call = dyn_cast<CallExpr>(&Part);
  const auto *Whole = dyn_cast<Expr>(&Part);
  if (!Call && Whole)
    Call = dyn_cast<CallExpr>(strip(Whole));
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  return Callee && Callee->isNoReturn() && !(Callee->getIdentifier() && Callee->getName().ends_with("exit"));
}

bool mayLeave(const Stmt &Part) {
  if (isa<ReturnStmt, CoreturnStmt, BreakStmt, ContinueStmt, GotoStmt>(Part))
    return true;
  bool Found = false;
  forEachPart(Part, [&](const Stmt &Nested) { Found = Found || mayLeave(Nested); });
  return Found;
}

bool isThrow(const Stmt &Part) {
  const auto *Whole = dyn_cast<Expr>(&Part);
  return Whole && isa<CXXThrowExpr>(strip(Whole));
}

/// Whether what follows in the block is not run after it.
bool isLeft(const Stmt &Part) {
  if (const auto *Block = dyn_cast<CompoundStmt>(&Part))
    return !Block->body_empty() && isLeft(*Block->body_back());
  return isa<ReturnStmt, CoreturnStmt, BreakStmt, ContinueStmt, GotoStmt>(Part) || isThrow(Part) ||
         isFatal(Part);
}

/// Where a block begins to lead to nothing but a failure; its end if it does not.
CompoundStmt::const_body_iterator failureIn(const CompoundStmt &Block, bool WithThrows) {
  auto From = Block.body_end();
  if (Block.body_empty() || !(isFatal(*Block.body_back()) || (WithThrows && isThrow(*Block.body_back()))))
    return From;
  for (--From; From != Block.body_begin() && !mayLeave(**std::prev(From)); --From)
    ;
  return From;
}

class Recorder {
public:
  /// `ThrowsFail`: what a block does before it throws is for a failure, too. `Guarded` is
  /// the function whose parameters may keep calls from running.
  Recorder(const Unit &In, Calls &To, bool ThrowsFail = false, const FunctionDecl *Guarded = nullptr)
      : In(In), To(To), ThrowsFail(ThrowsFail), Guarded(Guarded) {}

  void record(const Stmt &Part) {
    if (const auto *Await = dyn_cast<CoawaitExpr>(&Part))
      recordAwait(*Await);
    if (const auto *Loop = dyn_cast<CXXForRangeStmt>(&Part); Loop && Loop->getCoawaitLoc().isInvalid())
      recordLoop(*Loop);
    if (const auto *Loop = dyn_cast<ForStmt>(&Part))
      return recordLoop(*Loop);
    if (const auto *Block = dyn_cast<CompoundStmt>(&Part))
      return recordBlock(*Block);
    if (isa<CXXThrowExpr>(Part))
      return recordFailing(Part);
    forEachPart(Part, [&](const Stmt &Nested) {
      const std::size_t Outer = Guards.size();
      addGuardsOf(Part, Nested);
      record(Nested);
      Guards.resize(Outer);
    });
    if (const auto *Call = dyn_cast<CallExpr>(&Part))
      recordCall(*Call);
    else if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Part))
      recordConstruction(*Construct);
    else if (const auto *Delete = dyn_cast<CXXDeleteExpr>(&Part))
      recordDeletion(*Delete);
    else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(&Part))
      recordTemporary(*Temporary);
    else if (const auto *Declarations = dyn_cast<DeclStmt>(&Part))
      recordLocals(*Declarations, LocalsOutliveSuspension);
    else if (const auto *Return = dyn_cast<ReturnStmt>(&Part))
      recordHandedOn(Return->getRetValue());
    else if (const auto *Return = dyn_cast<CoreturnStmt>(&Part))
      recordHandedOn(Return->getOperand());
  }

  void add(CallSite Site) {
    In.facts<Catalogue>().lookUp(Site);
    Site.IsForFailure = Failing;
    Site.Guards = Guards;
    To.Sites.push_back(std::move(Site));
  }

private:
  void addGuardsOf(const Expr *Asked, bool Taken) {
    if (Guarded && Asked)
      addGuards(*Asked, Taken, *Guarded, In.context(), Guards);
  }

  /// What decides whether a part runs.
  void addGuardsOf(const Stmt &Whole, const Stmt &Part) {
    if (const auto *If = dyn_cast<IfStmt>(&Whole); If && (&Part == If->getThen() || &Part == If->getElse()))
      addGuardsOf(If->getCond(), &Part == If->getThen());
    else if (const auto *While = dyn_cast<WhileStmt>(&Whole); While && &Part == While->getBody())
      addGuardsOf(While->getCond(), true);
    else if (const auto *Choice = dyn_cast<ConditionalOperator>(&Whole); Choice && &Part != Choice->getCond())
      addGuardsOf(Choice->getCond(), &Part == Choice->getTrueExpr());
    else if (const auto *Two = dyn_cast<BinaryOperator>(&Whole);
             Two && Two->isLogicalOp() && &Part == Two->getRHS())
      addGuardsOf(Two->getLHS(), Two->getOpcode() == BO_LAnd);
  }

  /// What decides whether a block goes on after a part.
  void addGuardsAfter(const Stmt &Part) {
    const auto *If = dyn_cast<IfStmt>(&Part);
    if (!If)
      return;
    if (isLeft(*If->getThen()))
      addGuardsOf(If->getCond(), false);
    else if (If->getElse() && isLeft(*If->getElse()))
      addGuardsOf(If->getCond(), true);
  }

  void recordFailing(const Stmt &Throw) {
    const bool Outer = Failing;
    Failing = true;
    forEachPart(Throw, [&](const Stmt &Nested) { record(Nested); });
    Failing = Outer;
  }

  void recordBlock(const CompoundStmt &Block) {
    const bool Outer = LocalsOutliveSuspension, WasFailing = Failing;
    const std::size_t Guarding = Guards.size();
    const auto Fails = failureIn(Block, ThrowsFail);
    for (auto Part = Block.body_begin(); Part != Block.body_end(); ++Part) {
      Failing = Failing || Part == Fails;
      LocalsOutliveSuspension =
          isa<DeclStmt>(*Part) && std::any_of(std::next(Part), Block.body_end(),
                                              [](const Stmt *Later) { return containsSuspension(*Later); });
      record(**Part);
      if (const auto *Dropped = dyn_cast<Expr>(*Part))
        if (const Expr *Value = Dropped->IgnoreParenCasts()->IgnoreImplicit(); Value->isPRValue())
          recordDestruction(Value->getType(), *Value, Value->getBeginLoc());
      addGuardsAfter(**Part);
    }
    Guards.resize(Guarding);
    LocalsOutliveSuspension = Outer;
    Failing = WasFailing;
  }

  /// What is bound to an rvalue reference parameter is most often moved from;
  /// what only waits in an awaited expression is done by its end.
  void recordTemporary(const MaterializeTemporaryExpr &Temporary) {
    if (Temporary.getStorageDuration() == SD_FullExpression && Temporary.isBoundToLvalueReference() &&
        strip(&Temporary) != Awaited)
      recordDestruction(Temporary.getType(), Temporary, Temporary.getBeginLoc());
  }

  void recordHandedOn(const Expr *Value) {
    if (const ValueDecl *Of = Value ? entityOf(Value) : nullptr)
      To.Shown.HandedOn.push_back({Of, Value->getBeginLoc()});
  }

  void recordAwait(const CoawaitExpr &Await) {
    Awaited = strip(Await.getOperand());
    const auto *Call = dyn_cast<CallExpr>(Awaited);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    recordMentions(*Await.getOperand(), Await.getBeginLoc(),
                   Callee && Callee->getIdentifier() ? Callee->getName() : llvm::StringRef());
  }

  void recordMentions(const Stmt &Part, SourceLocation At, llvm::StringRef By) {
    if (isa<DeclRefExpr, MemberExpr>(Part))
      if (const ValueDecl *Of = entityOf(cast<Expr>(&Part)))
        To.Shown.Awaits.push_back({Of, At, By});
    forEachPart(Part, [&](const Stmt &Nested) { recordMentions(Nested, At, By); });
  }

  /// `for (...; ++it)` is the advance of a range, written out.
  void recordLoop(const ForStmt &Loop) {
    const auto *Advance = Loop.getInc() ? dyn_cast<CXXOperatorCallExpr>(strip(Loop.getInc())) : nullptr;
    const bool IsAdvance = Advance && Advance->getOperator() == OO_PlusPlus;
    forEachPart(Loop, [&](const Stmt &Nested) {
      if (!IsAdvance || &Nested != Loop.getInc())
        record(Nested);
    });
    if (!IsAdvance)
      return;
    CallSite Site;
    Site.How = CallSite::Looped;
    Site.Site = &Loop;
    Site.At = Loop.getForLoc();
    Site.Object = Advance->getArg(0);
    Calls Implicit;
    Recorder(In, Implicit, ThrowsFail).record(*Loop.getInc());
    Site.Advance = std::move(Implicit.Sites);
    add(std::move(Site));
  }

  void recordLoop(const CXXForRangeStmt &Loop) {
    CallSite Site;
    Site.How = CallSite::Looped;
    Site.Site = &Loop;
    Site.At = Loop.getForLoc();
    Site.Object = Loop.getRangeInit();
    Calls Implicit;
    Recorder Inner(In, Implicit, ThrowsFail);
    for (const Stmt *Part :
         {static_cast<const Stmt *>(Loop.getBeginStmt()), static_cast<const Stmt *>(Loop.getEndStmt()),
          static_cast<const Stmt *>(Loop.getCond()), static_cast<const Stmt *>(Loop.getInc()),
          static_cast<const Stmt *>(Loop.getLoopVarStmt())})
      if (Part)
        Inner.record(*Part);
    Site.Advance = std::move(Implicit.Sites);
    add(std::move(Site));
  }

  void recordCall(const CallExpr &Call) {
    if (const ValueDecl *Through = Callables::calledBy(Call))
      return recordCallThrough(*Through, Call);
    const FunctionDecl *Callee = Call.getDirectCallee();
    if (!Callee || isAwaiterProtocol(*Callee))
      return;
    if (Call.isCallToStdMove())
      return recordHandedOn(Call.getArg(0));
    CallSite Site;
    Site.Callee = Callee;
    Site.Site = &Call;
    Site.At = placeOf(Call);
    Site.Arguments = llvm::ArrayRef<const Expr *>(Call.getArgs(), Call.getNumArgs());
    Site.IsAwaited = &Call == Awaited;
    const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call)) {
      Site.Object = Member->getImplicitObjectArgument();
      resolveVirtual(*Member, Site);
    } else if (isa<CXXOperatorCallExpr>(Call) && Method && !Method->isStatic() &&
               !Method->hasCXXExplicitFunctionObjectParameter()) {
      Site.Object = Site.Arguments.front();
      Site.Arguments = Site.Arguments.drop_front();
    }
    // What was let go of leaves nothing for its destructor to wait for.
    if (Site.Object && Callee->getIdentifier() &&
        llvm::is_contained({"detach", "swap", "release", "reset"}, Callee->getName()))
      recordHandedOn(Site.Object);
    if (Callee->getIdentifier() && In.libraries().isReadyCheck(Callee->getName())) {
      const Expr *Asked = Site.Object              ? Site.Object
                          : Site.Arguments.empty() ? nullptr
                                                   : Site.Arguments.front();
      if (const ValueDecl *Of = Asked ? ownerOf(*Asked) : nullptr)
        To.Shown.ReadyChecks.push_back({Of, Site.At});
    }
    Site.OnPool = (Site.Object && isPool(*Site.Object)) ||
                  llvm::any_of(Site.Arguments, [&](const Expr *Given) { return isPool(*Given); });
    if (Site.OnPool && Site.IsAwaited && isMove(Site))
      To.Shown.MovesToPool.push_back(Site.At);
    add(Site);
    if (In.facts<Catalogue>().runsHere(*Callee))
      for (const Expr *Argument : Site.Arguments)
        recordGiven(*Argument, Call);
  }

  void recordCallThrough(const ValueDecl &Variable, const CallExpr &Call) {
    CallSite Site;
    Site.Through = &Variable;
    Site.Callee = In.facts<Callables>().only(Variable);
    Site.Site = &Call;
    Site.At = Call.getBeginLoc();
    Site.Arguments = llvm::ArrayRef<const Expr *>(Call.getArgs(), Call.getNumArgs());
    if (isa<CXXOperatorCallExpr>(Call))
      Site.Arguments = Site.Arguments.drop_front();
    Site.IsAwaited = &Call == Awaited;
    add(std::move(Site));
  }

  bool isPool(const Expr &Given) const {
    const Expr *Inner = strip(&Given);
    if (const auto *Address = dyn_cast<UnaryOperator>(Inner); Address && Address->getOpcode() == UO_AddrOf)
      Inner = strip(Address->getSubExpr());
    const QualType Type = Inner->getType();
    if (In.libraries().isThreadPool(className(Type->isPointerType() ? Type->getPointeeType() : Type)))
      return true;
    // A smart pointer to one.
    if (const auto *Pointer = dyn_cast_or_null<ClassTemplateSpecializationDecl>(classOf(Type));
        Pointer && nullaryMethod(*Pointer, "get"))
      if (const TemplateArgument &To = Pointer->getTemplateArgs()[0]; To.getKind() == TemplateArgument::Type)
        if (In.libraries().isThreadPool(className(To.getAsType())))
          return true;
    // One that a parameter of a handle's type was given.
    const auto *Handle = dyn_cast<CXXConstructExpr>(Inner);
    if (Handle && !isa<CXXTemporaryObjectExpr>(Handle) && Handle->getNumArgs() == 1)
      return isPool(*Handle->getArg(0));
    const auto *Getter = dyn_cast<CXXMemberCallExpr>(Inner);
    return Getter && Getter->getNumArgs() == 0 && isPool(*Getter->getImplicitObjectArgument());
  }

  /// `co_await pool.schedule()` and `co_await post(pool, token)` go on there;
  /// whatever gets more than that, `co_await run_on(pool, work())`, comes back.
  bool isMove(const CallSite &Site) const {
    return llvm::all_of(Site.Arguments, [&](const Expr *Given) {
      const CXXRecordDecl *Class = classOf(Given->getType());
      return isPool(*Given) || (Class && !Class->isLambda() && Class->hasDefinition() && Class->isEmpty() &&
                                !In.types().isAwaitable(Given->getType()));
    });
  }

  /// Code that awaits by hand.
  static bool isAwaiterProtocol(const FunctionDecl &Callee) {
    return Callee.getIdentifier() &&
           llvm::is_contained({"await_ready", "await_suspend", "await_resume"}, Callee.getName());
  }

  void resolveVirtual(const CXXMemberCallExpr &Call, CallSite &Site) {
    const CXXMethodDecl *Method = Call.getMethodDecl();
    const auto *Named = dyn_cast<MemberExpr>(Call.getCallee()->IgnoreParens());
    if (!Method || !Method->isVirtual() || (Named && Named->hasQualifier()))
      return;
    if (const CXXMethodDecl *Runs =
            const_cast<CXXMethodDecl *>(Method)->getDevirtualizedMethod(Site.Object, false))
      Site.Callee = Runs;
    else
      Site.IsVirtual = true;
  }

  /// A callable given to an algorithm: a lambda, a function, a function object.
  void recordGiven(const Expr &Argument, const CallExpr &Runner) {
    const Expr *Given = strip(&Argument);
    if (const auto *Address = dyn_cast<UnaryOperator>(Given); Address && Address->getOpcode() == UO_AddrOf)
      Given = strip(Address->getSubExpr());
    const FunctionDecl *Runs = nullptr;
    if (const auto *Named = dyn_cast<DeclRefExpr>(Given))
      Runs = dyn_cast<FunctionDecl>(Named->getDecl());
    if (const CXXRecordDecl *Class = Runs ? nullptr : classOf(Given->getType()))
      Runs = callOperatorOf(*Class);
    if (!Runs)
      return;
    CallSite Site;
    Site.How = CallSite::Run;
    Site.Callee = Runs;
    Site.Site = &Runner;
    Site.At = placeOf(Runner);
    add(std::move(Site));
  }

  const FunctionDecl *callOperatorOf(const CXXRecordDecl &Class) const {
    const DeclarationName Call = In.context().DeclarationNames.getCXXOperatorName(OO_Call);
    for (const NamedDecl *Member : Class.lookup(Call)) {
      if (const auto *Plain = dyn_cast<CXXMethodDecl>(Member))
        return Plain;
      if (const auto *Generic = dyn_cast<FunctionTemplateDecl>(Member))
        for (const FunctionDecl *Specialised : Generic->specializations())
          if (In.find(*Specialised))
            return Specialised;
    }
    return nullptr;
  }

  void recordConstruction(const CXXConstructExpr &Construct) {
    CallSite Site;
    Site.Callee = Construct.getConstructor();
    Site.Site = &Construct;
    Site.At = Construct.getBeginLoc();
    Site.Arguments = llvm::ArrayRef<const Expr *>(Construct.getArgs(), Construct.getNumArgs());
    add(std::move(Site));
  }

  void recordDestruction(QualType Type, const Stmt &By, SourceLocation At, const VarDecl *Local = nullptr,
                         bool OutlivesSuspension = false, bool IsVirtual = false) {
    const CXXDestructorDecl *Destructor = destructorOf(Type);
    if (!Destructor)
      return;
    CallSite Site;
    Site.How = CallSite::Destroyed;
    Site.Callee = Destructor;
    Site.Site = &By;
    Site.At = At;
    Site.Local = Local;
    Site.OutlivesSuspension = OutlivesSuspension;
    Site.IsVirtual = IsVirtual;
    add(std::move(Site));
  }

  /// Also runs the destructor of a derived class, if there may be one.
  void recordDeletion(const CXXDeleteExpr &Delete) {
    const QualType Type = Delete.getDestroyedType();
    recordDestruction(Type, Delete, Delete.getBeginLoc());
    const CXXDestructorDecl *Destructor = destructorOf(Type);
    if (Destructor && Destructor->isVirtual() && !Delete.isArrayForm() &&
        !Destructor->getParent()->isEffectivelyFinal())
      recordDestruction(Type, Delete, Delete.getBeginLoc(), nullptr, false, /*IsVirtual=*/true);
  }

  void recordLocals(const DeclStmt &Declarations, bool OutliveSuspension) {
    for (const Decl *Declared : Declarations.decls()) {
      const auto *Local = dyn_cast<VarDecl>(Declared);
      if (!Local)
        continue;
      if (const Expr *Value = Local->getInit(); Value && containsSuspension(*Value))
        To.Shown.Awaits.push_back({Local, Local->getLocation()});
      const auto *Construct =
          dyn_cast_or_null<CXXConstructExpr>(Local->getInit() ? strip(Local->getInit()) : nullptr);
      const bool IsEmpty =
          Construct && Construct->getConstructor()->isDefaultConstructor() &&
          In.context().getSourceManager().isInSystemHeader(Construct->getConstructor()->getLocation());
      if (Local->hasLocalStorage() && !Local->getType()->isReferenceType() && !IsEmpty)
        recordDestruction(Local->getType(), Declarations, Local->getLocation(), Local, OutliveSuspension);
    }
  }

  const Unit &In;
  Calls &To;
  const bool ThrowsFail;
  const FunctionDecl *const Guarded;
  std::vector<Condition> Guards;
  const Expr *Awaited = nullptr;
  bool LocalsOutliveSuspension = false;
  bool Failing = false;
};

/// Leaves guards by parameters that keep their value.
void dropChanged(const Function &Caller, Calls &Found) {
  std::map<int, bool> Changes;
  for (CallSite &Site : Found.Sites)
    llvm::erase_if(Site.Guards, [&](const Condition &Guard) {
      const auto [Known, IsNew] = Changes.try_emplace(Guard.Subject);
      if (IsNew)
        Known->second = changesParameter(*Caller.Body, *Caller.Declared, Guard.Subject - 1);
      return Known->second;
    });
}

} // namespace

Calls callsOf(const Unit &In, const Function &Caller) {
  Calls Found;
  // A coroutine that cleans up before it throws on stalls its thread all the same.
  Recorder Record(In, Found, !Caller.isAsync(), Caller.isAsync() ? nullptr : Caller.Declared);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(Caller.Declared))
    for (const CXXCtorInitializer *Initialiser : Constructor->inits())
      if (Initialiser->getInit())
        Record.record(*Initialiser->getInit());
  Record.record(*Caller.Body);
  dropChanged(Caller, Found);
  if (isa<CXXDestructorDecl>(Caller.Declared))
    addImplicitCalls(In, *Caller.Declared, Found);
  // The destructor of something awaited, or moved away, has nothing left to do.
  llvm::erase_if(Found.Sites, [&](const CallSite &Site) {
    auto IsOfIt = [&](const Evidence::Mention &One) { return One.Of == Site.Local; };
    return Site.Local &&
           (llvm::any_of(Found.Shown.Awaits, IsOfIt) || llvm::any_of(Found.Shown.HandedOn, IsOfIt));
  });
  return Found;
}

void addImplicitCalls(const Unit &In, const FunctionDecl &Special, Calls &To) {
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Special)) {
    Recorder Record(In, To);
    for (const CXXCtorInitializer *Initialiser : Constructor->inits())
      if (Initialiser->getInit())
        Record.record(*Initialiser->getInit());
    return;
  }
  const auto *Destructor = dyn_cast<CXXDestructorDecl>(&Special);
  if (!Destructor || !Destructor->getParent()->hasDefinition())
    return;
  Recorder Record(In, To);
  auto AddDestructor = [&](QualType Type, SourceLocation At) {
    const CXXDestructorDecl *Part = destructorOf(Type);
    if (!Part)
      return;
    CallSite Site;
    Site.How = CallSite::Destroyed;
    Site.Callee = Part;
    Site.At = At;
    Record.add(std::move(Site));
  };
  for (const FieldDecl *Member : Destructor->getParent()->fields())
    AddDestructor(Member->getType(), Member->getLocation());
  for (const CXXBaseSpecifier &Base : Destructor->getParent()->bases())
    AddDestructor(Base.getType(), Base.getBeginLoc());
}

} // namespace asynciter
