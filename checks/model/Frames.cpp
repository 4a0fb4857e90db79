// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Frames.h"

#include "model/EndTest.h"
#include "model/Graph.h"
#include "model/Names.h"
#include "model/Step.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace asynciter {

/// The local that an object is, or is a member of.
static const VarDecl *localOf(const Expr &Object) {
  const Expr *Whole = strip(&Object);
  while (const auto *Member = dyn_cast<MemberExpr>(Whole)) {
    if (Member->isArrow())
      return nullptr;
    Whole = strip(Member->getBase());
  }
  const auto *Named = dyn_cast<DeclRefExpr>(Whole);
  const auto *Local = Named ? dyn_cast<VarDecl>(Named->getDecl()) : nullptr;
  return Local && Local->hasLocalStorage() && !Local->getType()->isReferenceType() &&
                 !Named->refersToEnclosingVariableOrCapture()
             ? Local
             : nullptr;
}

/// Goes through a body once, and takes along what becomes of the value of each
/// expression.
class FrameWalk {
public:
  FrameWalk(const Unit &In, const Function &Where, FramesOf &Into) : In(In), Where(Where), Into(Into) {
    Scope = Where.Body->getEndLoc();
    for (const ParmVarDecl *Parameter : Where.Declared->parameters())
      Into.ScopeEnds[Parameter] = Scope;
  }

  void statement(const Stmt &Part);
  void value(const Expr &Written, Fate Becomes);

private:
  void declaration(const VarDecl &Variable);
  void call(const CallExpr &Call, Fate Becomes);
  void assignment(const Expr &Left, const Expr &Right);
  Fate fateOfArgument(const CallExpr &Call, const Expr &Argument, Fate OfResult) const;
  bool isFrame(QualType Type) const {
    return In.types().isCoroutine(Type) ||
           (!Type->isScalarType() && In.types().isAwaitable(Type) && !In.types().isResult(Type));
  }
  void parts(const Stmt &Whole, Fate Becomes) {
    forEachPart(Whole, [&](const Stmt &Part) {
      const auto *Written = dyn_cast<Expr>(&Part);
      Written ? value(*Written, Becomes) : statement(Part);
    });
  }

  const Unit &In;
  const Function &Where;
  FramesOf &Into;
  SourceLocation Scope, Loop;
};

void FrameWalk::statement(const Stmt &Part) {
  if (const auto *Written = dyn_cast<Expr>(&Part))
    return value(*Written, {Fate::Dropped});
  const SourceLocation Outer = Scope, OuterLoop = Loop;
  if (isa<CompoundStmt, ForStmt, CXXForRangeStmt, IfStmt, WhileStmt, SwitchStmt, CXXCatchStmt>(Part))
    Scope = Part.getEndLoc();
  if (isa<ForStmt, CXXForRangeStmt, WhileStmt, DoStmt>(Part))
    Loop = Part.getEndLoc();
  if (const auto *Declarations = dyn_cast<DeclStmt>(&Part)) {
    for (const Decl *Declared : Declarations->decls())
      if (const auto *Variable = dyn_cast<VarDecl>(Declared))
        declaration(*Variable);
  } else if (const auto *Return = dyn_cast<ReturnStmt>(&Part)) {
    if (Return->getRetValue())
      value(*Return->getRetValue(), {Fate::Returned});
  } else if (const auto *CoReturn = dyn_cast<CoreturnStmt>(&Part)) {
    if (CoReturn->getOperand())
      value(*CoReturn->getOperand(), {Fate::Returned});
  } else if (const auto *Loop = dyn_cast<CXXForRangeStmt>(&Part)) {
    if (Loop->getInit())
      statement(*Loop->getInit());
    if (Loop->getLoopVariable())
      Into.ScopeEnds[Loop->getLoopVariable()] = Scope;
    if (Loop->getRangeInit())
      value(*Loop->getRangeInit(), {Fate::LoopedOver});
    if (Loop->getBody())
      statement(*Loop->getBody());
  } else {
    forEachPart(Part, [&](const Stmt &Nested) { statement(Nested); });
  }
  Scope = Outer;
  Loop = OuterLoop;
}

