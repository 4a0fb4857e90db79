// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Steps that were started and not awaited yet, and what happens to their streams
// meanwhile. Pending means started: a lazy awaitable that nobody has started is
// not pending; an eager, a spawned and a combined one is.
#pragma once

#include "model/Unit.h"

#include <map>

namespace clang {
class CallExpr;
class Expr;
class ValueDecl;
} // namespace clang

namespace asynciter {

/// An expression that will take a step of a stream when it is run: the step
/// itself, or a call of a coroutine in sight that steps what it is lent.
struct Stepper {
  const clang::Expr *Call;
  const clang::ValueDecl *Stream;
};

/// A step that starts while another one of the same stream is pending.
struct Overlap {
  Stepper First, Second;
  /// The call that runs both, if one does.
  const clang::CallExpr *Together = nullptr;
};

/// The end, or the loss, of a stream with a pending step.
struct LostStream {
  enum Kind { Moved, Assigned, Destroyed };
  Kind How;
  clang::SourceLocation At;
  Stepper Pending;
};

struct PendingSteps {
  /// In source order.
  std::vector<Overlap> Overlaps;
  std::vector<LostStream> Lost;
};

/// For one `Unit`; ask for it with `unit.facts<PendingFacts>()`.
class PendingFacts {
public:
  explicit PendingFacts(const Unit &In) : In(In) {}

  /// Only of generators: hand-written streams, such as channels, may well take
  /// several consumers.
  const PendingSteps &of(const Function &Where) const;

private:
  const Unit &In;
  mutable std::map<const clang::FunctionDecl *, PendingSteps> Found;
};

} // namespace asynciter
