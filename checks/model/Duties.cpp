// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Follows a few paths at once, so that a flag which remembers what was done is
// believed. Past their number, only what all paths agree on is.
#include "model/Duties.h"

#include "model/Bodies.h"
#include "model/EndTest.h"
#include "model/Graph.h"
#include "model/Names.h"
#include "model/Step.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

#include <utility>

using namespace clang;

namespace asynciter {

namespace {

/// Calls `Visit` for the class and each of its bases until it says so.
bool anyClass(const CXXRecordDecl &Class, llvm::function_ref<bool(const CXXRecordDecl &)> Visit) {
  llvm::SmallVector<const CXXRecordDecl *, 8> All{&Class};
  for (std::size_t At = 0; At != All.size(); ++At) {
    if (Visit(*All[At]))
      return true;
    addBases(*All[At], All);
  }
  return false;
}

bool isTrueArgument(const CXXRecordDecl &Class, unsigned Number) {
  const auto *Specialised = dyn_cast<ClassTemplateSpecializationDecl>(&Class);
  if (!Specialised || Specialised->getTemplateArgs().size() < Number)
    return false;
  const TemplateArgument &Argument = Specialised->getTemplateArgs()[Number - 1];
  return Argument.getKind() == TemplateArgument::Integral && Argument.getAsIntegral().getBoolValue();
}

std::optional<Duty> modelledDuty(const CXXRecordDecl &Class, const Libraries &Known) {
  std::optional<Duty> Found;
  anyClass(Class, [&](const CXXRecordDecl &One) {
    const CleanupFacts *Facts = Known.cleanup(qualifiedName(One));
    if (Facts && (!Facts->IfTemplateArgument || isTrueArgument(One, Facts->IfTemplateArgument)))
      Found = Duty{Facts->By,       Facts->Otherwise,          Facts->AfterStep,
                   Facts->UntilEnd, Facts->IfMadeWithArgument, Facts->OnExceptions};
    return Found.has_value();
  });
  return Found;
}

std::optional<Duty> annotatedDuty(const CXXRecordDecl &Class) {
  Duty Found;
  anyClass(Class, [&](const CXXRecordDecl &One) {
    if (One.hasDefinition())
      for (const CXXMethodDecl *Method : One.methods())
        for (const auto *Attr : Method->specific_attrs<AnnotateAttr>())
          if (Attr->getAnnotation() == "asynciter::cleanup" && Method->getIdentifier())
            Found.By.push_back(Method->getNameAsString());
    return !Found.By.empty();
  });
  if (Found.By.empty())
    return std::nullopt;
  Found.Otherwise = "its class demands it";
  return Found;
}

/// A call that does not come back, as a failed assertion and `terminate` are.
bool callsNoReturn(const Stmt &Part) {
  const auto *Call = dyn_cast<CallExpr>(&Part);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  if (Callee && Callee->isNoReturn())
    return true;
  bool Found = false;
  forEachPart(Part, [&](const Stmt &Nested) { Found = Found || callsNoReturn(Nested); });
  return Found;
}

bool mayEndTheProgram(const CXXDestructorDecl *Destructor) {
  const Stmt *Body = Destructor ? bodyOf(*Destructor) : nullptr;
  if (!Body && Destructor)
    if (const FunctionDecl *Pattern = Destructor->getTemplateInstantiationPattern())
      Body = bodyOf(*Pattern);
  return Body && callsNoReturn(*Body);
}

std::optional<Duty> shapedDuty(const CXXRecordDecl &Class, QualType Type, const Types &Shapes) {
  // A generator asserts other things of its frame when that is destroyed.
  if (!Class.hasDefinition() || !Shapes.isStream(Type) || Shapes.isGenerator(Type) ||
      !mayEndTheProgram(Class.getDestructor()))
    return std::nullopt;
  Duty Found;
  for (llvm::StringRef Name : {"cleanup", "close"})
    if (const FunctionDecl *Method = nullaryMethod(Class, Name);
        Method && Shapes.isAwaitable(Method->getReturnType()))
      Found.By.push_back(Name.str());
  if (Found.By.empty())
    return std::nullopt;
  Found.Otherwise = "its destructor ends the program then";
  Found.AfterStep = Found.UntilEnd = true;
  return Found;
}

} // namespace

std::optional<Duty> dutyOf(QualType Type, const Unit &In) {
  const CXXRecordDecl *Class = Type->isReferenceType() || Type->isPointerType() ? nullptr : classOf(Type);
  if (!Class)
    return std::nullopt;
  if (std::optional<Duty> Found = modelledDuty(*Class, In.libraries()))
    return Found;
  if (std::optional<Duty> Found = annotatedDuty(*Class))
    return Found;
  return shapedDuty(*Class, Type, In.types());
}

namespace {

/// What an element does to an object that owes something.
struct Event {
  enum Kind { Step, Done, Assigned };
  Kind Is;
  const ValueDecl *Of;
  /// What is assigned.
  const Expr *Value = nullptr;
};

/// What was found out about a body before the flow is solved.
struct Owners {
  std::map<const ValueDecl *, Duty> Duties;
  llvm::DenseMap<const Stmt *, Event> Events;
  /// The `try` blocks around a `throw`, an await and the declaration of an owner,
  /// outermost first.
  std::map<const void *, std::vector<const CXXTryStmt *>> Tries;
  llvm::DenseMap<const Stmt *, const CXXTryStmt *> TryOfHandler;
  /// Variables that hold what a step of an owner gave.
  std::map<const ValueDecl *, const ValueDecl *> Results;
};

class OwnerFinder {
public:
  OwnerFinder(const Unit &In, const Function &Where, Owners &Found) : In(In), Found(Found) {
    if (Where.isCoroutine())
      for (const ParmVarDecl *Parameter : Where.Declared->parameters())
        add(*Parameter);
    declare(*Where.Body);
    if (Found.Duties.empty())
      return;
    for (const Expr *Value : Dropped(*Where.Body))
      NotAwaited.insert(Value);
    visit(*Where.Body);
  }

private:
  static std::vector<const Expr *> Dropped(const Stmt &Body) {
    std::vector<const Expr *> All;
    forEachDropped(Body, [&](const Expr &Value) { All.push_back(strip(&Value)); });
    return All;
  }

