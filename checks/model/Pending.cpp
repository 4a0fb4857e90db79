// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Pending.h"

#include "model/EndTest.h"
#include "model/Graph.h"
#include "model/Names.h"
#include "model/Step.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace asynciter {

namespace {

/// The variable, or member of `*this`, that is a stream or leads to one; null for
/// what is part of another object, which its name does not tell apart.
const ValueDecl *streamOf(const Expr &Written) {
  const Expr *Inner = strip(&Written);
  if (const auto *Member = dyn_cast<MemberExpr>(Inner);
      Member && !isa<CXXThisExpr>(Member->getBase()->IgnoreImpCasts()))
    return nullptr;
  if (const auto *Unary = dyn_cast<UnaryOperator>(Inner))
    return Unary->getOpcode() == UO_Deref || Unary->getOpcode() == UO_AddrOf ? streamOf(*Unary->getSubExpr())
                                                                             : nullptr;
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Inner))
    return Operator->getOperator() == OO_Star || Operator->getOperator() == OO_Arrow
               ? streamOf(*Operator->getArg(0))
               : nullptr;
  return isa<DeclRefExpr, MemberExpr>(Inner) ? referred(entityOf(Inner)) : nullptr;
}

/// What expressions do to streams.
class Steppers {
public:
  explicit Steppers(const Unit &In) : In(In), Shapes(In.types()) {}

  /// The steps that running an awaitable takes.
  void collect(const Expr &Awaitable, std::vector<Stepper> &Found) const;
  /// Whether what the expression makes runs from then on.
  bool isEager(const Expr &Awaitable) const {
    return Shapes.startOf(Awaitable.getType()) == Types::Start::AtOnce ||
           In.libraries().isEager(className(Awaitable.getType()));
  }
  /// Locals that hold an awaitable which was made from a step.
  std::map<const ValueDecl *, const Expr *> Stored;

private:
  void ofCoroutine(const CallExpr &Call, std::vector<Stepper> &Found) const;
  bool stepsItself(const Stmt &Body, const ValueDecl &Stream) const;

  const Unit &In;
  const Types &Shapes;
};

bool Steppers::stepsItself(const Stmt &Part, const ValueDecl &Stream) const {
  if (isa<CoawaitExpr>(Part))
    if (const std::optional<Step> Awaited = awaitedStep(cast<Expr>(Part), Shapes);
        Awaited && !Awaited->IsAdvance && streamOf(*Awaited->On) == &Stream)
      return true;
  bool Found = false;
  forEachPart(Part, [&](const Stmt &Nested) { Found = Found || stepsItself(Nested, Stream); });
  return Found;
}

/// A coroutine in sight that steps a stream which it has by reference.
void Steppers::ofCoroutine(const CallExpr &Call, std::vector<Stepper> &Found) const {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const Function *Body = Callee ? In.find(*Callee) : nullptr;
  if (!Body || Body->Kind != FunctionKind::Task || Body->IsDependent)
    return;
  const bool IsOperator = isa<CXXOperatorCallExpr>(Call) && isa<CXXMethodDecl>(Callee);
  for (unsigned At = 0; At != Body->Declared->getNumParams(); ++At) {
    const ParmVarDecl &Parameter = *Body->Declared->getParamDecl(At);
    const QualType Type = Parameter.getType();
    if (At + IsOperator >= Call.getNumArgs() || !(Type->isLValueReferenceType() || Type->isPointerType()) ||
        !Shapes.isGenerator(Type->getPointeeType()))
      continue;
    if (const ValueDecl *Lent = streamOf(*Call.getArg(At + IsOperator));
        Lent && stepsItself(*Body->Body, Parameter))
      Found.push_back({&Call, Lent});
  }
  const auto *Method = dyn_cast<CXXMethodDecl>(Body->Declared);
  if (!Method || !Method->getParent()->isLambda())
    return;
  for (const LambdaCapture &Capture : Method->getParent()->captures())
    if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
      if (const ValueDecl *Captured = Capture.getCapturedVar();
          Shapes.isGenerator(Captured->getType().getNonReferenceType()) &&
          stepsItself(*Body->Body, *Captured))
        Found.push_back({&Call, referred(Captured)});
}

