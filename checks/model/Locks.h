// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which locks are held where in a function: dataflow over guards, locks that are
// taken without one, and scopes of coroutine libraries.
#pragma once

#include "model/Unit.h"

namespace clang {
class Expr;
class Stmt;
} // namespace clang

namespace asynciter {

/// One lock, or scope, and the suspensions at which it is still held.
struct Held {
  /// Where it was taken, or opened.
  clang::SourceLocation Taken;
  /// The variable that holds it; empty for a temporary, and for a lock that is
  /// taken without a guard.
  std::string Holder;
  bool IsTemporary = false;
  /// The lock's own name; empty where none is shown.
  std::string Lock;
  /// It was awaited, or a coroutine library's: no thread owns it.
  bool IsAsync = false;
  /// Of an async one what it is: `lock`, `timeout`.
  std::string Kind;
  /// In source order. Of each one the frame can stay there for long.
  std::vector<const clang::Expr *> Suspensions = {};
};

/// What is held at a suspension, in the order of taking.
///
/// Deliberately blind: a guard or a lock that is handed to somebody by reference
/// may have been released by them, and counts as released; so does what was
/// taken in a `try` block once its handler is entered.
std::vector<Held> heldAcrossSuspensions(const Unit &In, const Function &Coroutine);

/// "`fetch` is awaited", "an item is handed out": what a suspension does.
std::string describeSuspension(const clang::Expr &Suspension);

} // namespace asynciter
