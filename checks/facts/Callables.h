// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is put into variables and members that are called: pointers to functions,
// and `std::function` and its like, by shape. A variable counts as known only
// while nobody could put something there unseen: its address is not taken, and no
// reference to it is handed out.
#pragma once

#include "clang/AST/Decl.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"

namespace clang {
class CallExpr;
class Expr;
class Stmt;
} // namespace clang

namespace asynciter {

class Unit;

/// For one `Unit`; ask for it with `unit.facts<Callables>()`.
class Callables {
public:
  explicit Callables(const Unit &In);

  /// The variable or member that is called; null if another thing is.
  static const clang::ValueDecl *calledBy(const clang::CallExpr &Call);

  /// What a variable holds whenever it is called; null if that is not known, or if
  /// other units may put something else there.
  const clang::FunctionDecl *only(const clang::ValueDecl &Variable) const;

  /// What the unit puts there, each once; null stands for what is not known.
  using Held = llvm::SmallVector<const clang::FunctionDecl *, 1>;
  const llvm::MapVector<const clang::ValueDecl *, Held> &all() const { return Known; }

private:
  void visit(const clang::Stmt &Part);
  void visitFields(const clang::Expr &Whole, llvm::ArrayRef<const clang::Expr *> Values);
  void visitMaking(const clang::CallExpr &Call);
  void visitValue(const clang::ValueDecl &Variable, const clang::Expr *Value);
  void put(const clang::ValueDecl &Variable, const clang::FunctionDecl *What);

  llvm::MapVector<const clang::ValueDecl *, Held> Known;
};

} // namespace asynciter
