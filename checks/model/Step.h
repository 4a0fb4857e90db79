// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One advance of a stream, as it stands in the source: `g.begin()`, `++it`,
// `g.next()`, `g()`, or the awaited `g` itself.
#pragma once

#include "model/Types.h"

#include <optional>
#include <string>

namespace clang {
class CoawaitExpr;
class Expr;
} // namespace clang

namespace asynciter {

struct Step {
  Protocol Way;
  /// The expression whose value is awaited.
  const clang::Expr *Call;
  /// The stream; for `++it` the iterator.
  const clang::Expr *On;
  bool IsAdvance = false;
  /// Its result says whether there is an item. Elsewhere an exception, an error
  /// code or a third way to complete does.
  bool TellsEnd = true;
  /// Of a `SenderStream` the function.
  std::string Function = {};

  /// `next`, `begin`, `++`, `operator()`: for messages.
  std::string name() const;
};

/// The step that `Written` is, awaited or not; nothing if it is no step. An
/// `AwaitedObject` is a step only where it is awaited: see `awaitedStep`.
std::optional<Step> stepOf(const clang::Expr &Written, const Types &Shapes);

/// The step that `Written` awaits, as in `co_await g.next()`.
std::optional<Step> awaitedStep(const clang::Expr &Written, const Types &Shapes);

} // namespace asynciter