void Steppers::collect(const Expr &Awaitable, std::vector<Stepper> &Found) const {
  const Expr *Inner = strip(&Awaitable);
  if (const auto *Named = dyn_cast<DeclRefExpr>(Inner)) {
    if (const auto Kept = Stored.find(Named->getDecl()); Kept != Stored.end())
      collect(*Kept->second, Found);
    return;
  }
  if (isa<CoawaitExpr>(Inner))
    return;
  if (const std::optional<Step> Direct = stepOf(*Inner, Shapes)) {
    const ValueDecl *Stream = Direct->IsAdvance ? nullptr : streamOf(*Direct->On);
    QualType Type = Direct->On->getType();
    if (Type->isPointerType())
      Type = Type->getPointeeType();
    if (Stream && Shapes.isGenerator(Type))
      Found.push_back({Inner, Stream});
    return;
  }
  const auto *Call = dyn_cast<CallExpr>(Inner);
  if (!Call)
    return;
  const std::size_t Before = Found.size();
  ofCoroutine(*Call, Found);
  if (Found.size() != Before)
    return;
  // A call that wraps awaitables: a timeout, a change of executor.
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call))
    if (Shapes.isAwaitable(Member->getImplicitObjectArgument()->getType()))
      collect(*Member->getImplicitObjectArgument(), Found);
  for (const Expr *Argument : Call->arguments())
    if (Shapes.isAwaitable(Argument->getType()))
      collect(*Argument, Found);
}

struct Event {
  enum Kind {
    Steps,    ///< a step that is awaited here
    Starts,   ///< one that runs on by itself, held by `Holder` or by nobody
    Waits,    ///< something else is awaited
    Calls,    ///< a function that may resume anything
    Finishes, ///< `Holder` is awaited, or has got to somebody else
    Forgets,  ///< a method of the stream may have ended its step
    Moves,
    Assigns,
  };
  Kind Is;
  Stepper What = {};
  const ValueDecl *Holder = nullptr;
};

using Events = llvm::DenseMap<const Stmt *, std::vector<Event>>;

class EventFinder {
public:
  EventFinder(const Unit &In, const Function &Where, Events &Found, std::vector<Overlap> &Overlaps)
      : In(In), Known(In), Found(Found), Overlaps(Overlaps) {
    forEachLocal(*Where.Body, [&](const VarDecl &Local) {
      std::vector<Stepper> Steps;
      if (Local.getInit() && !Local.getType()->isReferenceType())
        Known.collect(*Local.getInit(), Steps);
      if (!Steps.empty() && In.types().isAwaitable(Local.getType()))
        Known.Stored[&Local] = Local.getInit();
    });
    forEachDropped(*Where.Body, [&](const Expr &Value) { started(Value, nullptr); });
    visit(*Where.Body);
  }

private:
  void started(const Expr &Value, const ValueDecl *Holder) {
    const Expr *Inner = strip(&Value);
    std::vector<Stepper> Steps;
    if (!isa<CallExpr>(Inner) || !Known.isEager(*Inner))
      return;
    Known.collect(*Inner, Steps);
    for (const Stepper &One : Steps)
      Found[Inner].push_back({Event::Starts, One, Holder});
  }

  /// A call that runs its arguments beside each other. It is not known how long
  /// those run which it does not wait for.
  void combined(const CallExpr &Call) {
    std::map<const ValueDecl *, Stepper> First;
    for (const Expr *Argument : Call.arguments()) {
      std::vector<Stepper> Steps;
      Known.collect(*Argument, Steps);
      for (const Stepper &One : Steps) {
        const auto [Other, IsNew] = First.emplace(One.Stream, One);
        if (!IsNew)
          Overlaps.push_back({Other->second, One, &Call});
        else
          Found[&Call].push_back({Event::Steps, One});
      }
    }
  }

  void spawned(const CallExpr &Call) {
    for (const Expr *Argument : Call.arguments()) {
      std::vector<Stepper> Steps;
      Known.collect(*Argument, Steps);
      for (const Stepper &One : Steps)
        Found[&Call].push_back({Event::Starts, One});
    }
  }

