// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Follows a few paths at once rather than one joined state: a flag that
// remembers a test, two streams that are merged, and an early return all depend
// on which way control came.
#include "model/EndState.h"

#include "model/Changes.h"
#include "model/EndTest.h"
#include "model/Graph.h"
#include "model/Names.h"
#include "model/Step.h"
#include "model/Walk.h"
#include "model/Yields.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace asynciter {

namespace {

/// The paths that lead to one point. Past `Most` they are merged into one, which
/// says less, and so is believed only where a step was not tested at all.
struct Paths {
  static constexpr std::size_t Most = 16;

  std::vector<Path> All;
  bool Merged = false;

  bool join(const Paths &Other);
  void add(Path One) {
    if (!llvm::is_contained(All, One))
      All.push_back(std::move(One));
  }
  void merge();
};

bool Paths::join(const Paths &Other) {
  const std::vector<Path> Before = All;
  const bool WasMerged = Merged;
  for (const Path &One : Other.All)
    add(One);
  if (Merged || Other.Merged || All.size() > Most)
    merge();
  return Merged != WasMerged || All != Before;
}

template <typename Map> void keepCommon(Map &Mine, const Map &Theirs) {
  for (auto One = Mine.begin(); One != Mine.end();) {
    const auto Other = Theirs.find(One->first);
    One = Other != Theirs.end() && Other->second == One->second ? std::next(One) : Mine.erase(One);
  }
}

void Paths::merge() {
  Merged = true;
  for (std::size_t At = 1; At < All.size(); ++At) {
    Path &Into = All.front();
    for (const auto &[Variable, Known] : All[At].Cursors) {
      const auto [Mine, IsNew] = Into.Cursors.emplace(Variable, Known);
      if (IsNew)
        continue;
      Mine->second.May |= Known.May;
      Mine->second.Steps.insert(Known.Steps.begin(), Known.Steps.end());
      if (!Mine->second.ForeignTest) {
        Mine->second.ForeignTest = Known.ForeignTest;
        Mine->second.ForeignStream = Known.ForeignStream;
      }
    }
    keepCommon(Into.Tests, All[At].Tests);
    keepCommon(Into.Ended, All[At].Ended);
    keepCommon(Into.Begun, All[At].Begun);
    for (const auto &[Stream, Left] : All[At].Left) {
      unsigned &Fewest = Into.Left.emplace(Stream, Left).first->second;
      Fewest = std::min(Fewest, Left);
    }
    for (auto Step = Into.Certain.begin(); Step != Into.Certain.end();)
      Step = All[At].Certain.count(*Step) ? std::next(Step) : Into.Certain.erase(Step);
    Into.Constants.clear();
  }
  if (All.size() > 1)
    All.resize(1);
}

class EndFlow {
public:
  using State = Paths;

  EndFlow(const Unit &In, const Function &Consumer, const Graph &Whole)
      : In(In), Whole(Whole), Shapes(In.types()), Tests(In.types()) {
    findEscaped(*Consumer.Body);
    findLive(*Whole.flow());
  }

  State atEntry() { return {{Path()}}; }
  void destroyed(const Stmt &, const State &) {}
  void transfer(const Stmt &Element, State &Now);
  void branch(const Expr &Condition, bool Taken, State &Now);
  void dispatch(const Expr &Condition, State &Now);
  void enter(const CFGBlock &Block, State &Now);

  /// Where mistakes are put; null until the states are final.
  struct Mistakes {
    std::map<const Expr *, UncheckedRead> Reads;
    std::map<const Expr *, UseAfterEnd> AfterEnd;
    std::map<const Expr *, SecondBegin> Restarts;
  };
  Mistakes *Found = nullptr;

private:
  void findEscaped(const Stmt &Part);
  void findLive(const CFG &Flow);
  bool carriesItsOwnEnd(QualType Stream) const;
  bool isUncheckedAccessor(const CXXMemberCallExpr &Call) const;

  void define(const ValueDecl &Variable, const Expr &Value, Path &On);
  void deliver(const ValueDecl &Variable, const Expr &Await, const Step &Delivered, Path &On);
  void deliverError(const Expr &Await, const Step &Delivered, Path &On);
  const ValueDecl *errorIn(const Stmt &Part) const;
  void awaited(const CoawaitExpr &Await, State &Now);
  const Expr *readObject(const Stmt &Element) const;
  void read(const Expr &Reading, const Expr &Object, State &Now);
  void readCursor(const Expr &Reading, const ValueDecl &Variable, State &Now);
  void report(const Expr &Reading, const ValueDecl *Variable, const Cursor &Known);
  void given(const Expr &Argument, Path &On);
  void escape(const Stmt &Element, Path &On);
  void change(const Expr &Written, Path &On);

  const ValueDecl *streamOf(const Step &Taken) const;
  bool isOwn(const ValueDecl *Stream) const;
  unsigned itemsLeft(const ValueDecl *Stream, const Path &On) const;
  void count(const CoawaitExpr &Await, const Step &Taken, Path &On) const;
  void step(const CoawaitExpr &Await, const Step &Taken, State &Now);
  void end(const ValueDecl &Variable, const EndedStream &Known, Path &On);
  bool isFinal(const Step &Taken, const ValueDecl *Stream) const;
  bool neverLeaves(const EndedStream &Known) const;
  void useAfterEnd(const Expr &Use, bool IsRead, const ValueDecl &Of, const EndedStream &Known);
  void trace(const Stmt &Element, State &Now) const;
  void doubt(const Expr &Condition, Path &On) const;

