// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Catalogue.h"

#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

static bool hasEffect(const FunctionDecl &Callee, FunctionEffect::Kind Asked) {
  for (const FunctionEffectWithCondition Effect : FunctionEffectsRef::get(Callee.getType()))
    if (Effect.Effect.kind() == Asked && !Effect.Cond.getCondition())
      return true;
  return false;
}

bool Catalogue::isAnnotatedBlocking(const FunctionDecl &Callee) {
  for (const auto *Note : Callee.specific_attrs<AnnotateAttr>())
    if (Note->getAnnotation() == "asynciter::blocking")
      return true;
  return hasEffect(Callee, FunctionEffect::Kind::Blocking);
}

bool Catalogue::isDeclaredNonBlocking(const FunctionDecl &Callee) {
  for (const auto *Note : Callee.specific_attrs<AnnotateAttr>())
    if (Note->getAnnotation() == "asynciter::nonblocking")
      return true;
  return hasEffect(Callee, FunctionEffect::Kind::NonBlocking);
}

bool Catalogue::runsHere(const FunctionDecl &Callee) const {
  const auto [Known, IsNew] = Runs.try_emplace(Callee.getCanonicalDecl());
  if (IsNew)
    Known->second = In.libraries().runsHere(qualifiedName(Callee));
  return Known->second;
}

const BlockingCalls *Catalogue::blocking(const CallSite &Site) const {
  const CXXRecordDecl *Object = nullptr;
  if (Site.Object && isa<CXXMethodDecl>(Site.Callee)) {
    QualType Type = strip(Site.Object)->getType();
    Object = classOf(Type->isPointerType() ? Type->getPointeeType() : Type);
  }
  const auto [Known, IsNew] = Blocking.try_emplace(Key(Site.Callee->getCanonicalDecl(), Object));
  if (IsNew) {
    const BlockingCalls *Exact = In.libraries().blocking(qualifiedName(*Site.Callee));
    Known->second = Exact ? Exact : blockingByObject(*Site.Callee, Object);
  }
  return Known->second;
}

/// The models name public classes; a method may be declared in a base of them,
/// or override one that they name.
const BlockingCalls *Catalogue::blockingByObject(const FunctionDecl &Callee,
                                                 const CXXRecordDecl *Object) const {
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  if (!Method)
    return nullptr;
  llvm::SmallVector<const CXXRecordDecl *, 8> All;
  if (Object)
    All.push_back(Object);
  for (std::size_t At = 0; At != All.size(); ++At) {
    const CXXRecordDecl *Class = All[At];
    // Where the method is declared the exact name has been tried, and above that
    // it does not exist.
    if (Class->getCanonicalDecl() == Method->getParent()->getCanonicalDecl() || !Class->hasDefinition())
      continue;
    if (const BlockingCalls *Public =
            In.libraries().blocking(qualifiedName(*Class) + "::" + Method->getNameAsString()))
      return Public;
    addBases(*Class, All);
  }
  for (const CXXMethodDecl *Overridden : Method->overridden_methods())
    if (const BlockingCalls *Inherited = In.libraries().blocking(qualifiedName(*Overridden)))
      return Inherited;
  return nullptr;
}

/// The range behind views: `r | views::filter(f)` advances `r`.
static const BlockingRanges *blockingRange(QualType Type, const Libraries &Known) {
  const CXXRecordDecl *Class = classOf(Type);
  if (!Class)
    return nullptr;
  if (const BlockingRanges *Found = Known.blockingRange(qualifiedName(*Class)))
    return Found;
  const auto *View = dyn_cast<ClassTemplateSpecializationDecl>(Class);
  if (!View || !View->getName().ends_with("view"))
    return nullptr;
  const TemplateArgument &Adapted = View->getTemplateArgs()[0];
  return Adapted.getKind() == TemplateArgument::Type ? blockingRange(Adapted.getAsType(), Known) : nullptr;
}

const Expr *makerOf(const Expr &Value) {
  const Expr *Inner = strip(&Value);
  if (const auto *Named = dyn_cast<DeclRefExpr>(Inner)) {
    const auto *Kept = dyn_cast<VarDecl>(Named->getDecl());
    return Kept && Kept->getInit() && !isa<ParmVarDecl>(Kept) ? makerOf(*Kept->getInit()) : Inner;
  }
  if (const auto *Pipe = dyn_cast<CXXOperatorCallExpr>(Inner); Pipe && Pipe->getOperator() == OO_Pipe)
    return makerOf(*Pipe->getArg(0));
  return Inner;
}

void Catalogue::findRange(CallSite &Site) const {
  auto Try = [&](const Expr *Candidate) {
    Site.Ranges = blockingRange(Candidate->getType(), In.libraries());
    Site.Range = Site.Ranges ? Candidate : nullptr;
    return Site.Range != nullptr;
  };
  if (Site.How == CallSite::Looped) {
    Try(Site.Object);
    return;
  }
  if (Site.How != CallSite::Called || !Site.Callee)
    return;
  // A container filled from a pair of iterators runs through them, too; a pair
  // of them only keeps them.
  auto IsContainer = [&] {
    return nullaryMethod(*cast<CXXConstructorDecl>(Site.Callee)->getParent(), "begin") != nullptr;
  };
  const bool RunsThrough =
      isa<CXXConstructorDecl>(Site.Callee)
          ? Site.Arguments.size() >= 2 && Site.Callee->getPrimaryTemplate() && IsContainer()
          : runsHere(*Site.Callee);
  if (RunsThrough)
    (void)llvm::any_of(Site.Arguments, Try);
}

void Catalogue::lookUp(CallSite &Site) const {
  findRange(Site);
  if (Site.Callee)
    Site.Blocking = blocking(Site);
}

} // namespace asynciter