  void visitCall(const CallExpr &Call) {
    const FunctionDecl *Callee = Call.getDirectCallee();
    const std::string Name = Callee ? qualifiedName(*Callee) : std::string();
    if (In.libraries().combines(Name))
      combined(Call);
    else if (In.libraries().spawns(Name) && !Awaited.contains(&Call))
      spawned(Call);
    // What is called for its effect may resume whoever waits.
    if (Call.getType()->isVoidType() && !Found.count(&Call))
      Found[&Call].push_back({Event::Calls});
    if (Call.isCallToStdMove())
      if (const auto *Named = dyn_cast<DeclRefExpr>(strip(Call.getArg(0))))
        if (In.types().isGenerator(Named->getType()))
          Found[&Call].push_back({Event::Moves, {&Call, referred(Named->getDecl())}});
    if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
        Member && Member->getMethodDecl() && !Member->getMethodDecl()->isConst() && !stepOf(Call, In.types()))
      if (const ValueDecl *Object = streamOf(*Member->getImplicitObjectArgument()))
        Found[&Call].push_back({Event::Forgets, {&Call, Object}});
  }

  void visit(const Stmt &Part) {
    const Expr *Left = nullptr, *Right = nullptr;
    if (const auto *Await = dyn_cast<CoawaitExpr>(&Part)) {
      const Expr *Operand = strip(Await->getOperand());
      Awaited.insert(Operand);
      std::vector<Stepper> Steps;
      const auto *Held = dyn_cast<DeclRefExpr>(Operand);
      if (Held && Holders.contains(Held->getDecl())) {
        Found[Await].push_back({Event::Finishes, {}, Held->getDecl()});
        return;
      }
      if (const std::optional<Step> Object = awaitedStep(*Await, In.types());
          Object && Object->Way == Protocol::AwaitedObject)
        if (const ValueDecl *Stream = streamOf(*Object->On))
          Steps.push_back({Await, Stream});
      Known.collect(*Operand, Steps);
      if (Steps.empty())
        Found[Await].push_back({Event::Waits});
      else if (const auto *Call = dyn_cast<CallExpr>(Operand);
               !Call || !Call->getDirectCallee() ||
               !In.libraries().combines(qualifiedName(*Call->getDirectCallee())))
        for (const Stepper &One : Steps)
          Found[Await].push_back({Event::Steps, One});
    } else if (isa<CoyieldExpr>(Part)) {
      Found[&Part].push_back({Event::Waits});
    } else if (const auto *Declarations = dyn_cast<DeclStmt>(&Part)) {
      for (const Decl *Declared : Declarations->decls())
        if (const auto *Local = dyn_cast<VarDecl>(Declared); Local && Known.Stored.count(Local))
          if (Known.isEager(*strip(Local->getInit()))) {
            Holders.insert(Local);
            started(*Local->getInit(), Local);
          }
    } else if (const auto *Written = dyn_cast<Expr>(&Part); Written && isAssignment(*Written, Left, Right)) {
      if (const auto *Named = dyn_cast<DeclRefExpr>(strip(Left))) {
        Found[&Part].push_back({Event::Assigns, {Written, referred(Named->getDecl())}});
        visit(*Right);
        return;
      }
    } else if (const auto *Named = dyn_cast<DeclRefExpr>(&Part)) {
      if (Holders.contains(Named->getDecl()))
        Found[Named].push_back({Event::Finishes, {}, Named->getDecl()});
    } else if (const auto *Lambda = dyn_cast<LambdaExpr>(&Part)) {
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable() && Holders.contains(Capture.getCapturedVar()))
          Found[Lambda].push_back({Event::Finishes, {}, Capture.getCapturedVar()});
    }
    if (const auto *Call = dyn_cast<CallExpr>(&Part))
      visitCall(*Call);
    forEachPart(Part, [&](const Stmt &Nested) { visit(Nested); });
  }

  const Unit &In;
  Steppers Known;
  Events &Found;
  std::vector<Overlap> &Overlaps;
  /// Locals whose awaitable runs by itself.
  llvm::DenseSet<const ValueDecl *> Holders;
  /// The operands of awaits.
  llvm::DenseSet<const Expr *> Awaited;
};

struct Running {
  Stepper What;
  const ValueDecl *Holder;
  bool operator==(const Running &Other) const {
    return What.Call == Other.What.Call && Holder == Other.Holder;
  }
};

/// The step of each stream that may be pending.
struct PendingState {
  std::map<const ValueDecl *, Running> Now;
  bool join(const PendingState &Other) {
    const std::size_t Before = Now.size();
    Now.insert(Other.Now.begin(), Other.Now.end());
    return Now.size() != Before;
  }
};

class PendingFlow {
public:
  using State = PendingState;

  PendingFlow(const Unit &In, const Events &Known) : In(In), Known(Known) {}

  State atEntry() { return {}; }
  void destroyed(const Stmt &, const State &) {}
  void branch(const Expr &, bool, State &) {}
  void dispatch(const Expr &, State &) {}
  void enter(const CFGBlock &, State &) {}

  void transfer(const Stmt &Element, State &On) {
    if (const auto *Declarations = dyn_cast<DeclStmt>(&Element))
      for (const Decl *Declared : Declarations->decls())
        if (const auto *Local = dyn_cast<ValueDecl>(Declared))
          On.Now.erase(Local);
    const auto Found = Known.find(&Element);
    if (Found != Known.end())
      for (const Event &One : Found->second)
        apply(One, On);
  }

