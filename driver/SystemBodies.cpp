// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SystemBodies.h"

#include "model/Unit.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"

using namespace clang;

namespace asynciter {
namespace {

bool isUnusedGenericLambda(const Function &Each) {
  const auto *Method = Each.IsDependent ? dyn_cast<CXXMethodDecl>(Each.Declared) : nullptr;
  return Method && Method->getParent()->isLambda() &&
         !Method->getParent()->getDeclContext()->isDependentContext();
}

/// One of a template that nobody has looked into yet may have any of its methods.
bool hasUnusedVirtual(const ClassTemplateSpecializationDecl &Class) {
  const CXXRecordDecl *Shown =
      Class.hasDefinition() ? &Class : Class.getSpecializedTemplate()->getTemplatedDecl()->getDefinition();
  return Shown && llvm::any_of(Shown->methods(), [&](const CXXMethodDecl *Method) {
           const FunctionDecl *Pattern = Shown == &Class ? Method->getTemplateInstantiationPattern() : Method;
           const bool IsVirtual = Method->isVirtual() || Method->hasAttr<OverrideAttr>();
           return IsVirtual && !Method->isPureVirtual() && Pattern && Pattern->hasBody() &&
                  (Pattern == Method || !Method->getDefinition());
         });
}

using ClassSet = llvm::DenseSet<const CXXRecordDecl *>;

bool names(const TemplateArgument &Argument, const ClassSet &Sought) {
  if (Argument.getKind() == TemplateArgument::Pack)
    return llvm::any_of(Argument.pack_elements(),
                        [&](const TemplateArgument &Each) { return names(Each, Sought); });
  if (Argument.getKind() != TemplateArgument::Type)
    return false;
  const CXXRecordDecl *Class = Argument.getAsType().getNonReferenceType()->getAsCXXRecordDecl();
  return Class && Sought.contains(Class->getCanonicalDecl());
}

/// `std::make_unique<T>(...)`, `std::list<T>::emplace_back(...)`. The bodies of
/// constant expressions are there.
bool isAbout(const FunctionDecl &Callee, const ClassSet &Sought) {
  if (Callee.isConstexpr())
    return false;
  if (const TemplateArgumentList *Own = Callee.getTemplateSpecializationArgs())
    if (llvm::any_of(Own->asArray(), [&](const TemplateArgument &Each) { return names(Each, Sought); }))
      return true;
  const auto *Class = dyn_cast<ClassTemplateSpecializationDecl>(Callee.getDeclContext());
  return Class && llvm::any_of(Class->getTemplateArgs().asArray(),
                               [&](const TemplateArgument &Each) { return names(Each, Sought); });
}

} // namespace

bool needsSystemBodies(const Unit &Source) {
  if (llvm::any_of(Source.functions(), isUnusedGenericLambda))
    return true;
  ClassSet Polymorphic;
  for (const CXXRecordDecl *Class : Source.classes())
    if (const ClassTemplateDecl *Template = Class->getDescribedClassTemplate())
      for (const ClassTemplateSpecializationDecl *Made : Template->specializations())
        if (hasUnusedVirtual(*Made))
          Polymorphic.insert(Made->getCanonicalDecl());
  if (Polymorphic.empty())
    return false;
  const SourceManager &Sources = Source.context().getSourceManager();
  bool Found = false;
  for (const Function &Each : Source.functions())
    if (!Found && !Each.IsDependent)
      forEachNested(*Each.Body, [&](const Stmt &Part) {
        const auto *Call = dyn_cast<CallExpr>(&Part);
        const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
        Found = Found ||
                (Callee && Sources.isInSystemHeader(Callee->getLocation()) && isAbout(*Callee, Polymorphic));
      });
  return Found;
}

} // namespace asynciter