  const Unit &In;
  const Graph &Whole;
  const Types &Shapes;
  EndTests Tests;
  /// Variables that somebody else may look at or change at any time.
  llvm::DenseSet<const ValueDecl *> Escaped;
  /// What a `for` loop does between its turns, whatever happened in them.
  llvm::DenseSet<const Stmt *> Increments;
  /// The variable that keeps an iterator, and the last place that names one.
  llvm::DenseMap<const Expr *, const ValueDecl *> Iterators;
  llvm::DenseMap<const ValueDecl *, SourceLocation> LastNamed;
  /// The variables that still matter at the entry of each block.
  std::vector<llvm::DenseSet<const ValueDecl *>> Live;
};

void EndFlow::findEscaped(const Stmt &Part) {
  const Expr *Left = nullptr, *Right = nullptr;
  if (const auto *Loop = dyn_cast<ForStmt>(&Part); Loop && Loop->getInc()) {
    forEachNested(*Loop->getInc(), [&](const Stmt &Nested) { Increments.insert(&Nested); });
  } else if (const auto *Named = dyn_cast<DeclRefExpr>(&Part)) {
    LastNamed[referred(Named->getDecl())] = Named->getLocation();
  } else if (const auto *Declarations = dyn_cast<DeclStmt>(&Part)) {
    for (const Decl *Declared : Declarations->decls())
      if (const auto *Variable = dyn_cast<VarDecl>(Declared); Variable && Variable->getInit())
        Iterators[strip(Variable->getInit())] = Variable;
  } else if (isa<Expr>(Part) && isAssignment(*cast<Expr>(&Part), Left, Right)) {
    Iterators[strip(Right)] = Tests.cursorOf(Left);
  }
  if (const auto *Lambda = dyn_cast<LambdaExpr>(&Part)) {
    for (const LambdaCapture &Capture : Lambda->captures())
      if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
        Escaped.insert(referred(Capture.getCapturedVar()));
  } else if (const auto *Address = dyn_cast<UnaryOperator>(&Part);
             Address && Address->getOpcode() == UO_AddrOf) {
    if (const ValueDecl *Named = Tests.cursorOf(Address->getSubExpr()))
      Escaped.insert(Named);
  }
  forEachPart(Part, [&](const Stmt &Nested) { findEscaped(Nested); });
}

/// An element may use what a block before it evaluated: an await its operand, a
/// call its arguments.
void addMentions(const Stmt &Part, llvm::DenseSet<const ValueDecl *> &To) {
  if (const auto *Named = dyn_cast<DeclRefExpr>(&Part); Named && isa<VarDecl>(Named->getDecl()))
    To.insert(referred(Named->getDecl()));
  forEachPart(Part, [&](const Stmt &Nested) { addMentions(Nested, To); });
}

void EndFlow::findLive(const CFG &Flow) {
  Live.resize(Flow.getNumBlockIDs());
  std::vector<const CFGBlock *> Blocks(Flow.getNumBlockIDs());
  std::vector<llvm::DenseSet<const ValueDecl *>> Declared(Flow.getNumBlockIDs());
  for (const CFGBlock *Block : Flow) {
    const unsigned At = Block->getBlockID();
    Blocks[At] = Block;
    if (const Expr *Condition = conditionOf(*Block))
      addMentions(*Condition, Live[At]);
    for (const CFGElement &Element : *Block) {
      const auto Part = Element.getAs<CFGStmt>();
      if (!Part)
        continue;
      addMentions(*Part->getStmt(), Live[At]);
      if (const auto *Declarations = dyn_cast<DeclStmt>(Part->getStmt()))
        for (const Decl *One : Declarations->decls())
          if (const auto *Variable = dyn_cast<VarDecl>(One))
            Declared[At].insert(Variable);
    }
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    // From the exit, which has number 0, towards the entry.
    for (const CFGBlock *Block : Blocks)
      for (const CFGBlock::AdjacentBlock &Edge : Block->succs())
        if (const CFGBlock *Next = Edge.getReachableBlock())
          for (const ValueDecl *Later : Live[Next->getBlockID()])
            if (!Declared[Block->getBlockID()].contains(Later))
              Changed |= Live[Block->getBlockID()].insert(Later).second;
  }
}

void EndFlow::enter(const CFGBlock &Block, State &Now) {
  const llvm::DenseSet<const ValueDecl *> &Needed = Live[Block.getBlockID()];
  std::vector<Path> Old = std::move(Now.All);
  Now.All.clear();
  for (Path &One : Old) {
    auto Drop = [&](auto &Known) {
      for (auto Entry = Known.begin(); Entry != Known.end();)
        Entry = isa<VarDecl>(Entry->first) && !Needed.contains(Entry->first) ? Known.erase(Entry)
                                                                             : std::next(Entry);
    };
    Drop(One.Cursors);
    Drop(One.Tests);
    Drop(One.Constants);
    Drop(One.Ended);
    Drop(One.Begun);
    // What threw, and so what is known of the end, is uncertain in a handler.
    if (isa_and_nonnull<CXXCatchStmt>(Block.getLabel()))
      One.Ended.clear();
    Now.add(std::move(One));
  }
}

/// A stream whose item is the awaited value itself, and that can be asked.
bool EndFlow::carriesItsOwnEnd(QualType Stream) const {
  if (!Shapes.steps(Stream, Protocol::AwaitedObject) || !Shapes.isTestable(Stream))
    return false;
  if (const StreamFacts *Facts = Shapes.facts(Stream); Facts && Facts->End != StreamFacts::InResult)
    return false;
  const QualType Result = Shapes.awaitedResult(Stream);
  return !Result.isNull() && !Shapes.isOptionalLike(Result);
}

void EndFlow::deliver(const ValueDecl &Variable, const Expr &Await, const Step &Delivered, Path &On) {
  const ValueDecl *Stream = nullptr;
  if (!Delivered.IsAdvance)
    Stream = referred(entityOf(Delivered.On));
  else if (const auto Known = On.Cursors.find(&Variable); Known != On.Cursors.end())
    Stream = Known->second.Stream;
  On.forget(Variable);
  if (Escaped.contains(&Variable))
    return;
  Cursor &Known = On.Cursors[&Variable];
  Known.Steps = {&Await};
  Known.Stream = Stream;
  // Of a stream that is its own cursor the next item is meant.
  if (Stream == &Variable ? itemsLeft(Stream, On) > 0 : On.Certain.count(&Await) != 0)
    Known.May = Cursor::Item;
}

/// A local error code that is named in an argument: `redirect_error(token, error)`.
const ValueDecl *EndFlow::errorIn(const Stmt &Part) const {
  const auto *Named = dyn_cast<DeclRefExpr>(&Part);
  const auto *Variable = dyn_cast_or_null<VarDecl>(Named ? Named->getDecl() : nullptr);
  if (Variable && Variable->hasLocalStorage() && Shapes.isErrorCode(Variable->getType()))
    return referred(Variable);
  const ValueDecl *Found = nullptr;
  forEachPart(Part, [&](const Stmt &Nested) { Found = Found ? Found : errorIn(Nested); });
  return Found;
}

/// Of a stream that ends with an error code the code is what is tested.
void EndFlow::deliverError(const Expr &Await, const Step &Delivered, Path &On) {
  const StreamFacts *Facts = Shapes.facts(Delivered.On->getType());
  const auto *Call = dyn_cast<CallExpr>(Delivered.Call);
  if (!Facts || !Call || Facts->End != StreamFacts::ByErrorCode)
    return;
  for (const Expr *Argument : Call->arguments())
    if (const ValueDecl *Error = errorIn(*Argument))
      return deliver(*Error, Await, Delivered, On);
}

void EndFlow::define(const ValueDecl &Variable, const Expr &Value, Path &On) {
  const Expr *Inner = strip(&Value);
  if (const std::optional<Step> Awaited = awaitedStep(*Inner, Shapes)) {
    const StreamFacts *Facts = Shapes.facts(Awaited->On->getType());
    if (const auto *Parts = dyn_cast<DecompositionDecl>(&Variable);
        Parts && Facts && Facts->End == StreamFacts::ByErrorCode)
      for (const BindingDecl *Part : Parts->bindings())
        if (Shapes.isErrorCode(Part->getType()))
          return deliver(*Part, *Inner, *Awaited, On);
    const bool IsBegin = Awaited->Way == Protocol::AwaitedIterator;
    if (Awaited->TellsEnd && !Awaited->IsAdvance && (IsBegin || Shapes.isOptionalLike(Inner->getType())))
      return deliver(Variable, *Inner, *Awaited, On);
  }
  const ValueDecl *Source = Tests.cursorOf(&Value);
  if (Source == &Variable)
    return;
  if (const auto Known = On.Cursors.find(Source); Source && Known != On.Cursors.end()) {
    // A copy tells as much as its original. A reference is its original.
    const Cursor Copied = Known->second;
    if (!Variable.getType()->isReferenceType()) {
      On.forget(Variable);
      On.Cursors[&Variable] = Copied;
    }
    return;
  }
  StoredTest Stored{Tests.outcomes(Value, true, On), Tests.outcomes(Value, false, On)};
  Expr::EvalResult Constant;
  const bool IsConstant = Variable.getType()->isIntegralOrEnumerationType() && !Value.isValueDependent() &&
                          Value.EvaluateAsInt(Constant, In.context());
  On.forget(Variable);
  if (IsConstant) {
    On.Constants[&Variable] = Constant.Val.getInt();
  } else if (Variable.getType()->isBooleanType() && !(Stored.IfTrue.empty() && Stored.IfFalse.empty())) {
    On.Tests[&Variable] = std::move(Stored);
  } else if (const auto *Local = dyn_cast<VarDecl>(&Variable);
             Local && isa<CallExpr>(Inner) && carriesItsOwnEnd(Local->getType())) {
    const StreamFacts *Facts = In.libraries().stream(className(Local->getType()));
    if ((!Facts || !Facts->FirstStepIsSafe) && !Escaped.contains(Local))
      On.Cursors[Local] = Cursor{itemsLeft(Local, On) > 0 ? Cursor::Item : Cursor::Untested, {}, Local};
  } else if (Variable.getType()->isScalarType()) {
    // Some other memory of a test.
    given(Value, On);
  }
}

/// The stream that a step is made on, if nobody else can put another one there.
const ValueDecl *EndFlow::streamOf(const Step &Taken) const {
  const ValueDecl *Stream = referred(entityOf(Taken.On));
  return isOwn(Stream) ? Stream : nullptr;
}

bool EndFlow::isOwn(const ValueDecl *Stream) const {
  const auto *Variable = dyn_cast_or_null<VarDecl>(Stream);
  return Variable && Variable->hasLocalStorage() && !Escaped.contains(Variable) &&
         (!Variable->getType()->isReferenceType() || isa<ParmVarDecl>(Variable));
}

/// How many steps of the stream are sure to give an item, as far as the generator
/// that made it is in sight.
unsigned EndFlow::itemsLeft(const ValueDecl *Stream, const Path &On) const {
  const auto *Variable = dyn_cast_or_null<VarDecl>(Stream);
  if (!Variable || !Variable->hasLocalStorage() || isa<ParmVarDecl>(Variable) || Escaped.contains(Variable))
    return 0;
  if (const auto Known = On.Left.find(Variable); Known != On.Left.end())
    return Known->second;
  return Variable->getInit()
             ? In.facts<Yields>().certainItems(*Variable->getInit(), carriesItsOwnEnd(Variable->getType()))
             : 0;
}

void EndFlow::count(const CoawaitExpr &Await, const Step &Taken, Path &On) const {
  const ValueDecl *Stream = referred(entityOf(Taken.On));
  if (Taken.IsAdvance) {
    const auto Known = On.Cursors.find(Tests.cursorOf(Taken.On));
    Stream = Known != On.Cursors.end() ? Known->second.Stream : nullptr;
  }
  On.Certain.erase(&Await);
  const unsigned Items = itemsLeft(Stream, On);
  if (Items == 0)
    return;
  On.Certain.insert(&Await);
  if (Items != Yields::Endless)
    On.Left[Stream] = Items - 1;
}

void EndFlow::useAfterEnd(const Expr &Use, bool IsRead, const ValueDecl &Of, const EndedStream &Known) {
  if (!Found)
    return;
  UseAfterEnd &Mistake = Found->AfterEnd.emplace(&Use, UseAfterEnd{&Use, IsRead, &Of}).first->second;
  if (!llvm::is_contained(Mistake.Tests, Known.Test))
    Mistake.Tests.push_back(Known.Test);
}

/// Whether a step after the end is more than another end.
bool EndFlow::isFinal(const Step &Taken, const ValueDecl *Stream) const {
  const QualType Type = Taken.IsAdvance ? (Stream ? Stream->getType() : QualType()) : Taken.On->getType();
  const StreamFacts *Facts = In.libraries().stream(className(Type));
  return Facts && Facts->EndIsFinal;
}

/// Whether the way from a test that told the end, which the same test will tell
/// again, leads out of the function nowhere.
bool EndFlow::neverLeaves(const EndedStream &Known) const {
  llvm::DenseSet<const CFGBlock *> Seen;
  std::vector<const CFGBlock *> Work;
  auto FollowEnd = [&](const CFGBlock &Block) {
    Work.push_back((Block.succ_begin() + (Known.Outcome ? 0 : 1))->getReachableBlock());
  };
  for (const CFGBlock *Block : *Whole.flow())
    if (conditionOf(*Block) == Known.Test)
      FollowEnd(*Block);
  while (!Work.empty()) {
    const CFGBlock *Block = Work.back();
    Work.pop_back();
    if (!Block || !Seen.insert(Block).second)
      continue;
    if (Block == &Whole.flow()->getExit())
      return false;
    if (conditionOf(*Block) == Known.Test) {
      FollowEnd(*Block);
      continue;
    }
    for (const CFGBlock::AdjacentBlock &Edge : Block->succs()) {
      Work.push_back(Edge.getReachableBlock());
      // The other way out of a call is an exception.
      if (!Block->getTerminatorStmt())
        break;
    }
  }
  return !Seen.empty();
}

/// Looks at a step before it is made.
void EndFlow::step(const CoawaitExpr &Await, const Step &Taken, State &Now) {
  const ValueDecl *Iterator = Taken.IsAdvance ? Tests.cursorOf(Taken.On) : nullptr;
  const ValueDecl *Of = Taken.IsAdvance ? Iterator : streamOf(Taken);
  const bool IsBegin = Taken.Way == Protocol::AwaitedIterator && !Taken.IsAdvance;
  // In a class that somebody wrote by hand, and no model names, an empty result
  // may mean "nothing yet".
  if (!Of || !(Taken.IsAdvance || Taken.Way == Protocol::SenderStream ||
               Shapes.isGenerator(Taken.On->getType()) || Shapes.facts(Taken.On->getType())))
    return;
  auto HasEnded = [&](const Path &One) { return One.Ended.count(Of) != 0; };
  const bool IsCertain = llvm::all_of(Now.All, HasEnded);
  // An error code may tell of a wait that was cancelled, and not of the end.
  const StreamFacts *Facts = Shapes.facts(Taken.On->getType());
  const bool MayBeCancelled = Facts && Facts->End == StreamFacts::ByErrorCode;
  for (Path &One : Now.All) {
    const auto Ended = One.Ended.find(Of);
    const auto Begun = One.Begun.find(Of);
    const Expr *FirstBegin = Begun != One.Begun.end() ? Begun->second : nullptr;
    if (Ended != One.Ended.end()) {
      const auto Known = One.Cursors.find(Iterator);
      const bool Matters = (IsCertain && !MayBeCancelled) ||
                           isFinal(Taken, Known != One.Cursors.end() ? Known->second.Stream : nullptr);
      if (IsBegin && Found && (Matters || FirstBegin == &Await))
        Found->Restarts.emplace(&Await, SecondBegin{&Await, Of, FirstBegin, Ended->second.Test});
      else if (!IsBegin && Found && (Matters || neverLeaves(Ended->second)))
        useAfterEnd(Await, false, *Of, Ended->second);
      One.Ended.erase(Ended);
    } else if (IsBegin && FirstBegin) {
      const ValueDecl *First = Iterators.lookup(FirstBegin);
      const bool IsInUse = First && First != Iterators.lookup(&Await) &&
                           In.context().getSourceManager().isBeforeInTranslationUnit(Await.getExprLoc(),
                                                                                     LastNamed.lookup(First));
      if (Found && IsInUse)
        Found->Restarts.emplace(&Await, SecondBegin{&Await, Of, FirstBegin, nullptr});
    }
    if (IsBegin)
      One.Begun[Of] = &Await;
  }
}

void EndFlow::end(const ValueDecl &Variable, const EndedStream &Known, Path &On) {
  const ValueDecl *Stream = On.Cursors.find(&Variable)->second.Stream;
  On.Ended[&Variable] = Known;
  if (isOwn(Stream))
    On.Ended[Stream] = Known;
}

/// Notes what may remember, from now on, that a stream has ended.
void EndFlow::trace(const Stmt &Element, State &Now) const {
  if (llvm::all_of(Now.All, [](const Path &One) { return One.Ended.empty() && One.Begun.empty(); }))
    return;
  const auto *Written = dyn_cast<Expr>(&Element);
  if (Written && (stepOf(*Written, Shapes) || awaitedStep(*Written, Shapes)))
    return;
  std::set<const ValueDecl *> Changed;
  bool Others = isa<CoroutineSuspendExpr>(Element);
  if (const auto *Declarations = dyn_cast<DeclStmt>(&Element)) {
    for (const Decl *Declared : Declarations->decls())
      if (const auto *Variable = dyn_cast<VarDecl>(Declared))
        Changed.insert(Variable);
  } else if (!Increments.contains(&Element)) {
    const auto *Call = dyn_cast<CallExpr>(&Element);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    // `end()` is not const in some libraries.
    if (Callee && Callee->getIdentifier() && Callee->getName() == "end")
      return;
    const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
    Others |= Call && !Call->isCallToStdMove() && !(Method && Method->isConst()) &&
              !(Callee && Callee->isOverloadedOperator() &&
                llvm::is_contained({OO_EqualEqual, OO_ExclaimEqual, OO_Star, OO_Arrow},
                                   Callee->getOverloadedOperator()));
    forEachChanged(Element, [&](const ValueDecl &One) {
      Changed.insert(&One);
      const auto *Variable = dyn_cast<VarDecl>(&One);
      Others |= !Variable || !Variable->hasLocalStorage();
    });
  }
  if (Changed.empty() && !Others)
    return;
  for (Path &One : Now.All) {
    for (const ValueDecl *Variable : Changed) {
      One.Ended.erase(Variable);
      One.Begun.erase(Variable);
    }
    for (auto &[Stream, Known] : One.Ended) {
      Known.Changed.insert(Changed.begin(), Changed.end());
      Known.OthersChanged |= Others;
    }
  }
}

/// A condition that looks at what may remember the end may lead elsewhere then.
void EndFlow::doubt(const Expr &Condition, Path &On) const {
  if (On.Ended.empty() || (!Condition.isValueDependent() && Condition.isEvaluatable(In.context())))
    return;
  bool AsksOthers = false;
  std::set<const ValueDecl *> Asked;
  forEachNested(Condition, [&](const Stmt &Part) { AsksOthers |= isa<CallExpr, CXXThisExpr>(Part); });
  forEachNamed(Condition, [&](const ValueDecl &Named) {
    const auto *Variable = dyn_cast<VarDecl>(&Named);
    AsksOthers |= !Variable || !Variable->hasLocalStorage() || Variable->getType()->isReferenceType() ||
                  Variable->getType()->isPointerType();
    Asked.insert(&Named);
  });
  for (auto Known = On.Ended.begin(); Known != On.Ended.end();) {
    const bool MayRemember =
        (AsksOthers && Known->second.OthersChanged) ||
        llvm::any_of(Asked, [&](const ValueDecl *One) { return Known->second.Changed.count(One); });
    Known = MayRemember ? On.Ended.erase(Known) : std::next(Known);
  }
}

void EndFlow::awaited(const CoawaitExpr &Await, State &Now) {
  const std::optional<Step> Awaited = awaitedStep(Await, Shapes);
  if (Awaited) {
    step(Await, *Awaited, Now);
    for (Path &One : Now.All) {
      deliverError(Await, *Awaited, One);
      count(Await, *Awaited, One);
    }
  }
  const ValueDecl *Variable = Awaited ? Tests.cursorOf(Awaited->On) : nullptr;
  if (!Variable)
    return;
  // A push generator is called with what its `co_yield` gives.
  const StreamFacts *Facts = Shapes.facts(Awaited->On->getType());
  const bool IsPushed = Awaited->Way == Protocol::AwaitedCall && Facts && Facts->EndIsFinal;
  const bool TakesTheItem = (Awaited->Way == Protocol::AwaitedObject || IsPushed) &&
                            !Shapes.isOptionalLike(Await.getType()) && Awaited->TellsEnd &&
                            Shapes.isTestable(Awaited->On->getType());
  if (TakesTheItem)
    readCursor(Await, *Variable, Now);
  if (Awaited->IsAdvance || TakesTheItem)
    for (Path &One : Now.All)
      deliver(*Variable, Await, *Awaited, One);
}

bool EndFlow::isUncheckedAccessor(const CXXMemberCallExpr &Call) const {
  const CXXMethodDecl *Method = Call.getMethodDecl();
  const CXXRecordDecl *Class = classOf(Call.getImplicitObjectArgument()->getType());
  if (!Method || !Method->getIdentifier() || !Class)
    return false;
  // The result type may be a class of its own, or nested in the stream's.
  const StreamFacts *Facts = In.libraries().stream(qualifiedName(*Class));
  if (const auto *Outer = dyn_cast<CXXRecordDecl>(Class->getDeclContext()); !Facts && Outer)
    Facts = In.libraries().stream(qualifiedName(*Outer));
  return Facts && llvm::is_contained(Facts->UncheckedAccessors, Method->getName());
}

/// What `Element` reads an item through; null if it reads none.
const Expr *EndFlow::readObject(const Stmt &Element) const {
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Element))
    return (Operator->getOperator() == OO_Star && Operator->getNumArgs() == 1) ||
                   Operator->getOperator() == OO_Arrow
               ? Operator->getArg(0)
               : nullptr;
  if (const auto *Unary = dyn_cast<UnaryOperator>(&Element))
    return Unary->getOpcode() == UO_Deref ? Unary->getSubExpr() : nullptr;
  if (const auto *Member = dyn_cast<MemberExpr>(&Element))
    return Member->isArrow() && !isa<CXXThisExpr>(strip(Member->getBase())) ? Member->getBase() : nullptr;
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&Element))
    return isUncheckedAccessor(*Call) ? Call->getImplicitObjectArgument() : nullptr;
  return nullptr;
}

