// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a consumer may leave a stream at any item, and then the producer's
// frame is destroyed at its `co_yield`: destructors run, nothing after does. A
// release that is awaited further down is skipped, and if no destructor stands
// in for it, what was acquired stays so.
//
// Does not see: what somebody else owns (parameters, members, references);
// releases by functions, or by names that the models do not list. An object
// with a destructor of its own is trusted to release what it holds.
#include "Rule.h"
#include "model/Await.h"
#include "model/Changes.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace asynciter {

/// Whether destroying a value lets go of more than memory: a destructor that a
/// person wrote, here or in a part of it, or an owning handle.
static bool releasesItself(QualType Held, const SourceManager &Sources, unsigned Depth = 4) {
  const CXXRecordDecl *Class = classOf(Held);
  if (!Class || !Class->hasDefinition() || Depth == 0)
    return !Held->isScalarType();
  if (nullaryMethod(*Class, "get"))
    return true;
  const bool IsTheirs = Sources.isInSystemHeader(Class->getLocation());
  if (Class->hasUserDeclaredDestructor() &&
      !(Class->getDestructor() && Class->getDestructor()->isDefaulted()))
    return !IsTheirs || Depth == 4;
  return !IsTheirs && (llvm::any_of(Class->fields(),
                                    [&](const FieldDecl *Field) {
                                      return releasesItself(Field->getType(), Sources, Depth - 1);
                                    }) ||
                       llvm::any_of(Class->bases(), [&](const CXXBaseSpecifier &Base) {
                         return releasesItself(Base.getType(), Sources, Depth - 1);
                       }));
}

/// The local that an awaited release is called on, if only the release lets go
/// of what it holds.
static const VarDecl *releasedBy(const CoawaitExpr &Await, const Unit &In) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(strip(Await.getOperand()));
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  if (!Method || !Method->getIdentifier() || !In.libraries().isRelease(Method->getName()))
    return nullptr;
  const auto *Local = dyn_cast_or_null<VarDecl>(rootOf(*Call->getImplicitObjectArgument()));
  if (!Local || isa<ParmVarDecl>(Local) || !Local->hasLocalStorage() || Local->getType()->isReferenceType())
    return nullptr;
  QualType Held = Local->getType();
  if (Held->isPointerType())
    Held = Held->getPointeeType();
  return releasesItself(Held, In.context().getSourceManager()) && !Local->getType()->isPointerType() ? nullptr
                                                                                                     : Local;
}

/// Whether something else may release it: whoever was given it, or captures it.
static bool isHandedOn(const VarDecl &Local, const Stmt &Body) {
  bool Given = false;
  forEachNested(Body, [&](const Stmt &Part) {
    if (const auto *Lambda = dyn_cast<LambdaExpr>(&Part))
      for (const LambdaCapture &Capture : Lambda->captures())
        Given |= Capture.capturesVariable() && Capture.getCapturedVar() == &Local;
    auto Look = [&](const Expr *Argument) {
      Given |= rootOf(*Argument) == &Local &&
               strip(Argument)->getType().getCanonicalType() == Local.getType().getCanonicalType();
    };
    if (const auto *Call = dyn_cast<CallExpr>(&Part)) {
      if (!Call->isCallToStdMove() && !isa<CXXOperatorCallExpr>(Call))
        llvm::for_each(Call->arguments(), Look);
    } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Part)) {
      llvm::for_each(Construct->arguments(), Look);
    }
  });
  return Given;
}

static void check(const Unit &In, Reporter &Out) {
  const SourceManager &Sources = In.context().getSourceManager();
  for (const Function &Producer : In.functions()) {
    if (Producer.Kind != FunctionKind::AsyncGenerator || Producer.IsDependent)
      continue;
    std::vector<const CoyieldExpr *> Yields;
    forEachNested(*Producer.Body, [&](const Stmt &Part) {
      if (const auto *Yield = dyn_cast<CoyieldExpr>(&Part); Yield && In.isReachable(Producer, Part))
        Yields.push_back(Yield);
    });
    llvm::DenseSet<const VarDecl *> Told;
    forEachAwait(*Producer.Body, [&](const CoawaitExpr &Await) {
      const VarDecl *Local = releasedBy(Await, In);
      if (!Local || !In.isReachable(Producer, Await) || isHandedOn(*Local, *Producer.Body))
        return;
      auto IsSkipped = [&](const CoyieldExpr *Yield) {
        return Sources.isBeforeInTranslationUnit(Local->getLocation(), Yield->getKeywordLoc()) &&
               Sources.isBeforeInTranslationUnit(Yield->getKeywordLoc(), Await.getKeywordLoc());
      };
      const auto Yield = llvm::find_if(Yields, IsSkipped);
      if (Yield == Yields.end() || !Told.insert(Local).second)
        return;
      Finding Found{placeOf(*strip(Await.getOperand())),
                    "`" + Local->getNameAsString() + "` is not released if the consumer of `" +
                        functionForPeople(*Producer.Declared) +
                        "` leaves early: nothing after a `co_yield` runs then"};
      Found.Notes.push_back({(*Yield)->getKeywordLoc(), "the frame may be destroyed here"});
      Out.report(std::move(Found));
    });
  }
}

extern const Rule cleanup_after_yield;
const Rule cleanup_after_yield = {{"cleanup-after-yield",
                                   "a producer's awaited release runs only if the consumer drains it",
                                   Tier::Suspicious, "0.1.0"},
                                  check};

} // namespace asynciter
