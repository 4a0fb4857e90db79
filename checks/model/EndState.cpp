// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/EndState.h"

#include "model/Graph.h"
#include "model/Names.h"
#include "model/Step.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"

#include <map>

using namespace clang;

namespace asynciter {

namespace {

/// What may be the case of a cursor: several, after paths have joined.
enum Possible : unsigned {
  Untested = 1,
  Item = 2,
  End = 4,
  /// A flag remembers which of the two it was.
  Flagged = 8,
};

struct Knowledge {
  unsigned May = Untested;
  std::set<const Expr *> Steps;
  const ValueDecl *Stream = nullptr;
  const Expr *ForeignTest = nullptr;
  const ValueDecl *ForeignStream = nullptr;

  /// No test stands between the step and a read here. Where it can only be end,
  /// the read is a mistake of another kind: somebody looked.
  bool isUnguarded() const {
    return May & Untested || ((May & Item) && (May & End) && !(May & Flagged));
  }

  bool join(const Knowledge &Other) {
    const unsigned OldMay = May;
    const std::size_t OldSteps = Steps.size();
    May |= Other.May;
    Steps.insert(Other.Steps.begin(), Other.Steps.end());
    bool Changed = May != OldMay || Steps.size() != OldSteps;
    if (!ForeignTest && Other.ForeignTest) {
      ForeignTest = Other.ForeignTest;
      ForeignStream = Other.ForeignStream;
      Changed = true;
    }
    return Changed;
  }
};

/// A cursor that is not in the map may be in any state, and is left alone.
struct Knowns {
  std::map<const ValueDecl *, Knowledge> Cursors;
  /// Variables that hold the outcome of a test.
  std::map<const ValueDecl *, const Expr *> StoredTests;
  /// Variables that were last given a constant.
  std::map<const ValueDecl *, llvm::APSInt> Constants;

  bool join(const Knowns &Other) {
    bool Changed = false;
    const bool FlagsDiffer = llvm::any_of(Constants, [&](const auto &Mine) {
      const auto Theirs = Other.Constants.find(Mine.first);
      return Theirs != Other.Constants.end() &&
             !llvm::APSInt::isSameValue(Theirs->second, Mine.second);
    });
    for (const auto &[Cursor, Known] : Other.Cursors) {
      const auto [Mine, IsNew] = Cursors.emplace(Cursor, Known);
      if (!IsNew && FlagsDiffer && Mine->second.May != Known.May && !(Mine->second.May & Flagged)) {
        Mine->second.May |= Flagged;
        Changed = true;
      }
      Changed |= IsNew || Mine->second.join(Known);
    }
    for (auto Mine = Constants.begin(); Mine != Constants.end();) {
      const auto Theirs = Other.Constants.find(Mine->first);
      const bool Same = Theirs != Other.Constants.end() &&
                        llvm::APSInt::isSameValue(Theirs->second, Mine->second);
      Changed |= !Same;
      Mine = Same ? std::next(Mine) : Constants.erase(Mine);
    }
    for (auto Mine = StoredTests.begin(); Mine != StoredTests.end();) {
      const auto Theirs = Other.StoredTests.find(Mine->first);
      const bool Same = Theirs != Other.StoredTests.end() && Theirs->second == Mine->second;
      Changed |= !Same;
      Mine = Same ? std::next(Mine) : StoredTests.erase(Mine);
    }
    return Changed;
  }
};

/// What the outcome of a condition says of one cursor.
struct Outcome {
  enum Kind { IsItem, IsEnd, Unclear, OfAnotherStream } Says;
  const ValueDecl *Cursor;
  const Expr *Test = nullptr;
  const ValueDecl *OtherStream = nullptr;
};

class EndFlow {
public:
  using State = Knowns;

  EndFlow(const Unit &In) : In(In), Shapes(In.types()) {}

  State atEntry() { return {}; }
  void destroyed(const Stmt &, const State &) {}
  void transfer(const Stmt &Element, State &Now);
  void branch(const CFGBlock &Block, const Expr &Condition, bool Taken, State &Now);

  /// Where reads are put; null until the states are final.
  std::map<const Expr *, UncheckedRead> *Reads = nullptr;

private:
  const ValueDecl *cursorOf(const Expr *Written) const;
  void define(const ValueDecl &Variable, const Expr &Value, State &Now);
  void deliver(const ValueDecl &Cursor, const Expr &Await, const Step &Delivered, State &Now);
  void awaited(const CoawaitExpr &Await, State &Now);
  const Expr *readObject(const Stmt &Element) const;
  void read(const Expr &Reading, const Expr &Object, State &Now);
  void report(const Expr &Reading, const ValueDecl *Cursor, const Knowledge &Known);
  void escape(const Stmt &Element, State &Now);
  void forget(const ValueDecl &Cursor, State &Now);
  bool isUncheckedAccessor(const CXXMemberCallExpr &Call) const;
  bool carriesItsOwnEnd(QualType Stream) const;

