// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Yields.h"

#include "model/Graph.h"
#include "model/Walk.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

#include <set>

using namespace clang;

namespace asynciter {

/// More are not told apart from this many.
static constexpr unsigned Most = 8;

/// A nested stream that is yielded as a whole may be empty; an error is no item.
static bool yieldsOneItem(const CoyieldExpr &Yield, const Types &Shapes) {
  const auto *Call = dyn_cast_or_null<CallExpr>(strip(Yield.getOperand()));
  const Expr *Given = Call && Call->getNumArgs() > 0 ? Call->getArg(0) : Yield.getOperand();
  const QualType Type = strip(Given)->getType();
  const CXXRecordDecl *Class = Type->getAsCXXRecordDecl();
  return !Shapes.isStream(Type) && !Shapes.isGenerator(Type) &&
         !(Class && Class->getIdentifier() &&
           llvm::is_contained({"elements_of", "co_error", "co_result"}, Class->getName()));
}

static unsigned itemsIn(const CFGBlock &Block, const Types &Shapes, bool WithReturned) {
  unsigned Items = 0;
  for (const CFGElement &Element : Block) {
    const auto Part = Element.getAs<CFGStmt>();
    if (!Part)
      continue;
    if (const auto *Yield = dyn_cast<CoyieldExpr>(Part->getStmt()))
      Items += yieldsOneItem(*Yield, Shapes);
    else if (const auto *Return = dyn_cast<CoreturnStmt>(Part->getStmt()))
      Items += WithReturned && Return->getOperand();
  }
  return Items;
}

static bool throws(const CFGBlock &Block) {
  return llvm::any_of(Block, [](const CFGElement &Element) {
    const auto Part = Element.getAs<CFGStmt>();
    return Part && isa<CXXThrowExpr>(Part->getStmt());
  });
}

/// The shortest way from the entry to the exit, without those that an exception
/// takes out of the function.
unsigned Yields::fewest(const Function &Generator, bool WithReturned) const {
  const Graph *Whole = In.graph(Generator);
  if (!Whole || !Whole->flow())
    return 0;
  const CFG &Flow = *Whole->flow();
  std::vector<unsigned> Fewest(Flow.getNumBlockIDs(), Endless);
  std::set<std::pair<unsigned, const CFGBlock *>> Work{{0, &Flow.getEntry()}};
  Fewest[Flow.getEntry().getBlockID()] = 0;
  while (!Work.empty()) {
    const auto [Before, Block] = *Work.begin();
    Work.erase(Work.begin());
    if (Block == &Flow.getExit())
      return std::min(Before, Most);
    if (Before != Fewest[Block->getBlockID()] || Block->hasNoReturnElement())
      continue;
    const unsigned After = Before + itemsIn(*Block, In.types(), WithReturned);
    bool IsExceptional = throws(*Block) || isa_and_nonnull<CXXTryStmt>(Block->getTerminatorStmt());
    for (const CFGBlock::AdjacentBlock &Edge : Block->succs()) {
      const CFGBlock *Next = Edge.getReachableBlock();
      if (Next && !(IsExceptional && Next == &Flow.getExit()) && After < Fewest[Next->getBlockID()]) {
        Fewest[Next->getBlockID()] = After;
        Work.insert({After, Next});
      }
      // The other way out of a call is an exception.
      IsExceptional |= !Block->getTerminatorStmt();
    }
  }
  return Endless;
}

unsigned Yields::certainItems(const Expr &Creation, bool WithReturned) const {
  const auto *Call = dyn_cast<CallExpr>(strip(&Creation));
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(Callee);
  const FunctionDecl *Defined =
      Callee && !(Method && Method->isVirtual()) ? Callee->getDefinition() : nullptr;
  const Function *Generator = Defined ? In.find(*Defined) : nullptr;
  if (!Generator || Generator->Kind != FunctionKind::AsyncGenerator || Generator->IsDependent)
    return 0;
  const auto [Found, IsNew] = Known.try_emplace({Defined, WithReturned}, 0);
  if (IsNew) {
    const unsigned Items = fewest(*Generator, WithReturned);
    Known[{Defined, WithReturned}] = Items;
    return Items;
  }
  return Found->second;
}

} // namespace asynciter
