// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The control flow graph of a coroutine and a forward dataflow solver on it.
//
// Clang's graph runs straight through a suspension. Ours adds the other way
// out: at each suspension the frame may be destroyed, then the destructors of
// the live locals run and nothing after does. The solver calls `destroyed` with
// the state before each suspension, as for an edge to the exit.
#pragma once

#include "clang/AST/ExprCXX.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"

#include <memory>
#include <optional>
#include <set>
#include <type_traits>
#include <vector>

namespace clang {
class ASTContext;
class FunctionDecl;
} // namespace clang

namespace asynciter {

/// The graph of a body as written, with each expression an element of its own,
/// edges into handlers and implicit destructors.
class Graph {
public:
  Graph(const clang::FunctionDecl &Of, const clang::Stmt &Body, clang::ASTContext &Context);

  /// Clang's graph; null where it refuses to build one.
  const clang::CFG *flow() const { return Flow.get(); }
  /// Whether control gets to an element; what is no element counts as reached.
  bool isReachable(const clang::Stmt &Element) const;
  /// The block that an element is in; null for what is no element.
  const clang::CFGBlock *blockOf(const clang::Stmt &Element) const { return Elements.lookup(&Element); }
  /// Whether control can come from the end of one block to the other, which may
  /// be the same.
  bool leads(const clang::CFGBlock &From, const clang::CFGBlock &To) const;
  /// What the compiler adds to an await: `await_transform`, `await_ready` and so
  /// on. Clang's graph has them as elements, the operand among their arguments.
  bool isMachinery(const clang::Stmt &Element) const { return Machinery.contains(&Element); }

private:
  void findMachinery(const clang::Stmt &Part);
  void findReachable();

  std::unique_ptr<clang::CFG> Flow;
  llvm::DenseSet<const clang::Stmt *> Machinery, Reachable;
  llvm::DenseMap<const clang::Stmt *, const clang::CFGBlock *> Elements;
};

/// A `co_await` or `co_yield` that a person wrote.
bool isSuspension(const clang::Stmt &Element);

/// Whether the coroutine can stop there: not where the awaiter says at once, on
/// every path, that it is ready or resumes who awaits it.
bool canSuspend(const clang::Stmt &Suspension);

/// The expression whose outcome decides between the two successors of a block;
/// null if it does not branch.
const clang::Expr *conditionOf(const clang::CFGBlock &Block);

template <typename Domain, typename = void> struct HearsOfScopeEnds : std::false_type {};
template <typename Domain>
struct HearsOfScopeEnds<Domain, std::void_t<decltype(&Domain::scopeEnded)>> : std::true_type {};

/// Takes the state through one block's elements.
template <typename Domain>
void runBlock(const Graph &Whole, const clang::CFGBlock &Block, Domain &Problem,
              typename Domain::State &Now) {
  for (const clang::CFGElement &Element : Block) {
    if constexpr (HearsOfScopeEnds<Domain>::value)
      if (const auto End = Element.getAs<clang::CFGAutomaticObjDtor>())
        Problem.scopeEnded(*End->getVarDecl(), *End->getTriggerStmt(), Now);
    if (const auto Part = Element.getAs<clang::CFGStmt>(); Part && !Whole.isMachinery(*Part->getStmt())) {
      if (isSuspension(*Part->getStmt()))
        Problem.destroyed(*Part->getStmt(), Now);
      Problem.transfer(*Part->getStmt(), Now);
    }
  }
}

/// Hands the state on along each edge, told of the branch that it takes.
template <typename Domain, typename Arrive>
void forEachSuccessor(const clang::CFGBlock &Block, Domain &Problem, const typename Domain::State &Now,
                      Arrive &&ArriveAt) {
  const clang::Expr *Condition = conditionOf(Block);
  const auto *Switch = llvm::dyn_cast_or_null<clang::SwitchStmt>(Block.getTerminatorStmt());
  // A macro's `do { } while (...)` makes one statement of several, and no loop,
  // even where its condition is a call (Boost.Test).
  const auto *Do = llvm::dyn_cast_or_null<clang::DoStmt>(Block.getTerminatorStmt());
  const bool RunsOnce = Do && Do->getDoLoc().isMacroID();
  bool Taken = true;
  for (const clang::CFGBlock::AdjacentBlock &Edge : Block.succs()) {
    const clang::CFGBlock *Next = Edge.getReachableBlock();
    if (Next && !(RunsOnce && Taken)) {
      typename Domain::State Arriving = Now;
      if (Condition)
        Problem.branch(*Condition, Taken, Arriving);
      else if (Switch)
        Problem.dispatch(*Switch->getCond(), Arriving);
      Problem.enter(*Next, Arriving);
      ArriveAt(*Next, Arriving);
    }
    Taken = false;
  }
}

/// Solves a forward problem to its fixpoint. `Domain` has
///   `State`: copyable, with `bool join(const State &)` that tells of a change;
///   `State atEntry()`;
///   `void transfer(const clang::Stmt &, State &)`;
///   `void branch(const clang::Expr &Condition, bool Taken, State &)`;
///   `void dispatch(const clang::Expr &Condition, State &)`, for a `switch`;
///   `void enter(const clang::CFGBlock &, State &)`, before the states are joined;
///   `void destroyed(const clang::Stmt &Suspension, const State &)`;
/// and may have
///   `void scopeEnded(const clang::VarDecl &, const clang::Stmt &By, State &)`, for
///   the destructor of a local at the end of its scope, or at the jump out of it.
/// States only grow, so the work is bounded by blocks times the height of the
/// lattice; `Limit` visits is the safety net.
/// \returns the state at the entry of each block by its number, or nothing
/// after giving up.
template <typename Domain>
std::optional<std::vector<std::optional<typename Domain::State>>> solve(const Graph &Whole, Domain &Problem) {
  using State = typename Domain::State;
  const clang::CFG &Graph = *Whole.flow();
  std::vector<std::optional<State>> AtEntry(Graph.getNumBlockIDs());
  // Blocks are numbered from the exit up, so the largest number is the earliest.
  std::set<unsigned, std::greater<unsigned>> Work;
  std::vector<const clang::CFGBlock *> Blocks(Graph.getNumBlockIDs());
  for (const clang::CFGBlock *Block : Graph)
    Blocks[Block->getBlockID()] = Block;
  AtEntry[Graph.getEntry().getBlockID()] = Problem.atEntry();
  Work.insert(Graph.getEntry().getBlockID());
  const std::size_t Limit = 64 * Blocks.size() + 1024;
  for (std::size_t Visits = 0; !Work.empty(); ++Visits) {
    if (Visits > Limit)
      return std::nullopt;
    const unsigned At = *Work.begin();
    Work.erase(Work.begin());
    const clang::CFGBlock &Block = *Blocks[At];
    State Now = *AtEntry[At];
    runBlock(Whole, Block, Problem, Now);
    forEachSuccessor(Block, Problem, Now, [&](const clang::CFGBlock &Next, const State &Arriving) {
      std::optional<State> &Known = AtEntry[Next.getBlockID()];
      if (!Known) {
        Known = Arriving;
        Work.insert(Next.getBlockID());
      } else if (Known->join(Arriving)) {
        Work.insert(Next.getBlockID());
      }
    });
  }
  return AtEntry;
}

} // namespace asynciter