void EndFlow::report(const Expr &Reading, const ValueDecl *Variable, const Cursor &Known) {
  if (Found)
    Found->Reads.emplace(&Reading, UncheckedRead{&Reading,
                                                 Variable,
                                                 {Known.Steps.begin(), Known.Steps.end()},
                                                 Known.ForeignTest,
                                                 Known.ForeignStream,
                                                 Known.Stream});
}

void EndFlow::readCursor(const Expr &Reading, const ValueDecl &Variable, State &Now) {
  Cursor Whole;
  Whole.May = 0;
  for (const Path &One : Now.All)
    if (const auto Known = One.Cursors.find(&Variable); Known != One.Cursors.end()) {
      Whole.May |= Known->second.May;
      Whole.Stream = Known->second.Stream;
      Whole.Steps.insert(Known->second.Steps.begin(), Known->second.Steps.end());
      if (Known->second.ForeignTest) {
        Whole.ForeignTest = Known->second.ForeignTest;
        Whole.ForeignStream = Known->second.ForeignStream;
      }
    }
  // A test that lets both outcomes through is no guard. Where it can only be
  // end, the read is a mistake of another kind: somebody looked.
  const bool TestGuardsNothing = (Whole.May & Cursor::Item) && (Whole.May & Cursor::End) && !Now.Merged;
  if (Whole.May == Cursor::End && !isa<CoawaitExpr>(Reading))
    for (Path &One : Now.All)
      if (const auto Ended = One.Ended.find(&Variable); Ended != One.Ended.end()) {
        useAfterEnd(Reading, true, Variable, Ended->second);
        One.forget(Variable);
      }
  if (!(Whole.May & Cursor::Untested) && !TestGuardsNothing)
    return;
  report(Reading, &Variable, Whole);
  for (Path &One : Now.All)
    One.forget(Variable);
}

