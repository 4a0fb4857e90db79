// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Await.h"

#include "model/Graph.h"
#include "model/Walk.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace asynciter {

static bool canSuspend(const CoawaitExpr &Await, const Unit &In, unsigned Depth) {
  if (!canSuspend(Await))
    return false;
  const auto *Call = dyn_cast<CallExpr>(strip(Await.getOperand()));
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  const Function *Awaited = Callee ? In.find(*Callee) : nullptr;
  if (!Awaited || Awaited->Kind != FunctionKind::Task || Awaited->IsDependent || Depth == 0)
    return true;
  bool Waits = false;
  forEachAwait(*Awaited->Body, [&](const CoawaitExpr &Inner) { Waits |= canSuspend(Inner, In, Depth - 1); });
  return Waits;
}

bool canSuspend(const CoawaitExpr &Await, const Unit &In) { return canSuspend(Await, In, /*Depth=*/8); }

void forEachAwait(const Stmt &Body, llvm::function_ref<void(const CoawaitExpr &)> Visit) {
  forEachNested(Body, [&](const Stmt &Part) {
    if (const auto *Await = dyn_cast<CoawaitExpr>(&Part); Await && !Await->isImplicit())
      Visit(*Await);
  });
}

bool awaits(const Stmt &Body) {
  bool Found = false;
  forEachNested(Body, [&](const Stmt &Part) {
    const auto *Await = dyn_cast<CoawaitExpr>(&Part);
    const auto *Loop = dyn_cast<CXXForRangeStmt>(&Part);
    Found |= isa<DependentCoawaitExpr>(Part) || (Await && !Await->isImplicit()) ||
             (Loop && Loop->getCoawaitLoc().isValid());
  });
  return Found;
}

} // namespace asynciter