  void add(const ValueDecl &Owner) {
    if (std::optional<Duty> Owed = dutyOf(Owner.getType(), In))
      Found.Duties.emplace(&Owner, std::move(*Owed));
  }

  /// Finds the owners: by their types, or by a call that makes them one.
  void declare(const Stmt &Part) {
    if (const auto *Declarations = dyn_cast<DeclStmt>(&Part)) {
      for (const Decl *Declared : Declarations->decls()) {
        const auto *Variable = dyn_cast<VarDecl>(Declared);
        if (!Variable || Variable->isStaticLocal())
          continue;
        add(*Variable);
        if (const auto *Pair = dyn_cast<DecompositionDecl>(Variable))
          for (const BindingDecl *Binding : Pair->bindings())
            add(*Binding);
      }
    } else if (const auto *Call = dyn_cast<CallExpr>(&Part)) {
      const ValueDecl *Given = nullptr;
      const CleanupFacts *Facts = opening(*Call, Given);
      const auto *Local = dyn_cast_or_null<VarDecl>(Given);
      const CXXRecordDecl *Class = Local ? classOf(Local->getType()) : nullptr;
      // An object without a destructor has nothing that could be cut short.
      if (Facts && Local && Local->isLocalVarDeclOrParm() && !Local->getType()->isReferenceType() && Class &&
          Class->hasDefinition() && !Class->hasTrivialDestructor())
        Found.Duties.emplace(Local, Duty{Facts->By, Facts->Otherwise, /*AfterStep=*/true, Facts->UntilEnd,
                                         false, Facts->OnExceptions});
    }
    forEachPart(Part, [&](const Stmt &Nested) { declare(Nested); });
  }

  /// The model of a call that makes its first argument owe a cleanup.
  const CleanupFacts *opening(const CallExpr &Call, const ValueDecl *&Given) const {
    const FunctionDecl *Callee = Call.getDirectCallee();
    const unsigned First = isa<CXXOperatorCallExpr>(Call) ? 1 : 0;
    const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
    if (!Callee || (!Member && Call.getNumArgs() <= First))
      return nullptr;
    Given = referred(entityOf(Member ? Member->getImplicitObjectArgument() : Call.getArg(First)));
    return Given ? In.libraries().cleanupOpenedBy(qualifiedName(*Callee)) : nullptr;
  }