  void outcomes(const Expr &Condition, bool Truth, const State &Now, std::vector<Outcome> &Found) const;
  void comparison(const Expr &Whole, const Expr &Left, const Expr &Right, bool Equal,
                  const State &Now, std::vector<Outcome> &Found) const;

  const Unit &In;
  const Types &Shapes;
};

/// Follows references to the variable that they were bound to.
const ValueDecl *referred(const ValueDecl *Named) {
  while (const auto *Variable = dyn_cast_or_null<VarDecl>(Named)) {
    if (!Variable->getType()->isReferenceType() || !Variable->getInit())
      break;
    const auto *Bound = dyn_cast<DeclRefExpr>(strip(Variable->getInit()));
    if (!Bound)
      break;
    Named = Bound->getDecl();
  }
  return Named;
}

bool isAssignment(const Expr &Written, const Expr *&Left, const Expr *&Right) {
  if (const auto *Plain = dyn_cast<BinaryOperator>(&Written); Plain && Plain->getOpcode() == BO_Assign) {
    Left = Plain->getLHS();
    Right = Plain->getRHS();
    return true;
  }
  if (const auto *Call = dyn_cast<CXXOperatorCallExpr>(&Written);
      Call && Call->getOperator() == OO_Equal) {
    Left = Call->getArg(0);
    Right = Call->getArg(1);
    return true;
  }
  return false;
}

/// A local, parameter or member of `*this`; through assignments, the awaited
/// advance of an iterator, and the right side of a comma.
const ValueDecl *EndFlow::cursorOf(const Expr *Written) const {
  const Expr *Inner = strip(Written);
  if (const auto *Reference = dyn_cast<DeclRefExpr>(Inner))
    return referred(dyn_cast<VarDecl>(Reference->getDecl()));
  if (const auto *Member = dyn_cast<MemberExpr>(Inner))
    return isa<CXXThisExpr>(strip(Member->getBase())) ? dyn_cast<FieldDecl>(Member->getMemberDecl())
                                                      : nullptr;
  const Expr *Left = nullptr, *Right = nullptr;
  if (isAssignment(*Inner, Left, Right))
    return cursorOf(Left);
  if (const auto *Comma = dyn_cast<BinaryOperator>(Inner); Comma && Comma->isCommaOp())
    return cursorOf(Comma->getRHS());
  if (const std::optional<Step> Awaited = awaitedStep(*Inner, Shapes); Awaited && Awaited->IsAdvance)
    return cursorOf(Awaited->On);
  return nullptr;
}

bool EndFlow::carriesItsOwnEnd(QualType Stream) const {
  if (!Shapes.steps(Stream, Protocol::AwaitedObject))
    return false;
  const QualType Result = Shapes.awaitedResult(Stream);
  return !Result.isNull() && !Shapes.isOptionalLike(Result);
}

void EndFlow::forget(const ValueDecl &Cursor, State &Now) {
  for (auto Stored = Now.StoredTests.begin(); Stored != Now.StoredTests.end();) {
    std::vector<Outcome> Found;
    outcomes(*Stored->second, true, Now, Found);
    outcomes(*Stored->second, false, Now, Found);
    const bool Speaks = llvm::any_of(Found, [&](const Outcome &One) { return One.Cursor == &Cursor; });
    Stored = Speaks ? Now.StoredTests.erase(Stored) : std::next(Stored);
  }
  // Only now: a test speaks of cursors that are known.
  Now.Cursors.erase(&Cursor);
}

void EndFlow::deliver(const ValueDecl &Cursor, const Expr &Await, const Step &Delivered, State &Now) {
  const ValueDecl *Stream = nullptr;
  if (Delivered.IsAdvance) {
    if (const auto Known = Now.Cursors.find(&Cursor); Known != Now.Cursors.end())
      Stream = Known->second.Stream;
  } else {
    Stream = referred(entityOf(Delivered.On));
  }
  forget(Cursor, Now);
  Knowledge &Known = Now.Cursors[&Cursor];
  Known.Steps = {&Await};
  Known.Stream = Stream;
}

void EndFlow::define(const ValueDecl &Variable, const Expr &Value, State &Now) {
  const Expr *Inner = strip(&Value);
  if (const std::optional<Step> Awaited = awaitedStep(*Inner, Shapes)) {
    const bool IsBegin = Awaited->Way == Protocol::AwaitedIterator;
    if (!Awaited->IsAdvance && (IsBegin || Shapes.isOptionalLike(Inner->getType())))
      return deliver(Variable, *Inner, *Awaited, Now);
  }
  const ValueDecl *Source = cursorOf(&Value);
  if (Source == &Variable)
    return;
  forget(Variable, Now);
  if (const auto Known = Now.Cursors.find(Source); Source && Known != Now.Cursors.end()) {
    // A copy tells as much as its original. A reference is its original.
    if (!Variable.getType()->isReferenceType())
      Now.Cursors[&Variable] = Knowledge(Known->second);
    return;
  }
  const auto *Stream = dyn_cast<VarDecl>(&Variable);
  if (Stream && isa<CallExpr>(Inner) && carriesItsOwnEnd(Stream->getType())) {
    const StreamFacts *Facts = In.libraries().stream(className(Stream->getType()));
    if (!Facts || !Facts->FirstStepIsSafe)
      Now.Cursors[Stream] = Knowledge{Untested, {}, Stream};
    return;
  }
  if (Expr::EvalResult Constant; Variable.getType()->isIntegralOrEnumerationType() &&
                                 !Value.isValueDependent() &&
                                 Value.EvaluateAsInt(Constant, In.context()))
    Now.Constants[&Variable] = Constant.Val.getInt();
  else
    Now.Constants.erase(&Variable);
  if (Variable.getType()->isBooleanType()) {
    std::vector<Outcome> Found;
    outcomes(Value, true, Now, Found);
    outcomes(Value, false, Now, Found);
    if (!Found.empty())
      Now.StoredTests[&Variable] = &Value;
  }
}

void EndFlow::awaited(const CoawaitExpr &Await, State &Now) {
  const std::optional<Step> Awaited = awaitedStep(Await, Shapes);
  if (!Awaited)
    return;
  const ValueDecl *Cursor = cursorOf(Awaited->On);
  if (!Cursor)
    return;
  if (Awaited->IsAdvance)
    return deliver(*Cursor, Await, *Awaited, Now);
  if (Awaited->Way == Protocol::AwaitedObject && !Shapes.isOptionalLike(Await.getType())) {
    // The step delivers the item itself: taking it is reading it.
    const auto Known = Now.Cursors.find(Cursor);
    if (Known != Now.Cursors.end() && Known->second.isUnguarded())
      report(Await, Cursor, Known->second);
    deliver(*Cursor, Await, *Awaited, Now);
  }
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
    return Member->isArrow() && !isa<CXXThisExpr>(strip(Member->getBase())) ? Member->getBase()
                                                                            : nullptr;
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&Element))
    return isUncheckedAccessor(*Call) ? Call->getImplicitObjectArgument() : nullptr;
  return nullptr;
}