void FrameWalk::declaration(const VarDecl &Variable) {
  Into.ScopeEnds[&Variable] = Scope;
  if (const auto *Bound = dyn_cast<DecompositionDecl>(&Variable))
    for (const BindingDecl *Binding : Bound->bindings())
      Into.ScopeEnds[Binding] = Scope;
  if (!Variable.getInit())
    return;
  const bool IsLocal = Variable.hasLocalStorage();
  value(*Variable.getInit(), {IsLocal ? Fate::Kept : Fate::Escaped, &Variable});
}

void FrameWalk::assignment(const Expr &Left, const Expr &Right) {
  if (const VarDecl *Local = localOf(Left)) {
    Into.Mentions[Local].push_back({Left.getExprLoc(), isa<DeclRefExpr>(strip(&Left))});
    return value(Right, {Fate::Kept, Local});
  }
  value(Left, {});
  value(Right, {Fate::Escaped, entityOf(&Left)});
}

/// What becomes of a frame that is an argument, or the object, of a call.
Fate FrameWalk::fateOfArgument(const CallExpr &Call, const Expr &Argument, Fate OfResult) const {
  if (!isFrame(Argument.getType()))
    return {};
  if (Call.isCallToStdMove())
    return OfResult;
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (Callee && In.libraries().spawns(qualifiedName(*Callee)))
    return OfResult.Is == Fate::Dropped ? Fate{Fate::Spawned, nullptr, &Call} : Fate{};
  // A step does not keep the stream, and so what happens to its result is no
  // matter; any other call that gives something to await hands the frame on.
  if (isFrame(Call.getType()))
    return stepOf(Call, In.types()) || Call.isLValue() ? Fate{} : OfResult;
  // `all.push_back(f(x))`
  const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
  const Expr *Object = Member ? Member->getImplicitObjectArgument() : nullptr;
  if (Object && Object != &Argument && Borrows(In).isOwner(Object->getType())) {
    const VarDecl *Local = localOf(*Object);
    return Local ? Fate{Fate::Kept, Local} : Fate{Fate::Escaped, entityOf(Object)};
  }
  return {};
}

void FrameWalk::call(const CallExpr &Call, Fate Becomes) {
  const Expr *Left = nullptr, *Right = nullptr;
  if (isAssignment(Call, Left, Right) && Becomes.Is != Fate::AwaitedAtOnce)
    return assignment(*Left, *Right);
  if (!Where.isCoroutine() && !Call.isCallToStdMove())
    Into.Waits.push_back(Call.getExprLoc());
  if (Call.isPRValue() && isFrame(Call.getType()))
    Into.All.push_back({&Call, Becomes, Loop});
  auto Given = [&](const Expr &Argument) {
    value(Argument, Becomes.Is == Fate::AwaitedAtOnce ? Becomes : fateOfArgument(Call, Argument, Becomes));
  };
  const auto *Callee = dyn_cast<MemberExpr>(Call.getCallee()->IgnoreParens());
  if (isa<CXXMemberCallExpr>(Call) && Callee) {
    // `task.resume()` runs a frame up to its first suspension.
    if (const auto *Method = dyn_cast<CXXMethodDecl>(Callee->getMemberDecl());
        Method && Method->getIdentifier() && llvm::is_contained({"resume", "start"}, Method->getName()))
      if (const VarDecl *Local = localOf(*Callee->getBase()); Local && isFrame(Local->getType()))
        Into.Started.insert(Local);
    Given(*Callee->getBase());
    for (const Expr *Argument : Call.arguments())
      Given(*Argument);
    return;
  }
  forEachPart(Call, [&](const Stmt &Part) {
    if (const auto *Argument = dyn_cast<Expr>(&Part))
      Given(*Argument);
  });
}