  const ValueDecl *owner(const Expr *Named) const {
    const ValueDecl *Entity = Named ? referred(entityOf(Named)) : nullptr;
    return Entity && Found.Duties.count(Entity) ? Entity : nullptr;
  }

  void visitAll(llvm::ArrayRef<const Expr *> Parts) {
    for (const Expr *Part : Parts)
      visit(*Part);
  }

  bool visitMember(const CXXMemberCallExpr &Call) {
    const ValueDecl *Of = owner(Call.getImplicitObjectArgument());
    const CXXMethodDecl *Method = Call.getMethodDecl();
    if (!Of || !Method)
      return false;
    const bool IsNamed = Method->getIdentifier() != nullptr;
    const ValueDecl *Opened = nullptr;
    if (IsNamed && llvm::is_contained(Found.Duties[Of].By, Method->getName())) {
      if (!NotAwaited.contains(&Call) || !In.types().isAwaitable(Call.getType()))
        Found.Events[&Call] = {Event::Done, Of};
    } else if (stepOf(Call, In.types()) || opening(Call, Opened)) {
      Found.Events[&Call] = {Event::Step, Of};
    } else if (!Method->isConst() && !isa<CXXConversionDecl>(Method) &&
               !(IsNamed && (Method->getName() == "end" || Method->getName() == "begin"))) {
      Found.Events[&Call] = {Event::Done, Of};
    }
    visitAll(llvm::ArrayRef(Call.getArgs(), Call.getNumArgs()));
    return true;
  }

  bool visitOperator(const CXXOperatorCallExpr &Call) {
    const ValueDecl *Of = Call.getNumArgs() ? owner(Call.getArg(0)) : nullptr;
    if (!Of || !isa_and_nonnull<CXXMethodDecl>(Call.getDirectCallee()))
      return false;
    if (Call.getOperator() == OO_Equal)
      Found.Events[&Call] = {Event::Assigned, Of, Call.getArg(1)};
    else if (stepOf(Call, In.types()))
      Found.Events[&Call] = {Event::Step, Of};
    visitAll(llvm::ArrayRef(Call.getArgs() + 1, Call.getNumArgs() - 1));
    return true;
  }

  void visit(const Stmt &Part) {
    if (isa<CXXThrowExpr, CoawaitExpr>(Part))
      Found.Tries[&Part] = Around;
    if (const auto *Try = dyn_cast<CXXTryStmt>(&Part)) {
      Around.push_back(Try);
      visit(*Try->getTryBlock());
      Around.pop_back();
      for (unsigned At = 0; At != Try->getNumHandlers(); ++At) {
        Found.TryOfHandler[Try->getHandler(At)] = Try;
        visit(*Try->getHandler(At));
      }
      return;
    }
    if (const auto *Declarations = dyn_cast<DeclStmt>(&Part)) {
      for (const Decl *Declared : Declarations->decls()) {
        const auto *Variable = dyn_cast<VarDecl>(Declared);
        Found.Tries[Variable] = Around;
        if (const auto *Pair = dyn_cast_or_null<DecompositionDecl>(Variable))
          for (const BindingDecl *Binding : Pair->bindings())
            Found.Tries[Binding] = Around;
        // Another name for the same object.
        const bool IsAlias = Variable && Variable->getType()->isReferenceType() && owner(Variable->getInit());
        if (Variable && Variable->getInit())
          if (const std::optional<Step> Awaited = awaitedStep(*Variable->getInit(), In.types()))
            if (const ValueDecl *Of = owner(Awaited->On))
              Found.Results[Variable] = Of;
        if (Variable && Variable->getInit() && !IsAlias)
          visit(*Variable->getInit());
      }
      return;
    }
    if (const auto *Lambda = dyn_cast<LambdaExpr>(&Part)) {
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable())
          if (const ValueDecl *Captured = referred(Capture.getCapturedVar()); Found.Duties.count(Captured))
            Found.Events[Lambda] = {Event::Done, Captured};
    }
    if (const auto *Cast = dyn_cast<CStyleCastExpr>(&Part); Cast && Cast->getType()->isVoidType())
      return;
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Part); Member && visitMember(*Member))
      return;
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Part); Operator && visitOperator(*Operator))
      return;
    if (const auto *Call = dyn_cast<CallExpr>(&Part)) {
      const ValueDecl *Given = nullptr;
      if (opening(*Call, Given) && Found.Duties.count(Given)) {
        Found.Events[Call] = {Event::Step, Given};
        return;
      }
    }
    if (const std::optional<Step> Awaited =
            isa<CoawaitExpr>(Part) ? awaitedStep(cast<Expr>(Part), In.types()) : std::nullopt)
      if (Awaited->Way == Protocol::AwaitedObject)
        if (const ValueDecl *Of = owner(Awaited->On)) {
          Found.Events[&Part] = {Event::Step, Of};
          return;
        }
    if (const auto *Named = dyn_cast<DeclRefExpr>(&Part))
      if (const ValueDecl *Of = owner(Named))
        Found.Events[Named] = {Event::Done, Of};
    forEachPart(Part, [&](const Stmt &Nested) { visit(Nested); });
  }

  const Unit &In;
  Owners &Found;
  std::vector<const CXXTryStmt *> Around;
  llvm::DenseSet<const Expr *> NotAwaited;
};

