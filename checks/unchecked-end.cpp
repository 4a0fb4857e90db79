// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a step's result is an item or end, and only a test tells which; an
// item that is read on a path without a test is read past the end one day.
//
// Does not see: what a callee does with a result that it is given, or a lambda
// with one that it captures (both count as tests); results kept in containers
// or in other objects' members; item counts that are known from elsewhere than
// a generator in sight.
#include "Rule.h"
#include "model/EndState.h"
#include "model/Unit.h"

#include "clang/AST/Decl.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

static std::string subjectOf(const UncheckedRead &Read) {
  return Read.Cursor ? "`" + Read.Cursor->getNameAsString() + "`" : "the result of this step";
}

static Finding findingFor(const UncheckedRead &Read) {
  Finding Found{Read.Read->getExprLoc(),
                subjectOf(Read) + " is read without a test for end: on some path nothing tests the step"};
  for (const Expr *Step : Read.Steps)
    if (Step != Read.Read)
      Found.Notes.push_back({Step->getExprLoc(), "the step is here; its result may be end"});
  if (Read.ForeignTest && Read.Tested && Read.Stepped)
    Found.Notes.push_back({Read.ForeignTest->getExprLoc(), "this tests `" + Read.Tested->getNameAsString() +
                                                               "`, not `" + Read.Stepped->getNameAsString() +
                                                               "`"});
  return Found;
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Consumer : In.functions())
    if (Consumer.isCoroutine())
      for (const UncheckedRead &Read : In.facts<EndFacts>().of(Consumer).Unchecked)
        Out.report(findingFor(Read));
}

extern const Rule unchecked_end;
const Rule unchecked_end = {{"unchecked-end",
                             "an item is read on a path on which nothing tested the step for end",
                             Tier::Correctness, "0.1.0"},
                            check};

} // namespace asynciter
