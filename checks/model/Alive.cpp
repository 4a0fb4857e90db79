// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Alive.h"

#include "model/Graph.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"

#include <map>

using namespace clang;

namespace asynciter {

namespace {

class Lives {
public:
  struct State {
    std::set<const VarDecl *> Alive;
    bool join(const State &Other) {
      const std::size_t Before = Alive.size();
      Alive.insert(Other.Alive.begin(), Other.Alive.end());
      return Alive.size() != Before;
    }
  };

  State atEntry() { return {}; }
  void transfer(const Stmt &Element, State &Now) {
    if (const auto *Declarations = dyn_cast<DeclStmt>(&Element))
      for (const Decl *Declared : Declarations->decls())
        if (const auto *Local = dyn_cast<VarDecl>(Declared); Local && Local->hasLocalStorage())
          Now.Alive.insert(Local);
  }
  void branch(const Expr &, bool, State &) {}
  void dispatch(const Expr &, State &) {}
  void enter(const CFGBlock &, State &) {}
  void scopeEnded(const VarDecl &Local, const Stmt &, State &Now) { Now.Alive.erase(&Local); }
  void destroyed(const Stmt &Suspension, const State &Now) {
    const auto *Written = dyn_cast<Expr>(&Suspension);
    if (!Across || !Written || !canSuspend(Suspension))
      return;
    for (const VarDecl *Local : Now.Alive)
      (*Across)[Local].insert(Written);
  }

  /// Where what is found is put; null until the states are final.
  std::map<const VarDecl *, std::set<const Expr *>> *Across = nullptr;
};

} // namespace

std::vector<Survivor> aliveAtSuspensions(const Unit &In, const Function &Coroutine) {
  const Graph *Whole = In.graph(Coroutine);
  Lives Flow;
  const auto AtEntry = Whole ? solve(*Whole, Flow) : std::nullopt;
  if (!AtEntry)
    return {};
  std::map<const VarDecl *, std::set<const Expr *>> Across;
  Flow.Across = &Across;
  for (const CFGBlock *Block : *Whole->flow())
    if (std::optional<Lives::State> Now = (*AtEntry)[Block->getBlockID()])
      runBlock(*Whole, *Block, Flow, *Now);
  const SourceManager &Sources = In.context().getSourceManager();
  std::vector<Survivor> Found;
  for (const auto &[Local, Suspensions] : Across) {
    Found.push_back({Local, {Suspensions.begin(), Suspensions.end()}});
    llvm::sort(Found.back().Suspensions, [&](const Expr *Left, const Expr *Right) {
      return Sources.isBeforeInTranslationUnit(Left->getBeginLoc(), Right->getBeginLoc());
    });
  }
  llvm::sort(Found, [&](const Survivor &Left, const Survivor &Right) {
    return Sources.isBeforeInTranslationUnit(Left.Local->getLocation(), Right.Local->getLocation());
  });
  return Found;
}

} // namespace asynciter