void EndFlow::report(const Expr &Reading, const ValueDecl *Cursor, const Knowledge &Known) {
  if (!Reads)
    return;
  UncheckedRead Read{&Reading, Cursor, {Known.Steps.begin(), Known.Steps.end()},
                     Known.ForeignTest, Known.ForeignStream, Known.Stream};
  Reads->emplace(&Reading, std::move(Read));
}

void EndFlow::read(const Expr &Reading, const Expr &Object, State &Now) {
  const Expr *Inner = strip(&Object);
  if (const std::optional<Step> Awaited = awaitedStep(*Inner, Shapes)) {
    if (Awaited->Way == Protocol::AwaitedIterator || Shapes.isOptionalLike(Inner->getType())) {
      report(Reading, nullptr, Knowledge{Untested, {Inner}});
      if (const ValueDecl *Cursor = cursorOf(Inner))
        forget(*Cursor, Now);
      return;
    }
  }
  const ValueDecl *Cursor = cursorOf(Inner);
  const auto Known = Now.Cursors.find(Cursor);
  if (!Cursor || Known == Now.Cursors.end() || !Known->second.isUnguarded())
    return;
  report(Reading, Cursor, Known->second);
  forget(*Cursor, Now);
}

/// Whoever else gets to see a cursor, or the outcome of a test, may act on it.
void EndFlow::escape(const Stmt &Element, State &Now) {
  auto Given = [&](const Expr *Argument) {
    if (const ValueDecl *Cursor = cursorOf(Argument))
      forget(*Cursor, Now);
    std::vector<Outcome> Found;
    outcomes(*Argument, true, Now, Found);
    outcomes(*Argument, false, Now, Found);
    for (const Outcome &One : Found)
      if (One.Says != Outcome::OfAnotherStream)
        forget(*One.Cursor, Now);
  };
  if (const auto *Call = dyn_cast<CallExpr>(&Element)) {
    const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call);
    if ((Operator && !isa<CXXMethodDecl>(Operator->getCalleeDecl() ? Operator->getCalleeDecl() : nullptr)) ||
        Call->isCallToStdMove())
      return;
    for (const Expr *Argument : Call->arguments())
      if (!Operator || Argument != Call->getArg(0))
        Given(Argument);
  } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Element)) {
    if (!Construct->getConstructor()->isCopyOrMoveConstructor())
      for (const Expr *Argument : Construct->arguments())
        Given(Argument);
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(&Element)) {
    if (Unary->getOpcode() == UO_AddrOf)
      Given(Unary->getSubExpr());
  } else if (const auto *Lambda = dyn_cast<LambdaExpr>(&Element)) {
    for (const LambdaCapture &Capture : Lambda->captures())
      if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
        forget(*referred(Capture.getCapturedVar()), Now);
  }
}