void EndFlow::read(const Expr &Reading, const Expr &Object, State &Now) {
  const Expr *Inner = strip(&Object);
  const ValueDecl *Variable = Tests.cursorOf(Inner);
  if (const std::optional<Step> Awaited = awaitedStep(*Inner, Shapes)) {
    if (Awaited->TellsEnd &&
        (Awaited->Way == Protocol::AwaitedIterator || Shapes.isOptionalLike(Inner->getType()))) {
      if (llvm::all_of(Now.All, [&](const Path &One) { return One.Certain.count(Inner) != 0; }))
        return;
      Cursor AtOnce;
      AtOnce.Steps = {Inner};
      report(Reading, nullptr, AtOnce);
      if (Variable)
        for (Path &One : Now.All)
          One.forget(*Variable);
      return;
    }
  }
  if (Variable)
    readCursor(Reading, *Variable, Now);
}

/// Whoever gets to see a cursor, or the outcome of a test, may act on it.
void EndFlow::given(const Expr &Argument, Path &On) {
  std::vector<const ValueDecl *> Seen;
  Tests.forEachMention(Argument, On, [&](const ValueDecl &Named) { Seen.push_back(&Named); });
  for (const ValueDecl *Named : Seen) {
    if (const auto Stored = On.Tests.find(Named); Stored != On.Tests.end()) {
      const StoredTest Told = Stored->second;
      for (const EndOutcome &One : Told.IfTrue)
        On.forget(*One.Cursor);
      for (const EndOutcome &One : Told.IfFalse)
        On.forget(*One.Cursor);
    }
    On.forget(*Named);
  }
}