void FrameWalk::value(const Expr &Written, Fate Becomes) {
  if (isa<CoawaitExpr, CoyieldExpr, DependentCoawaitExpr>(Written)) {
    parts(Written, {Fate::AwaitedAtOnce});
    Into.Waits.push_back(Written.getExprLoc());
    return;
  }
  if (const auto *Named = dyn_cast<DeclRefExpr>(&Written)) {
    Into.Mentions[Named->getDecl()].push_back({Named->getLocation(), false});
    if (Becomes.Is == Fate::Returned || Becomes.Is == Fate::Escaped || Becomes.Is == Fate::Spawned)
      Into.MovedOn.emplace(Named->getDecl(), Becomes);
    return;
  }
  if (const auto *Member = dyn_cast<MemberExpr>(&Written)) {
    Into.Mentions[Member->getMemberDecl()].push_back({Member->getExprLoc(), false});
    return parts(Written, Becomes.Is == Fate::AwaitedAtOnce ? Becomes : Fate{});
  }
  if (Becomes.Is == Fate::AwaitedAtOnce && !isa<CallExpr>(Written))
    return parts(Written, Becomes);
  if (const auto *Call = dyn_cast<CallExpr>(&Written))
    return call(*Call, Becomes);
  const Expr *Left = nullptr, *Right = nullptr;
  if (isAssignment(Written, Left, Right))
    return assignment(*Left, *Right);
  if (const auto *Comma = dyn_cast<BinaryOperator>(&Written); Comma && Comma->isCommaOp()) {
    value(*Comma->getLHS(), {Fate::Dropped});
    return value(*Comma->getRHS(), Becomes);
  }
  if (const auto *Choice = dyn_cast<ConditionalOperator>(&Written)) {
    value(*Choice->getCond(), {});
    value(*Choice->getTrueExpr(), Becomes);
    return value(*Choice->getFalseExpr(), Becomes);
  }
  if (const auto *Lambda = dyn_cast<LambdaExpr>(&Written)) {
    for (const LambdaCapture &Capture : Lambda->captures())
      if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
        Into.Mentions[Capture.getCapturedVar()].push_back({Lambda->getBeginLoc(), false});
    return parts(Written, {Fate::Escaped});
  }
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Written);
      Construct && !Construct->getConstructor()->isCopyOrMoveConstructor()) {
    // An object that holds frames is one with them; what others do is not known.
    const bool Holds = isFrame(Construct->getType()) || Borrows(In).isOwner(Construct->getType()) ||
                       In.libraries().isHolder(className(Construct->getType()));
    return parts(Written, Holds ? Becomes : Fate{});
  }
  const bool IsTransparent =
      isa<CastExpr, FullExpr, MaterializeTemporaryExpr, CXXBindTemporaryExpr, ParenExpr, CXXConstructExpr,
          InitListExpr, CXXDefaultArgExpr, CXXDefaultInitExpr>(Written);
  parts(Written, IsTransparent ? Becomes : Fate{});
}

FramesOf::FramesOf(const Unit &In, const Function &Where) : In(In), Where(Where) {
  if (Where.IsDependent)
    return;
  FrameWalk Walk(In, Where, *this);
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(Where.Declared))
    for (const CXXCtorInitializer *Initialiser : Constructor->inits())
      if (Initialiser->isWritten() && Initialiser->getInit())
        Walk.value(*Initialiser->getInit(), {Fate::Escaped, Initialiser->getAnyMember()});
  Walk.statement(*Where.Body);
}

Fate FramesOf::fateOf(const Frame &Made) const {
  if (Made.Becomes.Is == Fate::Kept)
    if (const auto Later = MovedOn.find(Made.Becomes.In); Later != MovedOn.end())
      return Later->second;
  return Made.Becomes;
}

SourceLocation FramesOf::scopeEnd(const ValueDecl &Local) const {
  const auto Known = ScopeEnds.find(&Local);
  return Known == ScopeEnds.end() ? SourceLocation() : Known->second;
}

bool FramesOf::isMentionedBehind(const ValueDecl &Named, SourceLocation At) const {
  const auto Known = Mentions.find(&Named);
  if (Known == Mentions.end())
    return false;
  const SourceManager &Sources = In.context().getSourceManager();
  for (const Mention &One : Known->second)
    if (Sources.isBeforeInTranslationUnit(At, One.At))
      return !One.IsReassigned;
  return false;
}

/// Something between the call and the end of the local may wait for the frame.
bool FramesOf::isWaitedFor(const Frame &Made, const VarDecl &Local) const {
  const SourceManager &Sources = In.context().getSourceManager();
  const Expr *From = Made.Becomes.By ? Made.Becomes.By : Made.Call;
  const SourceLocation End = scopeEnd(Local);
  // A loop around the call goes on, and waits, within the local's life.
  if (Made.LoopEnd.isValid() && Sources.isBeforeInTranslationUnit(Made.LoopEnd, End))
    return true;
  // Who looks at it afterwards expects the coroutine to be done.
  return End.isInvalid() || isMentionedBehind(Local, From->getEndLoc()) ||
         llvm::any_of(Waits, [&](SourceLocation Wait) {
           return Sources.isBeforeInTranslationUnit(From->getEndLoc(), Wait) &&
                  Sources.isBeforeInTranslationUnit(Wait, End);
         });
}