/// One way that control came.
struct DutyPath {
  /// True while something is owed, false once it was done; not in the map before.
  std::map<const ValueDecl *, bool> Owes;
  Path Known;
  bool operator==(const DutyPath &Other) const { return Owes == Other.Owes && Known == Other.Known; }
};

struct DutyPaths {
  static constexpr std::size_t Most = 16;
  std::vector<DutyPath> All;
  bool Merged = false;

  bool join(const DutyPaths &Other) {
    const std::vector<DutyPath> Before = All;
    const bool WasMerged = Merged;
    for (const DutyPath &One : Other.All)
      if (!llvm::is_contained(All, One))
        All.push_back(One);
    if (Merged || Other.Merged || All.size() > Most)
      merge();
    return Merged != WasMerged || All != Before;
  }

  /// Keeps what all paths agree on.
  void merge() {
    Merged = true;
    for (std::size_t At = 1; At < All.size(); ++At)
      for (auto &[Owner, Owes] : All.front().Owes) {
        const auto Other = All[At].Owes.find(Owner);
        Owes = Owes && Other != All[At].Owes.end() && Other->second;
      }
    if (All.empty())
      return;
    All.resize(1);
    All.front().Known = Path();
  }
};

class DutyFlow {
public:
  using State = DutyPaths;

  DutyFlow(const Unit &In, const Function &Where, const Owners &Known)
      : In(In), Where(Where), Known(Known), Tests(In.types()) {}

  State atEntry() {
    DutyPath Start;
    for (const auto &[Owner, Owed] : Known.Duties)
      if (isa<ParmVarDecl>(Owner) && !Owed.AfterStep && !Owed.IfMadeWithArgument)
        Start.Owes[Owner] = true;
    return {{Start}};
  }
  void destroyed(const Stmt &, const State &) {}
  void dispatch(const Expr &, State &) {}
  void transfer(const Stmt &Element, State &Now);
  void scopeEnded(const VarDecl &Local, const Stmt &By, State &Now);
  void branch(const Expr &Condition, bool Taken, State &Now);
  void enter(const CFGBlock &Block, State &Now);

  /// Where the exits are put; null until the states are final.
  std::map<const ValueDecl *, std::map<SourceLocation, MissedExit>> *Missed = nullptr;

private:
  void leave(const ValueDecl &Owner, MissedExit Exit, DutyPath &On) {
    const auto Now = On.Owes.find(&Owner);
    if (Now == On.Owes.end())
      return;
    if (Now->second && Missed)
      (*Missed)[&Owner].emplace(Exit.At, Exit);
    On.Owes.erase(Now);
  }
  void declare(const VarDecl &Variable, DutyPath &On);
  void thrown(const Stmt &Where, MissedExit::Kind How, State &Now);
  void learn(const Stmt &Element, DutyPath &On);
  bool isIn(const ValueDecl &Owner, const CXXTryStmt &Try) const {
    const auto Around = Known.Tries.find(&Owner);
    return Around != Known.Tries.end() && llvm::is_contained(Around->second, &Try);
  }

  const Unit &In;
  const Function &Where;
  const Owners &Known;
  EndTests Tests;
};