/// A method may test, or change, the object that it is called on.
void EndFlow::change(const Expr &Written, Path &On) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(&Written);
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  if (!Method)
    return;
  const Expr *Object = strip(Call->getImplicitObjectArgument());
  if (isa<CXXThisExpr>(Object)) {
    std::vector<const ValueDecl *> Members;
    for (const auto &[Named, Known] : On.Cursors)
      if (isa<FieldDecl>(Named))
        Members.push_back(Named);
    for (const ValueDecl *Member : Members)
      On.forget(*Member);
    return;
  }
  const ValueDecl *Named = Tests.cursorOf(Object);
  const auto Known = On.Cursors.find(Named);
  if (!Named || Known == On.Cursors.end())
    return;
  // `value()` throws where there is no item, so behind it there is one.
  if (Method->getIdentifier() && Method->getName() == "value")
    Known->second.May = Cursor::Item;
  else if (!Method->isConst() && !isa<CXXConversionDecl>(Method) && !Shapes.isStream(Object->getType()))
    On.forget(*Named);
}

void EndFlow::escape(const Stmt &Element, Path &On) {
  if (const auto *Call = dyn_cast<CallExpr>(&Element)) {
    change(*Call, On);
    const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
    if (Call->isCallToStdMove() ||
        (Operator &&
         llvm::is_contained({OO_EqualEqual, OO_ExclaimEqual, OO_Exclaim}, Operator->getOperator())))
      return;
    for (const Expr *Argument : Call->arguments())
      if (!Operator || !isa<CXXMethodDecl>(Operator->getDirectCallee()) || Argument != Call->getArg(0))
        given(*Argument, On);
  } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Element)) {
    if (!Construct->getConstructor()->isCopyOrMoveConstructor())
      for (const Expr *Argument : Construct->arguments())
        given(*Argument, On);
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(&Element);
             Unary && Unary->isIncrementDecrementOp()) {
    if (const ValueDecl *Counted = Tests.cursorOf(Unary->getSubExpr()))
      On.Constants.erase(Counted);
  } else if (const auto *Compound = dyn_cast<CompoundAssignOperator>(&Element)) {
    given(*Compound->getRHS(), On);
    if (const ValueDecl *Changed = Tests.cursorOf(Compound->getLHS()))
      On.forget(*Changed);
  }
}

