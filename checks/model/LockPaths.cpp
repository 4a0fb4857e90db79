// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/LockPaths.h"

#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

template <typename Map> static void keepCommon(Map &Mine, const Map &Theirs) {
  for (auto One = Mine.begin(); One != Mine.end();) {
    const auto Other = Theirs.find(One->first);
    One = Other != Theirs.end() && Other->second == One->second ? std::next(One) : Mine.erase(One);
  }
}

bool LockPaths::join(const LockPaths &Other) {
  const std::vector<LockPath> Before = All;
  const bool WasMerged = Merged;
  for (const LockPath &One : Other.All)
    add(One);
  Merged |= Other.Merged || All.size() > Most;
  if (Merged && All.size() > 1) {
    for (std::size_t At = 1; At < All.size(); ++At) {
      keepCommon(All.front().Holds, All[At].Holds);
      keepCommon(All.front().Moving, All[At].Moving);
      keepCommon(All.front().Known, All[At].Known);
    }
    All.resize(1);
  }
  return Merged != WasMerged || All != Before;
}

const ValueDecl *resolved(const ValueDecl *Named) {
  for (unsigned Depth = 0; Named && Depth < 8; ++Depth) {
    const auto *Variable = dyn_cast<VarDecl>(Named);
    if (!Variable || !Variable->getType()->isReferenceType() || !Variable->getInit())
      break;
    const ValueDecl *Bound = ownerOf(*Variable->getInit());
    if (!Bound)
      break;
    Named = Bound;
  }
  return Named;
}

const ValueDecl *guardNamed(const Expr &Object) {
  const ValueDecl *Named = resolved(entityOf(&Object));
  return Named ? cast<ValueDecl>(Named->getCanonicalDecl()) : nullptr;
}

const ValueDecl *wrapperOf(const Expr &Object) {
  const Expr *Inner = strip(&Object);
  const auto *Member = dyn_cast<MemberExpr>(Inner);
  while (Member) {
    Inner = strip(Member->getBase());
    Member = dyn_cast<MemberExpr>(Inner);
  }
  return guardNamed(*Inner);
}

const Expr &LockConditions::plain(const Expr &Condition, bool &Negated) {
  const Expr *Inner = strip(&Condition);
  while (const auto *Not = dyn_cast<UnaryOperator>(Inner)) {
    if (Not->getOpcode() != UO_LNot)
      break;
    Negated = !Negated;
    Inner = strip(Not->getSubExpr());
  }
  return *Inner;
}

static void addMentioned(const Stmt &Part, std::vector<const ValueDecl *> &To) {
  if (const auto *Named = dyn_cast<DeclRefExpr>(&Part))
    To.push_back(Named->getDecl());
  else if (const auto *Member = dyn_cast<MemberExpr>(&Part))
    To.push_back(Member->getMemberDecl());
  forEachPart(Part, [&](const Stmt &Nested) { addMentioned(Nested, To); });
}

Key LockConditions::keyFor(const Expr &Condition) {
  bool Negated = false;
  const Expr &Inner = plain(Condition, Negated);
  if (const auto *Named = dyn_cast<DeclRefExpr>(&Inner))
    return keyOf(resolved(Named->getDecl()));
  llvm::FoldingSetNodeID Id;
  Inner.Profile(Id, Context, /*Canonical=*/true);
  const Key Hash = (static_cast<Key>(Id.ComputeHash()) << 1) | 1;
  std::vector<const ValueDecl *> &Of = Mentions[Hash];
  if (Of.empty())
    addMentioned(Inner, Of);
  return Hash;
}

void LockConditions::invalidate(const ValueDecl &Changed, LockPath &On) const {
  On.Known.erase(keyOf(&Changed));
  for (auto One = On.Known.begin(); One != On.Known.end();) {
    const auto Of = Mentions.find(One->first);
    One = Of != Mentions.end() && llvm::is_contained(Of->second, &Changed) ? On.Known.erase(One)
                                                                           : std::next(One);
  }
}

const Expr *askedGuard(const Expr &Condition) {
  const auto *Call = dyn_cast<CXXMemberCallExpr>(&Condition);
  const CXXMethodDecl *Method = Call ? Call->getMethodDecl() : nullptr;
  if (!Method || Call->getNumArgs())
    return nullptr;
  const bool Asks =
      isa<CXXConversionDecl>(Method) ||
      (Method->getIdentifier() &&
       llvm::is_contained({"owns_lock", "isLocked", "is_locked", "has_value", "owns"}, Method->getName()));
  return Asks ? Call->getImplicitObjectArgument() : nullptr;
}

std::optional<bool> LockConditions::value(const Expr &Condition, const LockPath &On) {
  bool Negated = false;
  const Expr &Inner = plain(Condition, Negated);
  auto Known = [&](Key At) -> std::optional<bool> {
    const auto Found = On.Known.find(At);
    return Found == On.Known.end() ? std::nullopt : std::optional(Found->second != Negated);
  };
  if (const auto *Literal = dyn_cast<CXXBoolLiteralExpr>(&Inner))
    return Literal->getValue() != Negated;
  if (const Expr *Asked = askedGuard(Inner))
    if (const ValueDecl *Guard = guardNamed(*Asked))
      if (const auto Found = On.Holds.find(keyOf(Guard)); Found != On.Holds.end())
        return (Found->second != nullptr) != Negated;
  if (const auto Told = Known(keyOf(&Inner)))
    return Told;
  if (const auto *Compared = dyn_cast<BinaryOperator>(&Inner); Compared && Compared->isEqualityOp())
    if (const auto *Literal = dyn_cast<CXXBoolLiteralExpr>(strip(Compared->getRHS())))
      if (const std::optional<bool> Left = value(*Compared->getLHS(), On))
        return ((*Left == Literal->getValue()) == (Compared->getOpcode() == BO_EQ)) != Negated;
  return Known(keyFor(Inner));
}

} // namespace asynciter