/// Whether an initialiser or assigned value makes an object that owes something.
bool makesOwing(const Expr *Value, const Duty &Owed) {
  if (!Value || Owed.AfterStep)
    return false;
  const Expr *Inner = strip(Value);
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(Inner))
    return llvm::any_of(Construct->arguments(), [](const Expr *One) { return !isa<CXXDefaultArgExpr>(One); });
  if (isa<InitListExpr, AbstractConditionalOperator>(Inner) || Inner->getType()->isNullPtrType())
    return false;
  if (!Owed.IfMadeWithArgument)
    return true;
  const auto *Call = dyn_cast<CallExpr>(Inner);
  if (!Call || Call->getNumArgs() < Owed.IfMadeWithArgument)
    return false;
  const Expr *Given = Call->getArg(Owed.IfMadeWithArgument - 1);
  if (isa<CXXDefaultArgExpr>(Given))
    return false;
  Given = strip(Given);
  if (const auto *Converted = dyn_cast<CXXConstructExpr>(Given); Converted && Converted->getNumArgs() == 1)
    Given = strip(Converted->getArg(0));
  return !Given->getType()->isNullPtrType();
}

void DutyFlow::declare(const VarDecl &Variable, DutyPath &On) {
  auto Start = [&](const ValueDecl &Owner) {
    const auto Found = Known.Duties.find(&Owner);
    if (Found == Known.Duties.end())
      return;
    On.Owes.erase(&Owner);
    if (makesOwing(Variable.getInit(), Found->second))
      On.Owes[&Owner] = true;
  };
  Start(Variable);
  if (const auto *Pair = dyn_cast<DecompositionDecl>(&Variable))
    for (const BindingDecl *Binding : Pair->bindings())
      Start(*Binding);
}

/// Which flags have which values.
void DutyFlow::learn(const Stmt &Element, DutyPath &On) {
  auto Define = [&](const ValueDecl &Variable, const Expr &Value) {
    On.Known.forget(Variable);
    Expr::EvalResult Constant;
    if (Variable.getType()->isIntegralOrEnumerationType() && !Value.isValueDependent() &&
        Value.EvaluateAsInt(Constant, In.context()))
      On.Known.Constants[&Variable] = Constant.Val.getInt();
  };
  const auto *Written = dyn_cast<Expr>(&Element);
  const Expr *Left = nullptr, *Right = nullptr;
  if (Written && isAssignment(*Written, Left, Right)) {
    if (const ValueDecl *Variable = Tests.cursorOf(Left))
      Define(*Variable, *Right);
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(&Element)) {
    if (Unary->isIncrementDecrementOp() || Unary->getOpcode() == UO_AddrOf)
      if (const ValueDecl *Variable = Tests.cursorOf(Unary->getSubExpr()))
        On.Known.forget(*Variable);
  } else if (const auto *Compound = dyn_cast<CompoundAssignOperator>(&Element)) {
    if (const ValueDecl *Variable = Tests.cursorOf(Compound->getLHS()))
      On.Known.forget(*Variable);
  } else if (isa<CoawaitExpr, CallExpr, LambdaExpr>(Element)) {
    // What others can reach may have changed.
    std::vector<const ValueDecl *> Open;
    for (const auto &[Variable, Value] : On.Known.Constants) {
      const auto *Local = dyn_cast<VarDecl>(Variable);
      if (!Local || !Local->isLocalVarDeclOrParm() || Local->getType()->isReferenceType())
        Open.push_back(Variable);
    }
    if (const auto *Lambda = dyn_cast<LambdaExpr>(&Element))
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
          Open.push_back(referred(Capture.getCapturedVar()));
    if (const auto *Call = dyn_cast<CallExpr>(&Element))
      for (const Expr *Argument : Call->arguments())
        if (const auto *Named = dyn_cast<DeclRefExpr>(Argument->IgnoreParens());
            Named && Argument->isLValue())
          Open.push_back(referred(Named->getDecl()));
    for (const ValueDecl *Variable : Open)
      On.Known.forget(*Variable);
  } else if (const auto *Declarations = dyn_cast<DeclStmt>(&Element)) {
    for (const Decl *Declared : Declarations->decls())
      if (const auto *Variable = dyn_cast<VarDecl>(Declared)) {
        On.Known.forget(*Variable);
        if (Variable->getInit() && !Variable->getType()->isReferenceType())
          Define(*Variable, *Variable->getInit());
        declare(*Variable, On);
      }
  }
}