void EndFlow::transfer(const Stmt &Element, State &Now) {
  trace(Element, Now);
  if (const auto *Declarations = dyn_cast<DeclStmt>(&Element)) {
    for (const Decl *Declared : Declarations->decls())
      if (const auto *Variable = dyn_cast<VarDecl>(Declared); Variable && Variable->getInit())
        for (Path &One : Now.All) {
          One.Left.erase(Variable);
          define(*Variable, *Variable->getInit(), One);
        }
    return;
  }
  const auto *Written = dyn_cast<Expr>(&Element);
  if (!Written)
    return;
  if (const auto *Await = dyn_cast<CoawaitExpr>(Written))
    return awaited(*Await, Now);
  if (const Expr *Object = readObject(Element))
    return read(*Written, *Object, Now);
  const Expr *Left = nullptr, *Right = nullptr;
  const bool Assigns = isAssignment(*Written, Left, Right);
  const ValueDecl *Assigned = Assigns ? Tests.cursorOf(Left) : nullptr;
  for (Path &One : Now.All) {
    if (Assigned) {
      if (Shapes.isStream(Assigned->getType()))
        One.Left[Assigned] = In.facts<Yields>().certainItems(*Right, carriesItsOwnEnd(Assigned->getType()));
      define(*Assigned, *Right, One);
    } else if (Assigns)
      given(*Right, One);
    else
      escape(Element, One);
  }
}

