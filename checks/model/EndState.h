// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is known of the end of a stream at each point of a consumer: dataflow
// over the variables that hold a step's result (or the iterator, or a stream
// that carries its own end flag).
#pragma once

#include "model/Unit.h"

namespace clang {
class Expr;
class ValueDecl;
} // namespace clang

namespace asynciter {

/// An item read where on some path nothing told whether there is one.
struct UncheckedRead {
  /// The reading expression.
  const clang::Expr *Read;
  /// What is read through: a variable or member; null where a step's result is
  /// read at once.
  const clang::ValueDecl *Cursor;
  /// The steps that may have delivered it, in source order.
  std::vector<const clang::Expr *> Steps;
  /// A test on the way that looked at another stream, and the two streams.
  const clang::Expr *ForeignTest = nullptr;
  const clang::ValueDecl *Tested = nullptr;
  const clang::ValueDecl *Stepped = nullptr;
};

/// A step, or a read, of a stream that is known to be at its end.
struct UseAfterEnd {
  const clang::Expr *Use;
  bool IsRead = false;
  /// The stream or, where only that is known, the variable with the result.
  const clang::ValueDecl *Of = nullptr;
  /// What told that there is no item, in source order.
  std::vector<const clang::Expr *> Tests = {};
};

/// A generator that is begun a second time.
struct SecondBegin {
  const clang::Expr *Begin;
  const clang::ValueDecl *Stream = nullptr;
  /// The first time; null if it was stepped in another way.
  const clang::Expr *First = nullptr;
  /// What told that it has ended; null if the first iterator is still in use.
  const clang::Expr *EndTest = nullptr;
};

/// What one consumer does wrong, in source order.
struct EndMistakes {
  /// The first unguarded read of each step on each path.
  std::vector<UncheckedRead> Unchecked;
  /// The first use on each path.
  std::vector<UseAfterEnd> AfterEnd;
  std::vector<SecondBegin> Restarts;
};

/// For one `Unit`; ask for it with `unit.facts<EndFacts>()`.
///
/// Deliberately blind: what a function that is given the result, a lambda that
/// captures it, or a pointer to it does is taken for a test; and whatever may
/// remember that a stream has ended is taken to do so.
class EndFacts {
public:
  explicit EndFacts(const Unit &In) : In(In) {}
  const EndMistakes &of(const Function &Consumer) const;

private:
  const Unit &In;
  mutable llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<EndMistakes>> Known;
};

} // namespace asynciter
