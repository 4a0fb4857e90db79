// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Loops.h"

#include "model/Graph.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;

namespace asynciter {

const Stmt *firstSuspension(const Stmt &Part) {
  if (isSuspension(Part))
    return &Part;
  const Stmt *Found = nullptr;
  forEachPart(Part, [&](const Stmt &Nested) { Found = Found ? Found : firstSuspension(Nested); });
  return Found;
}

namespace {
struct LoopFlow {
  struct State {
    std::set<const CXXForRangeStmt *> Suspended;
    bool join(const State &Other) {
      const std::size_t Before = Suspended.size();
      Suspended.insert(Other.Suspended.begin(), Other.Suspended.end());
      return Suspended.size() != Before;
    }
  };
  std::map<const Stmt *, std::vector<const CXXForRangeStmt *>> Around;
  std::map<const Stmt *, const CXXForRangeStmt *> Advances;
  std::map<const ValueDecl *, const CXXForRangeStmt *> Elements;
  std::set<const CXXForRangeStmt *> GoOn;

  void find(const Stmt &Part, std::vector<const CXXForRangeStmt *> Loops) {
    if (isSuspension(Part))
      Around[&Part] = Loops;
    if (const auto *Loop = dyn_cast<CXXForRangeStmt>(&Part)) {
      Loops.push_back(Loop);
      if (Loop->getInc())
        Advances[Loop->getInc()] = Loop;
      if (const VarDecl *Element = Loop->getLoopVariable(); Element && Element->getType()->isReferenceType())
        Elements[Element] = Loop;
    }
    forEachPart(Part, [&](const Stmt &Nested) { find(Nested, Loops); });
  }

  State atEntry() { return {}; }
  void transfer(const Stmt &Element, State &Now) {
    if (const auto All = Around.find(&Element); All != Around.end())
      Now.Suspended.insert(All->second.begin(), All->second.end());
    const auto *Named = dyn_cast<DeclRefExpr>(&Element);
    const auto Used = Elements.find(Named ? Named->getDecl() : nullptr);
    const auto Advanced = Advances.find(&Element);
    const CXXForRangeStmt *Loop = Advanced != Advances.end() ? Advanced->second
                                  : Used != Elements.end()   ? Used->second
                                                             : nullptr;
    if (Loop && Now.Suspended.count(Loop))
      GoOn.insert(Loop);
  }
  void branch(const Expr &, bool, State &) {}
  void dispatch(const Expr &, State &) {}
  void enter(const CFGBlock &, State &) {}
  void destroyed(const Stmt &, const State &) {}
};
} // namespace

std::set<const CXXForRangeStmt *> loopsThatGoOn(const Unit &In, const Function &Coroutine) {
  LoopFlow Flow;
  Flow.find(*Coroutine.Body, {});
  if (const Graph *Whole = In.graph(Coroutine))
    solve(*Whole, Flow);
  return Flow.GoOn;
}

bool holdsALock(const Function &Coroutine) {
  bool Found = false;
  forEachLocal(*Coroutine.Body, [&](const VarDecl &Local) {
    const CXXRecordDecl *Class = classOf(Local.getType());
    Found |= Class && Class->hasDefinition() && Class->hasNonTrivialDestructor() && !Local.isReferenced() &&
             Local.getInit() && firstSuspension(*Local.getInit());
  });
  return Found;
}

Removals::Removals(const Unit &In) : In(In) {
  for (const Function &Where : In.functions())
    if (!isa<CXXConstructorDecl, CXXDestructorDecl>(Where.Declared) && !Where.IsDependent)
      find(*Where.Body, Where);
}

const Removals::Removal *Removals::from(const ValueDecl &Container, const Function &NotIn) const {
  const auto All = Known.find(&Container);
  if (All != Known.end())
    for (const Removal &One : All->second)
      if (One.Where != &NotIn && In.isReachable(*One.Where, *One.Call))
        return &One;
  return nullptr;
}

void Removals::find(const Stmt &Part, const Function &Where) {
  const auto *Call = dyn_cast<CallExpr>(&Part);
  const auto *Method = Call ? dyn_cast_or_null<CXXMethodDecl>(Call->getDirectCallee()) : nullptr;
  if (Method && !Method->isConst() && In.libraries().removes(qualifiedName(*Method))) {
    const auto *Member = dyn_cast<CXXMemberCallExpr>(Call);
    if (const ValueDecl *Container = entityOf(Member ? Member->getImplicitObjectArgument() : Call->getArg(0)))
      Known[Container].push_back({Call, &Where});
  }
  forEachPart(Part, [&](const Stmt &Nested) { find(Nested, Where); });
}

} // namespace asynciter