/// What a macro is given to test is an expectation: where it fails, somebody is
/// told, and what comes behind it is no use of an end that nobody saw.
static bool isAssertion(const Expr &Condition, const SourceManager &Sources) {
  const Expr *Tested = strip(&Condition);
  while (true) {
    if (const auto *Not = dyn_cast<UnaryOperator>(Tested); Not && Not->getOpcode() == UO_LNot)
      Tested = strip(Not->getSubExpr());
    else if (const auto *Asked = dyn_cast<CXXMemberCallExpr>(Tested))
      Tested = strip(Asked->getImplicitObjectArgument());
    else
      break;
  }
  return Sources.isMacroArgExpansion(Tested->getBeginLoc());
}

void EndFlow::branch(const Expr &Condition, bool Taken, State &Now) {
  std::vector<Path> Old = std::move(Now.All);
  Now.All.clear();
  for (Path &One : Old) {
    if (const std::optional<bool> Known = Tests.value(Condition, One)) {
      if (*Known == Taken)
        Now.add(std::move(One));
      continue;
    }
    const std::vector<EndOutcome> Told = Tests.outcomes(Condition, Taken, One);
    if (Told.empty() && Tests.outcomes(Condition, !Taken, One).empty()) {
      doubt(Condition, One);
      given(Condition, One);
    }
    bool IsPossible = true;
    for (const EndOutcome &Says : Told) {
      const auto Known = One.Cursors.find(Says.Cursor);
      if (Known == One.Cursors.end())
        continue;
      if (Says.Says == EndOutcome::OfAnotherStream) {
        Known->second.ForeignTest = Says.Test;
        Known->second.ForeignStream = Says.OtherStream;
        continue;
      }
      const unsigned Case = Says.Says == EndOutcome::IsItem ? Cursor::Item : Cursor::End;
      IsPossible &= (Known->second.May & (Case | Cursor::Untested)) != 0;
      if (Case == Cursor::End && isAssertion(Condition, In.context().getSourceManager())) {
        One.forget(*Says.Cursor);
        continue;
      }
      Known->second.May = Case;
      if (Case == Cursor::End)
        end(*Says.Cursor, {&Condition, Taken, {}, false}, One);
    }
    if (IsPossible)
      Now.add(std::move(One));
  }
}

