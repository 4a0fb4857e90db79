// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Handlers.h"

#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace asynciter {

const CXXCatchStmt *handlerOf(const CXXTryStmt &Try, llvm::ArrayRef<std::string> Exceptions,
                              const ASTContext &Context) {
  for (unsigned At = 0; At != Try.getNumHandlers(); ++At) {
    const CXXCatchStmt *Handler = Try.getHandler(At);
    if (!Handler->getExceptionDecl())
      return Handler;
    const CXXRecordDecl *Caught = classOf(Handler->getCaughtType());
    for (const std::string &Name : Exceptions) {
      const CXXRecordDecl *Thrown = classNamed(Name, Context);
      if (Caught &&
          (qualifiedName(*Caught) == Name ||
           (Thrown && Thrown->hasDefinition() && Caught->hasDefinition() &&
            (Thrown->getCanonicalDecl() == Caught->getCanonicalDecl() || Thrown->isDerivedFrom(Caught)))))
        return Handler;
    }
  }
  return nullptr;
}

/// A function that never returns, or keeps the exception for later.
static bool isWayOut(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && (Callee->isNoReturn() || qualifiedName(*Callee) == "std::current_exception");
}

bool goesOn(const CXXCatchStmt &Handler) {
  bool GoesOn = true;
  const VarDecl *Exception = Handler.getExceptionDecl();
  forEachNested(*Handler.getHandlerBlock(), [&](const Stmt &Part) {
    if (isa<ReturnStmt, CoreturnStmt, BreakStmt, GotoStmt, CXXThrowExpr>(Part))
      GoesOn = false;
    const auto *Binary = dyn_cast<BinaryOperator>(&Part);
    const auto *Unary = dyn_cast<UnaryOperator>(&Part);
    const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Part);
    if ((Binary && Binary->isAssignmentOp()) || (Unary && Unary->isIncrementDecrementOp()) ||
        (Operator && Operator->isAssignmentOp()))
      GoesOn = false;
    const auto *Call = dyn_cast<CallExpr>(&Part);
    if (!Call)
      return;
    if (isWayOut(*Call))
      GoesOn = false;
    // Whoever is given the exception itself may throw it again.
    for (const Expr *Argument : Call->arguments())
      if (Exception && entityOf(Argument) == Exception)
        GoesOn = false;
  });
  return GoesOn;
}

} // namespace asynciter
