// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Graph.h"

#include "model/Bodies.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace asynciter {

Graph::Graph(const FunctionDecl &Of, const Stmt &Body, ASTContext &Context) {
  CFG::BuildOptions Options;
  Options.AddEHEdges = true;
  Options.AddImplicitDtors = true;
  Options.AddInitializers = true;
  Options.setAllAlwaysAdd();
  // The builder only reads the tree; its interface predates const.
  Flow = CFG::buildCFG(&Of, const_cast<Stmt *>(&Body), &Context, Options);
  findMachinery(Body);
  if (Flow)
    findReachable();
}

static void forEachDescendant(const Stmt &Part, llvm::function_ref<void(const Stmt &)> Visit) {
  Visit(Part);
  for (const Stmt *Child : Part.children())
    if (Child)
      forEachDescendant(*Child, Visit);
}

void Graph::findMachinery(const Stmt &Part) {
  if (const auto *Suspension = dyn_cast<CoroutineSuspendExpr>(&Part)) {
    for (const Expr *Added : {Suspension->getCommonExpr(), Suspension->getReadyExpr(),
                              Suspension->getSuspendExpr(), Suspension->getResumeExpr()})
      if (Added)
        forEachDescendant(*Added, [&](const Stmt &One) { Machinery.insert(&One); });
    forEachDescendant(*Suspension->getOperand(), [&](const Stmt &One) { Machinery.erase(&One); });
  }
  forEachPart(Part, [&](const Stmt &Nested) { findMachinery(Nested); });
}

void Graph::findReachable() {
  llvm::DenseSet<const CFGBlock *> Reached;
  std::vector<const CFGBlock *> Work{&Flow->getEntry()};
  // A handler is entered from wherever its `try` can throw; the graph links it
  // only to calls that it knows may.
  for (const CFGBlock *Block : *Flow)
    if (isa_and_nonnull<CXXCatchStmt>(Block->getLabel()))
      Work.push_back(Block);
  while (!Work.empty()) {
    const CFGBlock *Block = Work.back();
    Work.pop_back();
    if (!Reached.insert(Block).second)
      continue;
    for (const CFGBlock::AdjacentBlock &Edge : Block->succs())
      if (const CFGBlock *Next = Edge.getReachableBlock())
        Work.push_back(Next);
  }
  for (const CFGBlock *Block : *Flow)
    for (const CFGElement &Element : *Block)
      if (const auto Part = Element.getAs<CFGStmt>()) {
        Elements.try_emplace(Part->getStmt(), Block);
        if (Reached.contains(Block))
          Reachable.insert(Part->getStmt());
      }
}

bool Graph::isReachable(const Stmt &Element) const {
  if (const auto *Loop = dyn_cast<CXXForRangeStmt>(&Element))
    return isReachable(*Loop->getRangeStmt());
  if (const auto *Loop = dyn_cast<ForStmt>(&Element); Loop && Loop->getInit())
    return isReachable(*Loop->getInit());
  return Reachable.contains(&Element) || !Elements.count(&Element);
}

bool Graph::leads(const CFGBlock &From, const CFGBlock &To) const {
  llvm::DenseSet<const CFGBlock *> Seen;
  std::vector<const CFGBlock *> Work{&From};
  while (!Work.empty()) {
    const CFGBlock *Block = Work.back();
    Work.pop_back();
    for (const CFGBlock::AdjacentBlock &Edge : Block->succs()) {
      const CFGBlock *Next = Edge.getReachableBlock();
      if (Next == &To)
        return true;
      if (Next && Seen.insert(Next).second)
        Work.push_back(Next);
    }
  }
  return false;
}

const Expr *conditionOf(const CFGBlock &Block) {
  // A call that may throw has two successors as well, and no terminator.
  if (Block.succ_size() != 2 || !Block.getTerminatorStmt() || !Block.getTerminator().isStmtBranch() ||
      isa<SwitchStmt>(Block.getTerminatorStmt()))
    return nullptr;
  if (const Expr *Last = Block.getLastCondition())
    return Last;
  // The condition was a call that may throw, which ends a block of its own. Of
  // `a && b` in an `if`, what is decided here is `b`.
  const auto *Whole = dyn_cast_or_null<Expr>(Block.getTerminatorCondition());
  while (Whole) {
    const auto *Logical = dyn_cast<BinaryOperator>(Whole->IgnoreParenImpCasts());
    if (!Logical || !Logical->isLogicalOp())
      break;
    Whole = Logical->getRHS();
  }
  return Whole;
}

bool isSuspension(const Stmt &Element) {
  if (const auto *Await = dyn_cast<CoawaitExpr>(&Element))
    return !Await->isImplicit();
  return isa<CoyieldExpr>(Element);
}

namespace {

/// Whether all that a function in sight returns is accepted.
bool returnsOnly(const FunctionDecl *Function, llvm::function_ref<bool(const Expr &)> Accept) {
  const FunctionDecl *Defined = nullptr;
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Function);
  const Stmt *Body = Function && !(Method && Method->isVirtual()) ? bodyOf(*Function, &Defined) : nullptr;
  bool Any = false, All = true;
  if (Body)
    forEachDescendant(*Body, [&](const Stmt &Part) {
      if (const auto *Return = dyn_cast<ReturnStmt>(&Part)) {
        Any = true;
        All &= Return->getRetValue() && Accept(*strip(Return->getRetValue()));
      }
    });
  return Any && All;
}

bool isLiteral(const Expr &Value, bool Wanted) {
  const auto *Literal = dyn_cast<CXXBoolLiteralExpr>(&Value);
  return Literal && Literal->getValue() == Wanted;
}

/// The call of the awaiter's function that `Part` makes, through conversions.
const FunctionDecl *calledIn(const Expr *Part, llvm::StringRef Name) {
  const FunctionDecl *Found = nullptr;
  if (Part)
    forEachDescendant(*Part, [&](const Stmt &One) {
      const auto *Call = dyn_cast<CallExpr>(&One);
      const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
      if (!Found && Callee && Callee->getIdentifier() && Callee->getName() == Name)
        Found = Callee;
    });
  return Found;
}

} // namespace

bool canSuspend(const Stmt &Suspension) {
  const auto *Whole = dyn_cast<CoroutineSuspendExpr>(&Suspension);
  if (!Whole)
    return true;
  const FunctionDecl *Ready = calledIn(Whole->getReadyExpr(), "await_ready");
  if (returnsOnly(Ready, [](const Expr &Value) { return isLiteral(Value, true); }))
    return false;
  const FunctionDecl *Suspend = calledIn(Whole->getSuspendExpr(), "await_suspend");
  return !returnsOnly(Suspend, [](const Expr &Value) {
    const auto *Named = dyn_cast<DeclRefExpr>(&Value);
    return isLiteral(Value, false) || (Named && isa<ParmVarDecl>(Named->getDecl()));
  });
}

} // namespace asynciter
