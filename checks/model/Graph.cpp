// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Graph.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/DenseSet.h"

using namespace clang;

namespace asynciter {

std::unique_ptr<CFG> buildGraph(const FunctionDecl &Of, const Stmt &Body, ASTContext &Context) {
  CFG::BuildOptions Options;
  Options.AddEHEdges = true;
  Options.AddImplicitDtors = true;
  Options.AddInitializers = true;
  Options.setAllAlwaysAdd();
  // The builder only reads the tree; its interface predates const.
  return CFG::buildCFG(&Of, const_cast<Stmt *>(&Body), &Context, Options);
}

void forEachElement(const CFG &Graph, llvm::function_ref<void(const Stmt &, bool)> Visit) {
  llvm::DenseSet<const CFGBlock *> Reached;
  std::vector<const CFGBlock *> Work{&Graph.getEntry()};
  // A handler is entered from wherever its `try` can throw; the graph links it
  // only to calls that it knows may.
  for (const CFGBlock *Block : Graph)
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
  for (const CFGBlock *Block : Graph)
    for (const CFGElement &Element : *Block)
      if (const auto Part = Element.getAs<CFGStmt>())
        Visit(*Part->getStmt(), Reached.contains(Block));
}

bool isSuspension(const Stmt &Element) {
  if (const auto *Await = dyn_cast<CoawaitExpr>(&Element))
    return !Await->isImplicit();
  return isa<CoyieldExpr>(Element);
}

} // namespace asynciter
