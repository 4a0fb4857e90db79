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

/// The first unguarded read of each step on each path, in source order.
///
/// Deliberately blind: what a function that is given the result, a lambda that
/// captures it, or a pointer to it does is taken for a test.
std::vector<UncheckedRead> uncheckedReads(const Unit &In, const Function &Consumer);

} // namespace asynciter
