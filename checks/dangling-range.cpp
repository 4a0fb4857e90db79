// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a range-`for` keeps what its range expression gives, not what that
// came from: a temporary on the way ends before the loop begins. And a loop that
// suspends lets other code run between two elements, which may remove the element
// that the loop stands on.
//
// Does not see: ranges that are reached through pointers or other objects;
// removals in other files, or by functions that are called; insertions, which
// invalidate some containers.
#include "Rule.h"
#include "model/Borrows.h"
#include "model/Loops.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace asynciter {

namespace {

/// A member of `*this` or a global, which code elsewhere can get at.
const ValueDecl *sharedRange(const Expr &Range) {
  const Expr *Inner = strip(&Range);
  if (const auto *Member = dyn_cast<MemberExpr>(Inner))
    return isa<CXXThisExpr>(strip(Member->getBase())) ? dyn_cast<FieldDecl>(Member->getMemberDecl())
                                                      : nullptr;
  const auto *Named = dyn_cast<DeclRefExpr>(Inner);
  const auto *Global = Named ? dyn_cast<VarDecl>(Named->getDecl()) : nullptr;
  return Global && Global->hasGlobalStorage() ? Global : nullptr;
}

class RangeCheck {
public:
  RangeCheck(const Unit &In, Reporter &Out) : In(In), Out(Out), Known(In) {}

  void check(const Function &Where) {
    std::vector<const CXXForRangeStmt *> Shared;
    findLoops(*Where.Body, Where, Shared);
    if (Shared.empty() || holdsALock(Where))
      return;
    const std::set<const CXXForRangeStmt *> GoOn = loopsThatGoOn(In, Where);
    for (const CXXForRangeStmt *Loop : Shared)
      if (GoOn.count(Loop))
        reportShared(*Loop, Where);
  }

private:
  void findLoops(const Stmt &Part, const Function &Where, std::vector<const CXXForRangeStmt *> &Shared) {
    const auto *Loop = dyn_cast<CXXForRangeStmt>(&Part);
    if (Loop && Loop->getBody() && firstSuspension(*Loop->getBody()) && In.isReachable(Where, *Loop)) {
      const Expr &Range = *Loop->getRangeInit();
      if (!reportTemporary(*Loop, Range) && sharedRange(Range) && Known.isOwner(Range.getType()))
        Shared.push_back(Loop);
    }
    forEachPart(Part, [&](const Stmt &Nested) { findLoops(Nested, Where, Shared); });
  }

  /// Whether an expression gives what a smart pointer points to that is a
  /// temporary itself.
  bool isOfTemporaryPointer(const Expr &Part) const {
    const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Part);
    if (!Operator || (Operator->getOperator() != OO_Arrow && Operator->getOperator() != OO_Star))
      return false;
    const Expr *Pointer = Operator->getArg(0);
    // The operator may be a base's.
    return Known.isSmartPointer(strip(Pointer)->getType()) && !Known.referents(*Pointer).empty() &&
           Known.referents(*Pointer).front().Is == Lender::Temporary;
  }

  bool reportTemporary(const CXXForRangeStmt &Loop, const Expr &Range) {
    // A view is a temporary that the loop keeps; what it refers to is another.
    const Expr *Inner = &Range;
    if (const auto *Full = dyn_cast<FullExpr>(Inner))
      Inner = Full->getSubExpr();
    const auto *Made = dyn_cast<MaterializeTemporaryExpr>(Inner->IgnoreParens());
    const QualType As = Made ? Made->getType() : In.context().getLValueReferenceType(Range.getType());
    const bool Ends = llvm::any_of(Known.lenders(Made ? *Made->getSubExpr() : Range, As),
                                   [](const Lender &One) { return One.Is == Lender::Temporary; });
    auto OfPointer = [&](const Expr &Part, bool) { return isOfTemporaryPointer(Part); };
    const bool EndsWithPointer =
        !Ends && !Known.sources(Made ? *Made->getSubExpr() : Range, As, OfPointer).empty();
    if (!Ends && !EndsWithPointer)
      return false;
    Out.report({Range.getExprLoc(),
                EndsWithPointer ? "the temporary pointer that keeps this range ends before the loop begins"
                                : "this range is part of a temporary, which ends before the loop begins",
                {{firstSuspension(*Loop.getBody())->getBeginLoc(), "the loop suspends here"}}});
    return true;
  }

  void reportShared(const CXXForRangeStmt &Loop, const Function &Where) {
    const ValueDecl &Container = *sharedRange(*Loop.getRangeInit());
    const Removals::Removal *Removed = In.facts<Removals>().from(Container, Where);
    if (Removed)
      Out.report({Loop.getRangeInit()->getExprLoc(),
                  "the loop suspends, and " +
                      (functionForPeople(*Removed->Where->Declared) == "the lambda"
                           ? std::string("a lambda")
                           : "`" + functionForPeople(*Removed->Where->Declared) + "`") +
                      " may remove elements of `" + Container.getNameAsString() + "` meanwhile",
                  {{firstSuspension(*Loop.getBody())->getBeginLoc(), "the loop suspends here"},
                   {Removed->Call->getExprLoc(), "elements are removed here"}}});
  }

  const Unit &In;
  Reporter &Out;
  Borrows Known;
};

} // namespace

static void check(const Unit &In, Reporter &Out) {
  RangeCheck Check(In, Out);
  for (const Function &Where : In.functions())
    if (Where.isCoroutine() && !Where.IsDependent)
      Check.check(Where);
}

extern const Rule dangling_range;
const Rule dangling_range = {
    {"dangling-range",
     "a loop that suspends runs over a range whose owner is a temporary, or that other code may change",
     Tier::Correctness, "0.1.0"},
    check};

} // namespace asynciter
