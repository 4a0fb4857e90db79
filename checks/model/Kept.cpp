// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Kept.h"

#include "model/EndTest.h"
#include "model/Graph.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"

#include <map>
#include <tuple>

using namespace clang;

namespace asynciter {

namespace {

/// One thing that a variable may refer to.
struct Held {
  Perishable::Thing Of;
  const Expr *Given;
  const Stmt *Ended;
  bool operator<(const Held &Other) const {
    return std::tie(Of, Given, Ended) < std::tie(Other.Of, Other.Given, Other.Ended);
  }
};

struct Holdings {
  std::map<const VarDecl *, std::set<Held>> By;

  bool join(const Holdings &Other) {
    bool Changed = false;
    for (const auto &[Variable, All] : Other.By) {
      std::set<Held> &Mine = By[Variable];
      const std::size_t Before = Mine.size();
      Mine.insert(All.begin(), All.end());
      Changed |= Mine.size() != Before;
    }
    return Changed;
  }
};

const VarDecl *variableOf(const Expr *Written) {
  const auto *Named = dyn_cast<DeclRefExpr>(strip(Written));
  return Named && !Named->refersToEnclosingVariableOrCapture() ? dyn_cast<VarDecl>(Named->getDecl())
                                                               : nullptr;
}

class KeptFlow {
public:
  using State = Holdings;

  KeptFlow(const Unit &In, const Function &Coroutine, const Perishable &Asked) : In(In), Asked(Asked) {
    findEscaped(*Coroutine.Body);
  }

  State atEntry() { return {}; }
  void branch(const Expr &, bool, State &) {}
  void dispatch(const Expr &, State &) {}
  void enter(const CFGBlock &, State &) {}
  void destroyed(const Stmt &, const State &) {}
  void transfer(const Stmt &Element, State &Now) {
    forEachUse(Element, [&](const Expr &Use, const VarDecl &Variable) { use(Use, Variable, Now); });
    if (const std::optional<Perishable::Thing> Ended = Asked.endedBy(Element))
      end(*Ended, Element, Now);
    if (const auto *Declarations = dyn_cast<DeclStmt>(&Element)) {
      for (const Decl *Declared : Declarations->decls())
        if (const auto *Variable = dyn_cast<VarDecl>(Declared); Variable && Variable->getInit())
          define(*Variable, *Variable->getInit(), Now);
      return;
    }
    const auto *Written = dyn_cast<Expr>(&Element);
    const Expr *Left = nullptr, *Right = nullptr;
    if (!Written || !isAssignment(*Written, Left, Right))
      return;
    const VarDecl *Assigned = variableOf(Left);
    if (Assigned && !Assigned->getType()->isReferenceType())
      define(*Assigned, *Right, Now);
  }

  std::map<const Expr *, LateUse> *Late = nullptr;

private:
  void findEscaped(const Stmt &Part);
  void define(const VarDecl &Variable, const Expr &Value, State &Now);
  void end(Perishable::Thing Of, const Stmt &At, State &Now);
  void use(const Expr &Use, const VarDecl &Variable, State &Now);
  void forEachUse(const Stmt &Element, llvm::function_ref<void(const Expr &, const VarDecl &)> Visit) const;