/// A `switch` looks at its condition in ways of its own.
void EndFlow::dispatch(const Expr &Condition, State &Now) {
  for (Path &One : Now.All) {
    doubt(Condition, One);
    given(Condition, One);
  }
}

/// Most coroutines step no stream, and need no flow analysis.
bool awaitsAStep(const Stmt &Part, const Types &Shapes) {
  const auto *Await = dyn_cast<CoawaitExpr>(&Part);
  if (Await && awaitedStep(*Await, Shapes))
    return true;
  bool Found = false;
  forEachPart(Part, [&](const Stmt &Nested) { Found = Found || awaitsAStep(Nested, Shapes); });
  return Found;
}

} // namespace

template <typename Mistake, typename Place>
std::vector<Mistake> inOrder(std::map<const Expr *, Mistake> &Found, const Place &IsBefore) {
  std::vector<Mistake> Sorted;
  for (auto &[At, One] : Found)
    Sorted.push_back(std::move(One));
  llvm::sort(Sorted, IsBefore);
  return Sorted;
}

static EndMistakes mistakesOf(const Unit &In, const Function &Consumer) {
  EndMistakes Result;
  if (Consumer.IsDependent || !awaitsAStep(*Consumer.Body, In.types()))
    return Result;
  const Graph *Whole = In.graph(Consumer);
  if (!Whole)
    return Result;
  EndFlow Flow(In, Consumer, *Whole);
  const auto AtEntry = solve(*Whole, Flow);
  if (!AtEntry)
    return Result;
  EndFlow::Mistakes Found;
  Flow.Found = &Found;
  for (const CFGBlock *Block : *Whole->flow())
    if (std::optional<Paths> Now = (*AtEntry)[Block->getBlockID()])
      runBlock(*Whole, *Block, Flow, *Now);
  const SourceManager &Sources = In.context().getSourceManager();
  auto Before = [&](const Expr *Left, const Expr *Right) {
    return Sources.isBeforeInTranslationUnit(Left->getExprLoc(), Right->getExprLoc());
  };
  for (auto &[At, Read] : Found.Reads)
    llvm::sort(Read.Steps, Before);
  for (auto &[At, Used] : Found.AfterEnd)
    llvm::sort(Used.Tests, Before);
  Result.Unchecked = inOrder(Found.Reads, [&](const UncheckedRead &Left, const UncheckedRead &Right) {
    return Before(Left.Read, Right.Read);
  });
  Result.AfterEnd = inOrder(Found.AfterEnd, [&](const UseAfterEnd &Left, const UseAfterEnd &Right) {
    return Before(Left.Use, Right.Use);
  });
  Result.Restarts = inOrder(Found.Restarts, [&](const SecondBegin &Left, const SecondBegin &Right) {
    return Before(Left.Begin, Right.Begin);
  });
  return Result;
}

const EndMistakes &EndFacts::of(const Function &Consumer) const {
  std::unique_ptr<EndMistakes> &Kept = Known[Consumer.Declared];
  if (!Kept)
    Kept = std::make_unique<EndMistakes>(mistakesOf(In, Consumer));
  return *Kept;
}

} // namespace asynciter