void EndFlow::transfer(const Stmt &Element, State &Now) {
  if (const auto *Declarations = dyn_cast<DeclStmt>(&Element)) {
    for (const Decl *Declared : Declarations->decls())
      if (const auto *Variable = dyn_cast<VarDecl>(Declared); Variable && Variable->getInit())
        define(*Variable, *Variable->getInit(), Now);
    return;
  }
  const auto *Written = dyn_cast<Expr>(&Element);
  if (!Written)
    return;
  if (const auto *Await = dyn_cast<CoawaitExpr>(Written))
    return awaited(*Await, Now);
  const Expr *Left = nullptr, *Right = nullptr;
  if (isAssignment(*Written, Left, Right)) {
    if (const ValueDecl *Assigned = cursorOf(Left))
      define(*Assigned, *Right, Now);
    return;
  }
  if (const Expr *Object = readObject(Element))
    return read(*Written, *Object, Now);
  escape(Element, Now);
}

void EndFlow::comparison(const Expr &Whole, const Expr &Left, const Expr &Right, bool Equal,
                         const State &Now, std::vector<Outcome> &Found) const {
  for (const auto &[Side, OtherSide] : {std::pair(&Left, &Right), std::pair(&Right, &Left)}) {
    const ValueDecl *Cursor = cursorOf(Side);
    if (!Cursor || !Now.Cursors.count(Cursor))
      continue;
    const Expr *Other = strip(OtherSide);
    if (const auto *Stored = dyn_cast<DeclRefExpr>(Other))
      if (const auto *Sentinel = dyn_cast<VarDecl>(Stored->getDecl()); Sentinel && Sentinel->getInit())
        Other = strip(Sentinel->getInit());
    if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Other)) {
      const ValueDecl *Ended = referred(entityOf(Call->getImplicitObjectArgument()));
      const ValueDecl *Stepped = Now.Cursors.at(Cursor).Stream;
      if (Ended && Stepped && Ended != Stepped) {
        Found.push_back({Outcome::OfAnotherStream, Cursor, &Whole, Ended});
        return;
      }
    }
    const bool IsValue = Shapes.isOptionalLike(Cursor->getType()) &&
                         !Other->getType()->isNullPtrType() &&
                         className(Other->getType()) != "std::nullopt_t" &&
                         !isa<CXXNullPtrLiteralExpr, GNUNullExpr>(Other);
    if (!IsValue)
      Found.push_back({Equal ? Outcome::IsEnd : Outcome::IsItem, Cursor});
    else
      Found.push_back({Equal ? Outcome::IsItem : Outcome::Unclear, Cursor});
    return;
  }
}

