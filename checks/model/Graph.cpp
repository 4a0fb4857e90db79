// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Graph.h"

#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
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
        Elements.insert(Part->getStmt());
        if (Reached.contains(Block))
          Reachable.insert(Part->getStmt());
      }
}

bool Graph::isReachable(const Stmt &Element) const {
  if (const auto *Loop = dyn_cast<CXXForRangeStmt>(&Element))
    return isReachable(*Loop->getRangeStmt());
  if (const auto *Loop = dyn_cast<ForStmt>(&Element); Loop && Loop->getInit())
    return isReachable(*Loop->getInit());
  return Reachable.contains(&Element) || !Elements.contains(&Element);
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

} // namespace asynciter