/// An exception leaves the scopes between here and the handler; that of the
/// innermost `try` is taken to catch it.
void DutyFlow::thrown(const Stmt &At, MissedExit::Kind How, State &Now) {
  const auto Around = Known.Tries.find(&At);
  if (Around == Known.Tries.end())
    return;
  for (DutyPath &One : Now.All)
    for (const auto &[Owner, Owed] : Known.Duties) {
      if (!Around->second.empty() && !isIn(*Owner, *Around->second.back()))
        continue;
      if (How == MissedExit::Throw) {
        leave(*Owner, {How, At.getBeginLoc()}, One);
        continue;
      }
      const auto Owes = One.Owes.find(Owner);
      if (Owed.OnExceptions && Owes != One.Owes.end() && Owes->second && Missed)
        (*Missed)[Owner].emplace(At.getBeginLoc(), MissedExit{How, At.getBeginLoc()});
    }
}

void DutyFlow::transfer(const Stmt &Element, State &Now) {
  if (isa<CXXThrowExpr>(Element))
    return thrown(Element, MissedExit::Throw, Now);
  if (isa<CoawaitExpr>(Element))
    thrown(Element, MissedExit::Escape, Now);
  for (DutyPath &One : Now.All)
    learn(Element, One);
  if (const auto *Call = dyn_cast<CallExpr>(&Element))
    if (const FunctionDecl *Callee = Call->getDirectCallee(); Callee && Callee->isNoReturn())
      for (DutyPath &One : Now.All)
        One.Owes.clear();
  // The coroutine's copies of its parameters end with it.
  if (isa<CoreturnStmt>(Element))
    for (DutyPath &One : Now.All)
      for (const auto &[Owner, Owed] : Known.Duties)
        if (isa<ParmVarDecl>(Owner))
          leave(*Owner, {MissedExit::Return, Element.getBeginLoc()}, One);
  const auto Found = Known.Events.find(&Element);
  if (Found == Known.Events.end())
    return;
  const Event &What = Found->second;
  const Duty &Owed = Known.Duties.at(What.Of);
  for (DutyPath &One : Now.All)
    switch (What.Is) {
    case Event::Step:
      if (Owed.AfterStep)
        One.Owes.emplace(What.Of, true);
      break;
    case Event::Done:
      One.Owes[What.Of] = false;
      break;
    case Event::Assigned:
      leave(*What.Of, {MissedExit::Overwritten, Element.getBeginLoc()}, One);
      if (makesOwing(What.Value, Owed))
        One.Owes[What.Of] = true;
      break;
    }
}

void DutyFlow::scopeEnded(const VarDecl &Local, const Stmt &By, State &Now) {
  MissedExit Exit{MissedExit::ScopeEnd, By.getEndLoc()};
  if (isa<ReturnStmt, CoreturnStmt>(By))
    Exit = {MissedExit::Return, By.getBeginLoc()};
  else if (isa<BreakStmt, ContinueStmt, GotoStmt>(By))
    Exit = {MissedExit::Jump, By.getBeginLoc()};
  for (DutyPath &One : Now.All) {
    leave(Local, Exit, One);
    if (const auto *Pair = dyn_cast<DecompositionDecl>(&Local))
      for (const BindingDecl *Binding : Pair->bindings())
        leave(*Binding, Exit, One);
  }
}