static bool startsAtOnce(const CallExpr &Call, const Types &Shapes) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const FunctionDecl *Definition = Callee ? Callee->getDefinition() : nullptr;
  const auto *Body = Definition ? dyn_cast_or_null<CoroutineBodyStmt>(Definition->getBody()) : nullptr;
  const CXXRecordDecl *Promise = Body ? classOf(Body->getPromiseDecl()->getType()) : nullptr;
  return (Promise ? Types::startOf(*Promise) : Shapes.startOf(Call.getType())) == Types::Start::AtOnce;
}

Gone FramesOf::goneBefore(const Frame &Made, const Lender &From) const {
  const Fate Becomes = fateOf(Made);
  if (Becomes.Is == Fate::Unknown || Becomes.Is == Fate::AwaitedAtOnce)
    return Gone::Never;
  const bool StartsAtOnce = startsAtOnce(*Made.Call, In.types());
  if (Becomes.Is == Fate::Dropped && !StartsAtOnce)
    return Gone::Never;
  if (From.Is == Lender::Temporary) {
    const auto *Local = dyn_cast_or_null<VarDecl>(Made.Becomes.Is == Fate::Kept ? Made.Becomes.In : nullptr);
    return Local && !StartsAtOnce && !Local->isReferenced() ? Gone::Never : Gone::AfterExpression;
  }
  const auto *Local = dyn_cast_or_null<VarDecl>(From.Variable);
  if (From.Is != Lender::Local || !Local || Local->getDeclContext() != Where.Declared)
    return Gone::Never;
  switch (Becomes.Is) {
  case Fate::Returned:
    return Gone::AfterFunction;
  case Fate::Escaped:
    // What is iterated here and now may be kept anywhere.
    return !Becomes.In || isMentionedBehind(*Becomes.In, Made.Call->getEndLoc()) || isWaitedFor(Made, *Local)
               ? Gone::Never
               : Gone::AfterFunction;
  case Fate::Dropped:
  case Fate::Spawned:
    return isWaitedFor(Made, *Local) ? Gone::Never : Gone::AfterScope;
  case Fate::Kept: {
    const SourceManager &Sources = In.context().getSourceManager();
    const SourceLocation Mine = scopeEnd(*Local), Its = scopeEnd(*Becomes.In);
    const bool IsInside = Mine.isValid() && Its.isValid() && Sources.isBeforeInTranslationUnit(Mine, Its);
    return IsInside && isMentionedBehind(*Becomes.In, Mine) ? Gone::AfterScope : Gone::Never;
  }
  default:
    return Gone::Never;
  }
}

const FramesOf &Frames::of(const Function &Where) const {
  std::unique_ptr<FramesOf> &Known = Walked[Where.Declared];
  if (!Known)
    Known = std::make_unique<FramesOf>(In, Where);
  return *Known;
}

/// Calls `Visit` for each thing that an expression mentions of what the function
/// was given: parameters, or null for its object and captures.
static void givenIn(const Stmt &Element, llvm::function_ref<void(const ValueDecl *)> Visit) {
  if (const auto *Named = dyn_cast<DeclRefExpr>(&Element)) {
    if (Named->refersToEnclosingVariableOrCapture())
      Visit(nullptr);
    else if (isa<ParmVarDecl>(Named->getDecl()))
      Visit(Named->getDecl());
  } else if (isa<CXXThisExpr>(Element)) {
    Visit(nullptr);
  }
}

/// Mentions that only say that a parameter is not used: `(void)name`.
static void addDiscarded(const Stmt &Part, llvm::DenseSet<const Stmt *> &To) {
  if (const auto *Cast = dyn_cast<CastExpr>(&Part); Cast && Cast->getCastKind() == CK_ToVoid)
    To.insert(Cast->getSubExpr()->IgnoreParens());
  forEachPart(Part, [&](const Stmt &Nested) { addDiscarded(Nested, To); });
}

