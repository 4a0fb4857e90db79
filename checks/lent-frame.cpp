// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a consumer may drop a generator at any `co_yield`. Then its locals are
// destroyed and nothing after the `co_yield` runs. Work that the generator has
// started and that refers to these locals goes on.
//
// Does not see: work that is started by functions which no model lists; guards
// that are members or returned by functions; that a scope's destructor waits.
#include "Rule.h"
#include "facts/Loans.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"

using namespace clang;

namespace asynciter {

namespace {

bool holdsClosure(const Stmt &Part) {
  bool Found = isa<LambdaExpr>(Part);
  forEachPart(Part, [&](const Stmt &Nested) { Found = Found || holdsClosure(Nested); });
  return Found;
}

class FrameLender {
public:
  FrameLender(const Unit &In, const Function &Generator, Reporter &Out)
      : In(In), Generator(Generator), Out(Out), All(In.facts<Frames>()) {}

  void check() {
    find(*Generator.Body, /*IsAwaited=*/false);
    if (Yields.empty() || IsGuarded)
      return;
    for (const CallExpr *Call : Spawns)
      for (const Expr *Argument : Call->arguments())
        ofArgument(*Argument, *Call);
    for (const Frame &Made : All.of(Generator).frames())
      if ((Made.Becomes.Is == Fate::Kept || Made.Becomes.Is == Fate::Dropped) &&
          In.libraries().isDetachedTask(className(Made.Call->getType())))
        ofFrame(*Made.Call, *Made.Call);
  }

private:
  void find(const Stmt &Part, bool IsAwaited) {
    if (isa<CoyieldExpr>(Part))
      Yields.push_back(Part.getBeginLoc());
    // Something that runs a function when the frame ends: a guard, or a clean-up
    // that is registered by an await.
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Part); Construct && !IsAwaited) {
      const CXXRecordDecl *Class = Construct->getConstructor()->getParent();
      IsGuarded |= !Class->isLambda() && Class->hasNonTrivialDestructor() &&
                   !Construct->getConstructor()->isCopyOrMoveConstructor() && holdsClosure(Part);
    }
    if (isa<CoawaitExpr>(Part))
      IsGuarded |= holdsClosure(Part);
    const auto *Call = dyn_cast<CallExpr>(&Part);
    const FunctionDecl *Callee = Call && !IsAwaited ? Call->getDirectCallee() : nullptr;
    if (Callee && In.libraries().spawns(qualifiedName(*Callee)))
      Spawns.push_back(Call);
    forEachPart(Part, [&](const Stmt &Nested) { find(Nested, IsAwaited || isa<CoawaitExpr>(Part)); });
  }

  void ofArgument(const Expr &Argument, const CallExpr &Started) {
    if (All.borrows().isBorrow(strip(&Argument)->getType()))
      for (const Lender &From : All.borrows().held(Argument))
        report(From, Argument, Started);
    ofCalls(Argument, Started);
  }

  void ofCalls(const Stmt &Part, const CallExpr &Started) {
    if (const auto *Call = dyn_cast<CallExpr>(&Part))
      ofFrame(*Call, Started);
    forEachPart(Part, [&](const Stmt &Nested) { ofCalls(Nested, Started); });
  }

  void ofFrame(const CallExpr &Call, const CallExpr &Started) {
    for (const Loan &Lent : All.loans(Call))
      report(Lent.From, *Lent.Argument, Started);
  }

  void report(const Lender &From, const Expr &At, const CallExpr &Started) {
    const auto *Local = dyn_cast_or_null<VarDecl>(From.Variable);
    if (From.Is != Lender::Local || !Local || Local->getDeclContext() != Generator.Declared ||
        !In.isReachable(Generator, Started) || !Told.insert(&At).second)
      return;
    const SourceManager &Sources = In.context().getSourceManager();
    for (SourceLocation Yield : Yields)
      if (Sources.isBeforeInTranslationUnit(Started.getBeginLoc(), Yield)) {
        Out.report({At.getExprLoc(),
                    "`" + Local->getNameAsString() + "` is lent to work that goes on when `" +
                        functionForPeople(*Generator.Declared) + "` is dropped",
                    {{Started.getExprLoc(), "the work is started here"},
                     {Yield, "a consumer may drop the stream here, which ends `" + Local->getNameAsString() +
                                 "`"}}});
        return;
      }
  }

  const Unit &In;
  const Function &Generator;
  Reporter &Out;
  const Frames &All;
  std::vector<SourceLocation> Yields;
  std::vector<const CallExpr *> Spawns;
  llvm::DenseSet<const Expr *> Told;
  bool IsGuarded = false;
};

} // namespace

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Generator : In.functions())
    if (Generator.Kind == FunctionKind::AsyncGenerator && !Generator.IsDependent)
      FrameLender(In, Generator, Out).check();
}

extern const Rule lent_frame;
const Rule lent_frame = {{"lent-frame",
                          "a generator lends its locals to work that goes on when the generator is dropped",
                          Tier::Suspicious, "0.1.0"},
                         check};

} // namespace asynciter