void DutyFlow::branch(const Expr &Condition, bool Taken, State &Now) {
  const Expr *Inner = strip(&Condition);
  bool Truth = Taken;
  while (const auto *Not = dyn_cast<UnaryOperator>(Inner)) {
    if (Not->getOpcode() != UO_LNot)
      break;
    Inner = strip(Not->getSubExpr());
    Truth = !Truth;
  }
  // An object that says false of itself is empty; so is a stream whose step does.
  const auto *Asked = dyn_cast<CXXMemberCallExpr>(Inner);
  const Expr *Object = Asked ? strip(Asked->getImplicitObjectArgument()) : Inner;
  const std::optional<Step> Awaited = awaitedStep(*Object, In.types());
  const ValueDecl *Tested = referred(entityOf(Awaited ? Awaited->On : Object));
  const auto Result = Known.Results.find(Tested);
  const bool IsStep = Awaited || Result != Known.Results.end();
  if (Result != Known.Results.end())
    Tested = Result->second;
  if (const auto Owed = Known.Duties.find(Tested);
      !Truth && Owed != Known.Duties.end() &&
      (IsStep ? Owed->second.UntilEnd : Asked && isa_and_nonnull<CXXConversionDecl>(Asked->getMethodDecl())))
    for (DutyPath &One : Now.All)
      if (const auto Owes = One.Owes.find(Tested); Owes != One.Owes.end())
        Owes->second = false;
  std::vector<DutyPath> Old = std::move(Now.All);
  Now.All.clear();
  const ValueDecl *Flag = Inner->getType()->isBooleanType() ? Tests.cursorOf(Inner) : nullptr;
  const auto *Local = dyn_cast_or_null<VarDecl>(Flag);
  for (DutyPath &One : Old) {
    if (const std::optional<bool> Value = Tests.value(Condition, One.Known); Value && *Value != Taken)
      continue;
    if (Local && Local->isLocalVarDeclOrParm() && Local->getType()->isBooleanType())
      One.Known.Constants[Flag] = llvm::APSInt(llvm::APInt(8, Truth));
    if (!llvm::is_contained(Now.All, One))
      Now.All.push_back(std::move(One));
  }
}

void DutyFlow::enter(const CFGBlock &Block, State &Now) {
  // The locals of a `try` are gone in its handlers.
  if (const auto Try =
          Block.getLabel() ? Known.TryOfHandler.find(Block.getLabel()) : Known.TryOfHandler.end();
      Try != Known.TryOfHandler.end())
    for (DutyPath &One : Now.All)
      for (const auto &[Owner, Owed] : Known.Duties)
        if (isIn(*Owner, *Try->second))
          One.Owes.erase(Owner);
  // The exit, which has number 0, by falling through.
  if (Block.getBlockID() == 0)
    for (DutyPath &One : Now.All)
      for (const auto &[Owner, Owed] : Known.Duties)
        if (isa<ParmVarDecl>(Owner))
          leave(*Owner, {MissedExit::ScopeEnd, Where.Body->getEndLoc()}, One);
}

} // namespace

std::vector<MissedDuty> missedDuties(const Unit &In, const Function &Where) {
  if (Where.IsDependent)
    return {};
  Owners Known;
  OwnerFinder(In, Where, Known);
  const Graph *Whole = Known.Duties.empty() ? nullptr : In.graph(Where);
  if (!Whole)
    return {};
  DutyFlow Flow(In, Where, Known);
  const auto AtEntry = solve(*Whole, Flow);
  if (!AtEntry)
    return {};
  std::map<const ValueDecl *, std::map<SourceLocation, MissedExit>> Missed;
  Flow.Missed = &Missed;
  for (const CFGBlock *Block : *Whole->flow())
    if (std::optional<DutyPaths> Now = (*AtEntry)[Block->getBlockID()]) {
      runBlock(*Whole, *Block, Flow, *Now);
      forEachSuccessor(*Block, Flow, *Now, [](const CFGBlock &, const DutyPaths &) {});
    }
  const SourceManager &Sources = In.context().getSourceManager();
  std::vector<MissedDuty> Sorted;
  for (auto &[Owner, Exits] : Missed) {
    if (Exits.empty())
      continue;
    MissedDuty One{Owner, Known.Duties.at(Owner), {}};
    for (auto &[At, Exit] : Exits)
      One.Exits.push_back(Exit);
    llvm::sort(One.Exits, [&](const MissedExit &Left, const MissedExit &Right) {
      return Sources.isBeforeInTranslationUnit(Left.At, Right.At);
    });
    // Any await may throw; the first one stands for all.
    bool Escaped = false;
    llvm::erase_if(One.Exits, [&](const MissedExit &Exit) {
      return Exit.How == MissedExit::Escape && std::exchange(Escaped, true);
    });
    Sorted.push_back(std::move(One));
  }
  llvm::sort(Sorted, [&](const MissedDuty &Left, const MissedDuty &Right) {
    return Sources.isBeforeInTranslationUnit(Left.Owner->getLocation(), Right.Owner->getLocation());
  });
  return Sorted;
}

} // namespace asynciter