void EndFlow::outcomes(const Expr &Condition, bool Truth, const State &Now,
                       std::vector<Outcome> &Found) const {
  const Expr *Inner = strip(&Condition);
  if (const auto *Not = dyn_cast<UnaryOperator>(Inner); Not && Not->getOpcode() == UO_LNot)
    return outcomes(*Not->getSubExpr(), !Truth, Now, Found);
  if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(Inner)) {
    const auto Form = Rewritten->getDecomposedForm();
    return comparison(*Inner, *Form.LHS, *Form.RHS, (Form.Opcode == BO_EQ) == Truth, Now, Found);
  }
  if (const auto *Binary = dyn_cast<BinaryOperator>(Inner)) {
    if (Binary->getOpcode() == (Truth ? BO_LAnd : BO_LOr)) {
      outcomes(*Binary->getLHS(), Truth, Now, Found);
      outcomes(*Binary->getRHS(), Truth, Now, Found);
    } else if (Binary->isEqualityOp()) {
      comparison(*Inner, *Binary->getLHS(), *Binary->getRHS(), (Binary->getOpcode() == BO_EQ) == Truth,
                 Now, Found);
    }
    if (!Binary->isAssignmentOp())
      return;
  }
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Inner)) {
    const OverloadedOperatorKind Kind = Operator->getOperator();
    if (Kind == OO_Exclaim)
      return outcomes(*Operator->getArg(0), !Truth, Now, Found);
    if (Kind == OO_EqualEqual || Kind == OO_ExclaimEqual)
      return comparison(*Inner, *Operator->getArg(0), *Operator->getArg(1),
                        (Kind == OO_EqualEqual) == Truth, Now, Found);
  }
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Inner)) {
    const ValueDecl *Cursor = cursorOf(Call->getImplicitObjectArgument());
    const CXXMethodDecl *Method = Call->getMethodDecl();
    if (!Cursor || !Method || !Now.Cursors.count(Cursor))
      return;
    const bool TellsItem = isa<CXXConversionDecl>(Method) ||
                           (Method->getIdentifier() &&
                            llvm::is_contained({"has_value", "hasValue", "is_initialized"}, Method->getName()));
    if (TellsItem)
      Found.push_back({Truth ? Outcome::IsItem : Outcome::IsEnd, Cursor});
    else if (Call->getType()->isBooleanType())
      Found.push_back({Outcome::Unclear, Cursor});
    return;
  }
  const ValueDecl *Named = cursorOf(Inner);
  if (!Named)
    return;
  if (const auto Stored = Now.StoredTests.find(Named); Stored != Now.StoredTests.end())
    return outcomes(*Stored->second, Truth, Now, Found);
  if (Now.Cursors.count(Named) && Named->getType()->isPointerType())
    Found.push_back({Truth ? Outcome::IsItem : Outcome::IsEnd, Named});
}

void EndFlow::branch(const CFGBlock &Block, const Expr &Condition, bool Taken, State &Now) {
  std::vector<Outcome> Found;
  outcomes(Condition, Taken, Now, Found);
  const auto *Joined = dyn_cast_or_null<BinaryOperator>(Block.getTerminatorStmt());
  const bool LeavesAnOr = Joined && Joined->getOpcode() == BO_LOr && !Taken;
  for (const Outcome &One : Found) {
    const auto Known = Now.Cursors.find(One.Cursor);
    if (Known == Now.Cursors.end())
      continue;
    switch (One.Says) {
    case Outcome::IsItem:
      Known->second.May = Item;
      break;
    case Outcome::IsEnd:
      // `if (item || force)` goes on with `force` alone: nothing is guarded.
      if (!LeavesAnOr)
        Known->second.May = End;
      break;
    case Outcome::Unclear:
      Now.Cursors.erase(Known);
      break;
    case Outcome::OfAnotherStream:
      Known->second.ForeignTest = One.Test;
      Known->second.ForeignStream = One.OtherStream;
      break;
    }
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

std::vector<UncheckedRead> uncheckedReads(const Unit &In, const Function &Consumer) {
  if (Consumer.IsDependent || !awaitsAStep(*Consumer.Body, In.types()))
    return {};
  const Graph *Whole = In.graph(Consumer);
  if (!Whole)
    return {};
  EndFlow Flow(In);
  const auto AtEntry = solve(*Whole, Flow);
  if (!AtEntry)
    return {};
  std::map<const Expr *, UncheckedRead> Reads;
  Flow.Reads = &Reads;
  for (const CFGBlock *Block : *Whole->flow())
    if (std::optional<Knowns> Now = (*AtEntry)[Block->getBlockID()])
      runBlock(*Whole, *Block, Flow, *Now);
  std::vector<UncheckedRead> Sorted;
  for (auto &[Reading, Read] : Reads)
    Sorted.push_back(std::move(Read));
  const SourceManager &Sources = In.context().getSourceManager();
  auto Before = [&](const Expr *Left, const Expr *Right) {
    return Sources.isBeforeInTranslationUnit(Left->getExprLoc(), Right->getExprLoc());
  };
  for (UncheckedRead &Read : Sorted)
    llvm::sort(Read.Steps, Before);
  llvm::sort(Sorted, [&](const UncheckedRead &Left, const UncheckedRead &Right) {
    return Before(Left.Read, Right.Read);
  });
  return Sorted;
}

} // namespace asynciter