  const Unit &In;
  const Perishable &Asked;
  llvm::DenseSet<const VarDecl *> Escaped;
};

void KeptFlow::findEscaped(const Stmt &Part) {
  if (const auto *Lambda = dyn_cast<LambdaExpr>(&Part)) {
    for (const LambdaCapture &Capture : Lambda->captures())
      if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
        if (const auto *Captured = dyn_cast<VarDecl>(Capture.getCapturedVar()))
          Escaped.insert(Captured);
  } else if (const auto *Address = dyn_cast<UnaryOperator>(&Part);
             Address && Address->getOpcode() == UO_AddrOf) {
    const VarDecl *Named = variableOf(Address->getSubExpr());
    if (Named && !Named->getType()->isReferenceType())
      Escaped.insert(Named);
  }
  forEachPart(Part, [&](const Stmt &Nested) { findEscaped(Nested); });
}

void KeptFlow::define(const VarDecl &Variable, const Expr &Value, State &Now) {
  Now.By.erase(&Variable);
  if (Escaped.contains(&Variable))
    return;
  auto Known = [&](const ValueDecl &Named) {
    std::set<Perishable::Thing> Things;
    if (const auto *Other = dyn_cast<VarDecl>(&Named))
      if (const auto All = Now.By.find(Other); All != Now.By.end())
        for (const Held &One : All->second)
          Things.insert(One.Of);
    return Things;
  };
  for (Perishable::Thing Of : Asked.referredBy(Variable, Value, Known))
    Now.By[&Variable].insert({Of, &Value, nullptr});
}

void KeptFlow::end(Perishable::Thing Of, const Stmt &At, State &Now) {
  for (auto &[Variable, All] : Now.By) {
    std::set<Held> After;
    for (const Held &One : All)
      After.insert({One.Of, One.Given, !One.Ended && (!Of || One.Of == Of) ? &At : One.Ended});
    All = std::move(After);
  }
}

void KeptFlow::use(const Expr &Use, const VarDecl &Variable, State &Now) {
  const auto Known = Now.By.find(&Variable);
  if (Known == Now.By.end())
    return;
  const SourceManager &Sources = In.context().getSourceManager();
  const Held *First = nullptr;
  for (const Held &One : Known->second)
    if (One.Ended &&
        (!First || Sources.isBeforeInTranslationUnit(One.Given->getExprLoc(), First->Given->getExprLoc())))
      First = &One;
  if (!First)
    return;
  if (Late)
    Late->emplace(&Use, LateUse{&Use, &Variable, First->Of, First->Given, First->Ended});
  Now.By.erase(Known);
}

/// A reference cannot be mentioned without using what it refers to. A pointer,
/// view or step's result can be tested and assigned to.
void KeptFlow::forEachUse(const Stmt &Element,
                          llvm::function_ref<void(const Expr &, const VarDecl &)> Visit) const {
  const auto *Written = dyn_cast<Expr>(&Element);
  if (!Written)
    return;
  auto Through = [&](const Expr *Object) {
    if (const VarDecl *Variable = variableOf(Object); Variable && !Variable->getType()->isReferenceType())
      Visit(*Written, *Variable);
  };
  auto Given = [&](const Expr *Argument) {
    const VarDecl *Variable = variableOf(Argument);
    if (Variable && !Variable->getType()->isReferenceType())
      Visit(*Written, *Variable);
  };
  if (const auto *Named = dyn_cast<DeclRefExpr>(Written)) {
    if (const VarDecl *Variable = variableOf(Named); Variable && Variable->getType()->isReferenceType())
      Visit(*Written, *Variable);
  } else if (const auto *Unary = dyn_cast<UnaryOperator>(Written)) {
    if (Unary->getOpcode() == UO_Deref)
      Through(Unary->getSubExpr());
  } else if (const auto *Member = dyn_cast<MemberExpr>(Written)) {
    if (Member->isArrow())
      Through(Member->getBase());
  } else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(Written)) {
    Through(Element->getBase());
  } else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Written)) {
    switch (Operator->getOperator()) {
    case OO_Star:
    case OO_Arrow:
    case OO_Subscript:
      return Through(Operator->getArg(0));
    case OO_Equal:
    case OO_EqualEqual:
    case OO_ExclaimEqual:
    case OO_Exclaim:
      return;
    default:
      for (const Expr *Argument : Operator->arguments())
        Given(Argument);
    }
  } else if (const auto *Call = dyn_cast<CXXMemberCallExpr>(Written)) {
    const CXXMethodDecl *Method = Call->getMethodDecl();
    if (!Method || isa<CXXConversionDecl>(Method))
      return;
    const bool IsRead = Method->getIdentifier() && Method->getName() == "value";
    const bool IsTest = Method->getIdentifier() &&
                        llvm::is_contained({"has_value", "empty", "size", "reset"}, Method->getName());
    if (IsRead)
      Through(Call->getImplicitObjectArgument());
    else if (!IsTest)
      Given(Call->getImplicitObjectArgument());
    for (const Expr *Argument : Call->arguments())
      Given(Argument);
  } else if (const auto *Construct = dyn_cast<CXXConstructExpr>(Written)) {
    if (!Construct->getConstructor()->isCopyOrMoveConstructor())
      for (const Expr *Argument : Construct->arguments())
        Given(Argument);
  } else if (const auto *Plain = dyn_cast<CallExpr>(Written); Plain && !Plain->isCallToStdMove()) {
    for (const Expr *Argument : Plain->arguments())
      Given(Argument);
  } else if (const auto *Yield = dyn_cast<CoyieldExpr>(Written)) {
    Given(Yield->getOperand());
  }
}

} // namespace

std::vector<LateUse> lateUses(const Unit &In, const Function &Coroutine, const Perishable &Asked) {
  const Graph *Whole = In.graph(Coroutine);
  if (!Whole)
    return {};
  KeptFlow Flow(In, Coroutine, Asked);
  const auto AtEntry = solve(*Whole, Flow);
  if (!AtEntry)
    return {};
  std::map<const Expr *, LateUse> Late;
  Flow.Late = &Late;
  for (const CFGBlock *Block : *Whole->flow())
    if (std::optional<Holdings> Now = (*AtEntry)[Block->getBlockID()])
      runBlock(*Whole, *Block, Flow, *Now);
  std::vector<LateUse> Sorted;
  for (const auto &[Use, One] : Late)
    Sorted.push_back(One);
  const SourceManager &Sources = In.context().getSourceManager();
  llvm::sort(Sorted, [&](const LateUse &Left, const LateUse &Right) {
    return Sources.isBeforeInTranslationUnit(Left.Use->getExprLoc(), Right.Use->getExprLoc());
  });
  return Sorted;
}

} // namespace asynciter