namespace {
/// What a coroutine uses behind one of its suspensions.
struct UseFlow {
  struct State {
    bool Behind = false;
    bool join(const State &Other) {
      const bool Changed = Other.Behind && !Behind;
      Behind |= Other.Behind;
      return Changed;
    }
  };
  llvm::DenseMap<const ValueDecl *, bool> *Used;
  llvm::DenseSet<const Stmt *> Discarded = {};

  State atEntry() { return {}; }
  void transfer(const Stmt &Element, State &Now) {
    if (isSuspension(Element))
      Now.Behind = true;
    else if (!Discarded.contains(&Element))
      givenIn(Element, [&](const ValueDecl *Given) { (*Used)[Given] |= Now.Behind; });
  }
  void branch(const Expr &, bool, State &) {}
  void dispatch(const Expr &, State &) {}
  void enter(const CFGBlock &, State &) {}
  void destroyed(const Stmt &, const State &) {}
};
} // namespace

static void addMentioned(const Stmt &Part, llvm::DenseMap<const ValueDecl *, bool> &To) {
  givenIn(Part, [&](const ValueDecl *Given) { To.try_emplace(Given, false); });
  forEachPart(Part, [&](const Stmt &Nested) { addMentioned(Nested, To); });
}

/// What the function mentions of what it was given: true where behind a
/// suspension.
const Frames::Uses &Frames::usesOf(const Function &Coroutine) const {
  const auto [Known, IsNew] = Used.try_emplace(Coroutine.Declared);
  if (!IsNew)
    return Known->second;
  if (const Graph *Whole = In.graph(Coroutine)) {
    UseFlow Flow{&Known->second};
    addDiscarded(*Coroutine.Body, Flow.Discarded);
    // The last visit of each block has the state that holds.
    solve(*Whole, Flow);
  } else {
    addMentioned(*Coroutine.Body, Known->second);
  }
  return Known->second;
}

bool Frames::usesBehindSuspension(const Function &Coroutine, const ParmVarDecl *Given) const {
  return usesOf(Coroutine).lookup(Given);
}

bool Frames::usesLater(const FunctionDecl &Coroutine, const ParmVarDecl *Given) const {
  const auto &Body = *cast<CoroutineBodyStmt>(Coroutine.getBody());
  const CXXRecordDecl *Promise = classOf(Body.getPromiseDecl()->getType());
  const bool IsLazy = Promise && Types::startOf(*Promise) == Types::Start::WhenAwaited;
  const Function *Known = In.find(Coroutine);
  if (Known)
    return IsLazy ? usesOf(*Known).contains(Given) : usesBehindSuspension(*Known, Given);
  // In a system header: only whether it mentions it.
  Uses Mentioned;
  if (IsLazy)
    addMentioned(*Body.getBody(), Mentioned);
  return Mentioned.contains(Given);
}

void Frames::ofCoroutine(const FunctionDecl &Coroutine, std::vector<Keeps> &Found) const {
  for (const ParmVarDecl *Parameter : Coroutine.parameters())
    if (Known.isBorrow(Parameter->getType()) && usesLater(Coroutine, Parameter)) {
      // A closure that calls itself by reference is no argument.
      const bool IsObject = Parameter->isExplicitObjectParameter() && Parameter->getType()->isReferenceType();
      Found.push_back({IsObject ? -1 : int(Parameter->getFunctionScopeIndex()),
                       IsObject ? nullptr : Parameter,
                       &Coroutine,
                       {}});
    }
  const auto *Method = dyn_cast<CXXMethodDecl>(&Coroutine);
  if (Method && Method->isImplicitObjectMemberFunction() && usesLater(Coroutine, nullptr))
    Found.push_back({-1, nullptr, &Coroutine, {}});
}

