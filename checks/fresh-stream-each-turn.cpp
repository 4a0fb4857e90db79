// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: calling an async generator makes a new stream, which begins at the
// beginning. A loop whose own condition or step makes one and steps it gets the
// first item at every turn, and never the end.
//
// Does not see: streams made in the loop's body, where that may be meant; and
// those made from something that may remember how far it was read: an argument
// that the generator may change or that the loop changes, an object, a global.
#include "Rule.h"
#include "model/Changes.h"
#include "model/Graph.h"
#include "model/Names.h"
#include "model/Step.h"
#include "model/Unit.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

/// The parts of a loop that run at every turn, beside its body.
static llvm::SmallVector<const Stmt *, 3> partsOfEachTurn(const Stmt &Loop) {
  if (const auto *While = dyn_cast<WhileStmt>(&Loop))
    return {While->getConditionVariableDeclStmt(), While->getCond()};
  if (const auto *For = dyn_cast<ForStmt>(&Loop))
    return {For->getConditionVariableDeclStmt(), For->getCond(), For->getInc()};
  if (const auto *Do = dyn_cast<DoStmt>(&Loop))
    return {Do->getCond()};
  return {};
}

/// The call that makes the generator which a step is made on.
static const CallExpr *creationFor(const Step &Taken, const Unit &In) {
  const auto *Call = dyn_cast<CallExpr>(strip(Taken.On));
  if (!Call || !Call->isPRValue() || !In.types().isGenerator(Call->getType()) || stepOf(*Call, In.types()))
    return nullptr;
  const StreamFacts *Facts = In.libraries().stream(className(Call->getType()));
  return Facts && Facts->MayBeDropped ? nullptr : Call;
}

/// Whether something that a call is given may be in another state at each turn.
static bool mayRemember(const QualType Given) {
  if (Given->isPointerType())
    return !Given->getPointeeType().isConstQualified();
  const CXXRecordDecl *Class = classOf(Given);
  if (!Class || !Class->hasDefinition())
    return Given->isDependentType();
  auto IsHandle = [](const CXXRecordDecl &Held) { return nullaryMethod(Held, "get") != nullptr; };
  return IsHandle(*Class) || llvm::any_of(Class->fields(), [&](const FieldDecl *Field) {
           const QualType Held = Field->getType();
           const CXXRecordDecl *HeldClass = classOf(Held);
           return Held->isReferenceType() ||
                  (Held->isPointerType() && Held->getPointeeType()->isRecordType()) ||
                  (HeldClass && HeldClass->hasDefinition() && IsHandle(*HeldClass));
         });
}

/// Whether the creator starts from the same at every turn of the loop.
static bool startsFromTheSame(const CallExpr &Creation, const Stmt &Loop, const Unit &In) {
  const FunctionDecl *Creator = Creation.getDirectCallee();
  if (!Creator)
    return false;
  const auto *Method = dyn_cast<CXXMethodDecl>(Creator);
  const bool IsOnObject = Method && !Method->isStatic() && !Method->getParent()->isLambda();
  if (IsOnObject && !Method->isConst())
    return false;
  if (Method && Method->getParent()->isLambda())
    for (const LambdaCapture &Capture : Method->getParent()->captures())
      if (Capture.getCaptureKind() != LCK_ByCopy || !Method->isConst())
        return false;
  bool Same = true;
  for (const ParmVarDecl *Parameter : Creator->parameters()) {
    const QualType Type = Parameter->getType();
    if (Type->isReferenceType() && !Type->getPointeeType().isConstQualified())
      Same = false;
    Same &= !mayRemember(Type.getNonReferenceType());
  }
  forEachNested(Creation, [&](const Stmt &Part) {
    // What another call, or an await, gives may differ each time.
    Same &= &Part == &Creation || !isa<CallExpr, CoawaitExpr, CXXThisExpr, LambdaExpr>(Part);
  });
  forEachNamed(Creation, [&](const ValueDecl &Named) {
    const auto *Variable = dyn_cast<VarDecl>(&Named);
    if (!Variable || (!Variable->hasLocalStorage() && !Variable->getType().isConstQualified()) ||
        changes(Loop, Named))
      Same = false;
  });
  // A creator that keeps its place in a global shows it.
  if (const Function *Producer = In.find(*Creator))
    forEachNamed(*Producer->Body, [&](const ValueDecl &Named) {
      const auto *Variable = dyn_cast<VarDecl>(&Named);
      if (Variable && !Variable->hasLocalStorage() && !Variable->getType().isConstQualified())
        Same = false;
    });
  return Same;
}

static bool takesMoreTurns(const Stmt &Creation, const Function &Where, const Unit &In) {
  const Graph *Flow = In.graph(Where);
  const CFGBlock *Block = Flow ? Flow->blockOf(Creation) : nullptr;
  return !Block || (Flow->isReachable(Creation) && Flow->leads(*Block, *Block));
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Where : In.functions())
    forEachNested(*Where.Body, [&](const Stmt &Loop) {
      for (const Stmt *Part : partsOfEachTurn(Loop))
        if (Part)
          forEachNested(*Part, [&](const Stmt &Nested) {
            const auto *Await = dyn_cast<CoawaitExpr>(&Nested);
            const std::optional<Step> Taken = Await ? awaitedStep(*Await, In.types()) : std::nullopt;
            const CallExpr *Creation = Taken && !Taken->IsAdvance ? creationFor(*Taken, In) : nullptr;
            if (Creation && startsFromTheSame(*Creation, Loop, In) && takesMoreTurns(*Creation, Where, In))
              Out.report(
                  {placeOf(*Creation), "`" + functionForPeople(*Creation->getDirectCallee()) +
                                           "` creates the stream anew at every turn of this loop, which "
                                           "sees its first item each time"});
          });
    });
}

extern const Rule fresh_stream_each_turn;
const Rule fresh_stream_each_turn = {
    {"fresh-stream-each-turn",
     "a loop's own condition or step creates the stream anew, so that every turn sees its first item",
     Tier::Correctness, "0.1.0"},
    check};

} // namespace asynciter
