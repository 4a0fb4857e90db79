// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: whoever collects a whole stream to loop over it once could use the
// items as they come, with less memory and without the wait for the last one.
//
// Does not see: collections that are filled under conditions or used in any
// other way; loops in other functions.
#include "Rule.h"
#include "model/Names.h"
#include "model/Step.h"
#include "model/Unit.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace asynciter {

static bool isContainer(QualType Type, const Types &Shapes) {
  const CXXRecordDecl *Class = classOf(Type);
  return Class && Class->hasDefinition() && nullaryMethod(*Class, "begin") && nullaryMethod(*Class, "end") &&
         nullaryMethod(*Class, "clear") && !Shapes.isStream(Type);
}

static unsigned mentions(const Stmt &Whole, const VarDecl &Variable) {
  unsigned Count = 0;
  forEachNested(Whole, [&](const Stmt &Part) {
    const auto *Named = dyn_cast<DeclRefExpr>(&Part);
    Count += Named && Named->getDecl() == &Variable;
    if (const auto *Lambda = dyn_cast<LambdaExpr>(&Part))
      Count += 2 * llvm::any_of(Lambda->captures(), [&](const LambdaCapture &Capture) {
                 return Capture.capturesVariable() && Capture.getCapturedVar() == &Variable;
               });
  });
  return Count;
}

/// The container that a loop over a stream does nothing but fill.
static const VarDecl *filledBy(const Stmt &Loop, const Types &Shapes) {
  const Stmt *Body = nullptr, *Steps = nullptr;
  if (const auto *While = dyn_cast<WhileStmt>(&Loop)) {
    Body = While->getBody();
    Steps = While->getConditionVariableDeclStmt()
                ? static_cast<const Stmt *>(While->getConditionVariableDeclStmt())
                : While->getCond();
  } else if (const auto *For = dyn_cast<ForStmt>(&Loop)) {
    Body = For->getBody();
    Steps = For->getInc();
  }
  if (const auto *Block = dyn_cast_or_null<CompoundStmt>(Body))
    Body = Block->size() == 1 ? Block->body_front() : nullptr;
  const auto *Fill = Body && isa<Expr>(Body) ? dyn_cast<CXXMemberCallExpr>(strip(cast<Expr>(Body))) : nullptr;
  const CXXMethodDecl *Method = Fill ? Fill->getMethodDecl() : nullptr;
  if (!Steps || !Method || !Method->getIdentifier() ||
      !llvm::is_contained({"push_back", "emplace_back", "insert", "emplace"}, Method->getName()))
    return nullptr;
  bool StepsStream = false;
  forEachNested(*Steps, [&](const Stmt &Part) {
    const auto *Await = dyn_cast<CoawaitExpr>(&Part);
    StepsStream |= Await && awaitedStep(*Await, Shapes);
  });
  const auto *Filled = dyn_cast_or_null<VarDecl>(entityOf(Fill->getImplicitObjectArgument()));
  return StepsStream && Filled && !Filled->getType()->isReferenceType() ? Filled : nullptr;
}

/// The call that is awaited for all items of a stream at once.
static const CallExpr *collectingCall(const Expr *Value, const Types &Shapes) {
  const auto *Await = dyn_cast_or_null<CoawaitExpr>(Value ? strip(Value) : nullptr);
  const auto *Call = Await ? dyn_cast<CallExpr>(strip(Await->getOperand())) : nullptr;
  if (!Call || !isContainer(Await->getType(), Shapes) || stepOf(*Call, Shapes))
    return nullptr;
  auto IsStream = [&](const Expr *Given) { return Shapes.isStream(strip(Given)->getType()); };
  const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
  return (Member && IsStream(Member->getImplicitObjectArgument())) ||
                 llvm::any_of(Call->arguments(), IsStream)
             ? Call
             : nullptr;
}

/// Declared in the block itself, and empty at first.
static bool declares(const CompoundStmt &Block, const VarDecl &Local) {
  return llvm::any_of(Block.body(), [&](const Stmt *Statement) {
    const auto *Declarations = dyn_cast<DeclStmt>(Statement);
    const auto *Construct = Local.getInit() ? dyn_cast<CXXConstructExpr>(strip(Local.getInit())) : nullptr;
    return Declarations && llvm::is_contained(Declarations->decls(), &Local) && Construct &&
           Construct->getNumArgs() == 0;
  });
}

static void checkBlock(const CompoundStmt &Block, const Function &Where, const Unit &In, Reporter &Out) {
  auto Report = [&](SourceLocation At, const std::string &What) {
    Out.report(
        {At,
         What + " holds the whole stream only to be looped over once: its items can be used as they come"});
  };
  // Where each container of this block was filled, and with what.
  llvm::DenseMap<const VarDecl *, SourceLocation> Filled;
  for (const Stmt *Statement : Block.body()) {
    if (const auto *Declarations = dyn_cast<DeclStmt>(Statement);
        Declarations && Declarations->isSingleDecl())
      if (const auto *Local = dyn_cast<VarDecl>(Declarations->getSingleDecl()))
        if (const CallExpr *Call = collectingCall(Local->getInit(), In.types()))
          Filled[Local] = placeOf(*Call);
    if (const VarDecl *Local = filledBy(*Statement, In.types());
        Local && isContainer(Local->getType(), In.types()))
      Filled[Local] = Statement->getBeginLoc();
    const auto *Loop = dyn_cast<CXXForRangeStmt>(Statement);
    const auto *Range = Loop ? dyn_cast<DeclRefExpr>(strip(Loop->getRangeInit())) : nullptr;
    const auto *Local = Range ? dyn_cast<VarDecl>(Range->getDecl()) : nullptr;
    if (!Local || !Filled.count(Local) || !In.isReachable(Where, *Loop))
      continue;
    const bool IsByCall = collectingCall(Local->getInit(), In.types()) != nullptr;
    if (mentions(*Where.Body, *Local) == (IsByCall ? 1 : 2) && (IsByCall || declares(Block, *Local)))
      Report(Filled[Local], "`" + Local->getNameAsString() + "`");
  }
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Where : In.functions()) {
    if (!Where.isAsync())
      continue;
    forEachNested(*Where.Body, [&](const Stmt &Part) {
      if (const auto *Block = dyn_cast<CompoundStmt>(&Part))
        checkBlock(*Block, Where, In, Out);
      if (const auto *Loop = dyn_cast<CXXForRangeStmt>(&Part))
        if (const CallExpr *Call = collectingCall(Loop->getRangeInit(), In.types());
            Call && In.isReachable(Where, *Loop))
          Out.report({placeOf(*Call), "the result of this call holds the whole stream only to be looped over "
                                      "once: its items can be used as they come"});
    });
  }
}

extern const Rule materialized_stream;
const Rule materialized_stream = {{"materialized-stream",
                                   "a whole stream is collected into a container only to be looped over once",
                                   Tier::Pedantic, "0.1.0"},
                                  check};

} // namespace asynciter