void Frames::ofWrapper(const Function &Wrapper, std::vector<Keeps> &Found) const {
  const FramesOf &Made = of(Wrapper);
  for (const Frame &One : Made.frames()) {
    if (Made.fateOf(One).Is != Fate::Returned)
      continue;
    const bool IsStarted = One.Becomes.Is == Fate::Kept && Made.isStarted(*One.Becomes.In);
    for (const Loan &Passed : loans(*One.Call)) {
      const Function *Coroutine = IsStarted ? In.find(*Passed.Coroutine) : nullptr;
      if (Coroutine && Passed.Through.empty() && !usesBehindSuspension(*Coroutine, Passed.Parameter))
        continue;
      const auto *Parameter = dyn_cast_or_null<ParmVarDecl>(Passed.From.Variable);
      const bool OfParameter =
          Passed.From.Is == Lender::Parameter && Parameter && Parameter->getDeclContext() == Wrapper.Declared;
      if (!OfParameter && Passed.From.Is != Lender::This)
        continue;
      std::vector<const CallExpr *> Through{One.Call};
      Through.insert(Through.end(), Passed.Through.begin(), Passed.Through.end());
      const bool IsObject =
          !OfParameter || (Parameter->isExplicitObjectParameter() && Parameter->getType()->isReferenceType());
      Found.push_back({IsObject ? -1 : int(Parameter->getFunctionScopeIndex()), Passed.Parameter,
                       Passed.Coroutine, std::move(Through), Passed.From.ByValue});
    }
  }
}

std::vector<Frames::Keeps> Frames::findKeeps(const FunctionDecl &Callee) const {
  std::vector<Keeps> Found;
  const FunctionDecl *Definition = Callee.getDefinition();
  if (Definition && isa_and_nonnull<CoroutineBodyStmt>(Definition->getBody())) {
    ofCoroutine(*Definition, Found);
    return Found;
  }
  if (const Function *Wrapper = Definition ? In.find(*Definition) : nullptr) {
    ofWrapper(*Wrapper, Found);
    return Found;
  }
  // Defined elsewhere. What returns a coroutine's type, and is not said to be a
  // wrapper, is a coroutine; only that it starts late makes all its parameters
  // be used late.
  const SourceManager &Sources = In.context().getSourceManager();
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  const bool HandsOn = Method && In.libraries().isCallable(qualifiedName(*Method->getParent()));
  const bool IsElsewhere = !Definition && !Sources.isInSystemHeader(Callee.getLocation());
  if (!(HandsOn || IsElsewhere) || Callee.hasAttr<CoroWrapperAttr>() ||
      Callee.hasAttr<CoroDisableLifetimeBoundAttr>() ||
      In.types().startOf(Callee.getReturnType()) != Types::Start::WhenAwaited)
    return Found;
  // What is given up to a function is most often moved from, by one that is not
  // the coroutine itself.
  for (const ParmVarDecl *Parameter : Callee.parameters())
    if (Known.isBorrow(Parameter->getType()) && !Parameter->isExplicitObjectParameter() &&
        !Parameter->getType()->isRValueReferenceType())
      Found.push_back({int(Parameter->getFunctionScopeIndex()), Parameter, &Callee, {}});
  return Found;
}

const std::vector<Frames::Keeps> &Frames::keeps(const FunctionDecl &Callee) const {
  // A function that is being looked at borrows nothing of itself.
  const auto [Known, IsNew] = Kept.try_emplace(Callee.getCanonicalDecl());
  if (IsNew) {
    std::vector<Keeps> Found = findKeeps(Callee);
    Kept[Callee.getCanonicalDecl()] = std::move(Found);
  }
  return Kept[Callee.getCanonicalDecl()];
}

std::set<int> Frames::kept(const FunctionDecl &Callee) const {
  std::set<int> Found;
  for (const Keeps &One : keeps(Callee))
    Found.insert(One.Parameter);
  return Found;
}

std::vector<Loan> Frames::loans(const CallExpr &Call) const {
  std::vector<Loan> Found;
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return Found;
  for (const Keeps &One : keeps(*Callee)) {
    const Expr *Argument = One.Parameter < 0 ? objectOf(Call) : argumentFor(Call, One.Parameter);
    if (!Argument)
      continue;
    const bool ByArrow = One.Parameter < 0 && Argument->getType()->isPointerType();
    std::vector<Lender> Lenders =
        One.ByValue || ByArrow ? Known.held(*Argument)
        : One.Parameter >= 0   ? Known.lenders(*Argument, Callee->getParamDecl(One.Parameter)->getType())
                               : Known.referents(*Argument);
    for (const Lender &From : Lenders)
      Found.push_back({From, Argument, One.Kept, One.Coroutine, One.Through});
  }
  return Found;
}

} // namespace asynciter
