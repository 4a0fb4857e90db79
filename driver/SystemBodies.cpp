// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SystemBodies.h"

#include "model/Unit.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
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

bool hasUnusedVirtual(const CXXRecordDecl &Class) {
  return llvm::any_of(Class.methods(), [](const CXXMethodDecl *Method) {
    const FunctionDecl *Pattern = Method->getTemplateInstantiationPattern();
    return Method->isVirtual() && !Method->isPureVirtual() && !Method->getDefinition() && Pattern &&
           Pattern->hasBody();
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
        if (Made->hasDefinition() && Made->isPolymorphic() && hasUnusedVirtual(*Made))
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
