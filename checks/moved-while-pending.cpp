// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a step that was started comes back to the stream it was taken from,
// so a stream that is moved, assigned over or destroyed meanwhile leaves it with
// a frame that is gone.
//
// Does not see: hand-written streams; streams in members and containers; steps
// that were started in another function; whether a spawned step has ended once
// something else was awaited.
#include "Rule.h"
#include "model/Pending.h"

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"

using namespace clang;

namespace asynciter {

static llvm::StringRef toldOf(LostStream::Kind How) {
  switch (How) {
  case LostStream::Moved:
    return "` is moved while a step of it is pending";
  case LostStream::Assigned:
    return "` is assigned over while a step of it is pending";
  case LostStream::Destroyed:
    return "` is destroyed here while a step of it is pending";
  }
  return "";
}

static void check(const Unit &In, Reporter &Out) {
  const PendingFacts &Facts = In.facts<PendingFacts>();
  for (const Function &Where : In.functions())
    for (const LostStream &Found : Facts.of(Where).Lost)
      Out.report({Found.At,
                  "`" + Found.Pending.Stream->getNameAsString() + toldOf(Found.How).str(),
                  {{placeOf(*Found.Pending.Call), "the step is started here"}}});
}

extern const Rule moved_while_pending;
const Rule moved_while_pending = {{"moved-while-pending",
                                   "a stream is destroyed, moved or assigned over while a step is pending",
                                   Tier::Correctness, "0.1.0"},
                                  check};

} // namespace asynciter
