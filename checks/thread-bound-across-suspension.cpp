// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a coroutine may go on, after a suspension, on another thread. An
// address of a `thread_local` object, of `errno`, or a thread's identity that it
// took before then belongs to a thread that runs something else.
//
// Does not see: that an executor has one thread only; what a function that is
// called caches; copies of thread-bound addresses in members.
#include "Rule.h"
#include "model/Graph.h"
#include "model/Kept.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

namespace {

/// Things of a thread are named after the variable or the function that gives
/// them.
class OfThread final : public Perishable {
public:
  explicit OfThread(const Unit &In) : In(In), Refers(In) {}

  std::set<Thing> referredBy(const VarDecl &Variable, const Expr &Value, Knowledge Known) const override {
    if (const Thing Given = givenBy(*strip(&Value)); Given && !Variable.getType()->isReferenceType())
      return {Given};
    std::set<Thing> All;
    Refers.sources(Value, Variable.getType(), [&](const Expr &Part, bool AsValue) {
      const auto *Named = dyn_cast<DeclRefExpr>(&Part);
      const auto *Object = Named ? dyn_cast<VarDecl>(Named->getDecl()) : nullptr;
      if (Object && !AsValue && Object->getTLSKind() != VarDecl::TLS_None)
        All.insert(Object);
      if (Object && AsValue && Refers.isBorrow(Object->getType()))
        for (Thing Of : Known(*Object))
          All.insert(Of);
      if (const Thing Given = AsValue ? givenBy(Part) : nullptr)
        All.insert(Given);
      return false;
    });
    return All;
  }

  std::optional<Thing> endedBy(const Stmt &Element) const override {
    if (isSuspension(Element))
      return nullptr;
    return std::nullopt;
  }

private:
  Thing givenBy(const Expr &Value) const {
    const auto *Call = dyn_cast<CallExpr>(&Value);
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    return Callee && In.libraries().isThreadBound(qualifiedName(*Callee)) ? Callee : nullptr;
  }

  const Unit &In;
  Borrows Refers;
};

} // namespace

static void check(const Unit &In, Reporter &Out) {
  const OfThread Asked(In);
  for (const Function &Coroutine : In.functions()) {
    if (!Coroutine.isAsync() || Coroutine.IsDependent)
      continue;
    for (const LateUse &Late : lateUses(In, Coroutine, Asked))
      Out.report({Late.Use->getExprLoc(),
                  "`" + Late.Variable->getNameAsString() +
                      "` belongs to the thread that ran before the suspension, and is used after it",
                  {{Late.Given->getExprLoc(), "it is taken from the thread here"},
                   {Late.Ended->getBeginLoc(), "the coroutine may go on on another thread here"}}});
  }
}

extern const Rule thread_bound_across_suspension;
const Rule thread_bound_across_suspension = {
    {"thread-bound-across-suspension",
     "an address of a thread's own data, or a thread's identity, is kept across a suspension", Tier::Preview,
     "0.1.0"},
    check};

} // namespace asynciter
