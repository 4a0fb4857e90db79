// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: where a stream delivers references to what its producer holds, an
// item lasts until the next step. What refers to it (a reference, a pointer, a
// view, the step's result itself) and is used after that reads what the producer
// has destroyed, or the next item.
//
// Does not see: pointers and views that are put into containers or handed to
// functions; copies of classes that refer to an item; what streams of `T &`
// deliver, which mostly outlives the step.
#include "Rule.h"
#include "model/Items.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/TypeLoc.h"

using namespace clang;

namespace asynciter {

namespace {

bool hasCopyConstructor(const CXXRecordDecl &Class) {
  if (Class.needsImplicitCopyConstructor())
    return !Class.defaultedCopyConstructorIsDeleted();
  return llvm::any_of(Class.ctors(), [](const CXXConstructorDecl *Made) {
    return Made->isCopyConstructor() && !Made->isDeleted() && !Made->isExplicit() &&
           Made->getAccess() == AS_public;
  });
}

/// Makes a reference a copy, where the item can be copied.
void addFix(const VarDecl &Variable, Finding &To) {
  if (isa<DecompositionDecl>(Variable) || !Variable.getType()->isReferenceType() ||
      !Variable.getTypeSourceInfo())
    return;
  const QualType Item = Variable.getType()->getPointeeType();
  const CXXRecordDecl *Class = Item->getAsCXXRecordDecl();
  const bool IsCopyable = Class ? Class->hasDefinition() && !Class->isAbstract() && hasCopyConstructor(*Class)
                                : Item->isScalarType();
  const auto Reference = Variable.getTypeSourceInfo()->getTypeLoc().getAs<ReferenceTypeLoc>();
  if (!IsCopyable || !Reference || Reference.getSigilLoc().isMacroID())
    return;
  To.Fixes.push_back(FixItHint::CreateRemoval(Reference.getSigilLoc()));
  // It costs a copy, and what was written to the item is written to that.
  To.Safety = FixSafety::Unsafe;
}

} // namespace

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Consumer : In.functions()) {
    if (!Consumer.isCoroutine() || Consumer.IsDependent)
      continue;
    const Items Delivered(In, Consumer);
    if (!Delivered.areThere())
      continue;
    for (const LateUse &Late : lateUses(In, Consumer, Delivered)) {
      Finding Found{Late.Use->getExprLoc(), "`" + Late.Variable->getNameAsString() +
                                                "` is used after a further step of `" +
                                                Late.Of->getNameAsString() + "`: its item is gone"};
      Found.Notes = {{Late.Given->getExprLoc(), "it is bound to an item here"},
                     {cast<Expr>(Late.Ended)->getExprLoc(), "this step ends that item"}};
      addFix(*Late.Variable, Found);
      Out.report(std::move(Found));
    }
  }
}

extern const Rule stale_item;
const Rule stale_item = {{"stale-item", "a reference, pointer or view to an item is used after the next step",
                          Tier::Correctness, "0.1.0"},
                         check};

} // namespace asynciter