  void scopeEnded(const VarDecl &Local, const Stmt &By, State &On) {
    eraseIf(On, [&](const Running &One) { return One.Holder == &Local; });
    if (In.types().isGenerator(Local.getType()))
      lose(Local, LostStream::Destroyed, isa<CompoundStmt>(By) ? By.getEndLoc() : By.getBeginLoc(), On);
  }

  /// Where findings are put; null until the states are final.
  PendingSteps *Result = nullptr;

private:
  template <typename Which> static void eraseIf(State &On, Which IsIt) {
    for (auto One = On.Now.begin(); One != On.Now.end();)
      One = IsIt(One->second) ? On.Now.erase(One) : std::next(One);
  }

  void lose(const ValueDecl &Stream, LostStream::Kind How, SourceLocation At, State &On) {
    const auto Pending = On.Now.find(&Stream);
    if (Pending == On.Now.end())
      return;
    if (Result)
      Result->Lost.push_back({How, At, Pending->second.What});
    On.Now.erase(Pending);
  }

  void apply(const Event &One, State &On) {
    const auto Pending = One.What.Stream ? On.Now.find(One.What.Stream) : On.Now.end();
    switch (One.Is) {
    case Event::Steps:
    case Event::Starts:
      if (Pending != On.Now.end() && Result)
        Result->Overlaps.push_back({Pending->second.What, One.What});
      if (Pending != On.Now.end())
        On.Now.erase(Pending);
      // What was spawned may come to its end while something is awaited.
      if (One.Is == Event::Starts)
        On.Now.insert({One.What.Stream, {One.What, One.Holder}});
      else
        eraseIf(On, [](const Running &Other) { return !Other.Holder; });
      break;
    case Event::Waits:
      eraseIf(On, [](const Running &Other) { return !Other.Holder; });
      break;
    case Event::Calls:
      On.Now.clear();
      break;
    case Event::Finishes:
      eraseIf(On, [&](const Running &Other) { return Other.Holder == One.Holder; });
      break;
    case Event::Forgets:
      if (Pending != On.Now.end())
        On.Now.erase(Pending);
      break;
    case Event::Moves:
      lose(*One.What.Stream, LostStream::Moved, One.What.Call->getExprLoc(), On);
      break;
    case Event::Assigns:
      if (In.types().isGenerator(One.What.Stream->getType()))
        lose(*One.What.Stream, LostStream::Assigned, One.What.Call->getExprLoc(), On);
      else
        On.Now.erase(One.What.Stream);
      break;
    }
  }

  const Unit &In;
  const Events &Known;
};

PendingSteps pendingSteps(const Unit &In, const Function &Where) {
  PendingSteps Result;
  if (Where.IsDependent || !Where.isCoroutine())
    return Result;
  Events Known;
  std::vector<Overlap> Together;
  EventFinder(In, Where, Known, Together);
  const Graph *Whole = In.graph(Where);
  if (!Whole)
    return Result;
  for (const Overlap &One : Together)
    if (Whole->isReachable(*One.Together))
      Result.Overlaps.push_back(One);
  const bool AnyStarts = llvm::any_of(Known, [](const auto &Entry) {
    return llvm::any_of(Entry.second, [](const Event &One) { return One.Is == Event::Starts; });
  });
  if (AnyStarts) {
    PendingFlow Flow(In, Known);
    if (const auto AtEntry = solve(*Whole, Flow)) {
      Flow.Result = &Result;
      for (const CFGBlock *Block : *Whole->flow())
        if (std::optional<PendingState> Now = (*AtEntry)[Block->getBlockID()])
          runBlock(*Whole, *Block, Flow, *Now);
    }
  }
  const SourceManager &Sources = In.context().getSourceManager();
  auto Before = [&](SourceLocation Left, SourceLocation Right) {
    return Sources.isBeforeInTranslationUnit(Left, Right);
  };
  llvm::sort(Result.Overlaps, [&](const Overlap &Left, const Overlap &Right) {
    return Before(Left.Second.Call->getExprLoc(), Right.Second.Call->getExprLoc());
  });
  llvm::sort(Result.Lost,
             [&](const LostStream &Left, const LostStream &Right) { return Before(Left.At, Right.At); });
  return Result;
}

} // namespace

const PendingSteps &PendingFacts::of(const Function &Where) const {
  const auto [Known, IsNew] = Found.try_emplace(Where.Declared);
  if (IsNew)
    Known->second = pendingSteps(In, Where);
  return Known->second;
}

} // namespace asynciter
