// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Names.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace asynciter {

static std::string ownName(const NamedDecl &Named) {
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Named))
    return Constructor->getParent()->getNameAsString();
  if (const auto *Destructor = dyn_cast<CXXDestructorDecl>(&Named))
    return "~" + Destructor->getParent()->getNameAsString();
  return Named.getNameAsString();
}

/// The enclosing names, outermost first, each followed by `::`.
static std::string scopeOf(const NamedDecl &Named) {
  std::string Scope;
  for (const DeclContext *Outer = Named.getDeclContext(); Outer; Outer = Outer->getParent()) {
    if (const auto *Space = dyn_cast<NamespaceDecl>(Outer)) {
      if (!Space->isInline() && !Space->isAnonymousNamespace())
        Scope = Space->getNameAsString() + "::" + Scope;
    } else if (const auto *Class = dyn_cast<RecordDecl>(Outer)) {
      if (Class->getIdentifier())
        Scope = Class->getNameAsString() + "::" + Scope;
    }
  }
  return Scope;
}

std::string qualifiedName(const NamedDecl &Named) {
  const std::string Scope = scopeOf(Named);
  return (Scope.empty() ? "::" : Scope) + ownName(Named);
}

std::string nameForPeople(const NamedDecl &Named) {
  const auto *Function = dyn_cast<FunctionDecl>(&Named);
  const std::string Scope = scopeOf(Named);
  const bool IsC = Function && Scope.empty() && Function->isExternC();
  return (IsC ? "::" : Scope) + ownName(Named);
}

std::string functionForPeople(const FunctionDecl &Function) {
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&Function)) {
    const CXXRecordDecl *Class = Method->getParent();
    if (Class->isLambda())
      return "the lambda";
    if (isa<CXXConstructorDecl>(Method))
      return "constructor of " + Class->getNameAsString();
    return Class->getNameAsString() + "::" + ownName(Function);
  }
  return ownName(Function);
}

/// A specialisation that the unit never needed whole has no members; its
/// template's pattern shows them.
static const CXXRecordDecl *definitionOf(const CXXRecordDecl &Class) {
  if (Class.hasDefinition())
    return Class.getDefinition();
  if (const auto *Specialised = dyn_cast<ClassTemplateSpecializationDecl>(&Class))
    return definitionOf(*Specialised->getSpecializedTemplate()->getTemplatedDecl());
  if (const CXXRecordDecl *Pattern = Class.getInstantiatedFromMemberClass())
    return definitionOf(*Pattern);
  return &Class;
}

const CXXRecordDecl *classOf(QualType Type) {
  if (Type.isNull())
    return nullptr;
  Type = Type.getNonReferenceType().getCanonicalType();
  if (const CXXRecordDecl *Class = Type->getAsCXXRecordDecl())
    return definitionOf(*Class);
  if (const auto *Injected = Type->getAs<InjectedClassNameType>())
    return Injected->getDecl();
  if (const auto *Dependent = Type->getAs<TemplateSpecializationType>())
    if (const auto *Template =
            dyn_cast_or_null<ClassTemplateDecl>(Dependent->getTemplateName().getAsTemplateDecl()))
      return definitionOf(*Template->getTemplatedDecl());
  return nullptr;
}

void addBases(const CXXRecordDecl &Class, llvm::SmallVectorImpl<const CXXRecordDecl *> &To) {
  if (!Class.hasDefinition())
    return;
  for (const CXXBaseSpecifier &Base : Class.bases())
    if (const CXXRecordDecl *BaseClass = classOf(Base.getType());
        BaseClass && !llvm::is_contained(To, BaseClass))
      To.push_back(BaseClass);
}

const CXXRecordDecl *classNamed(llvm::StringRef QualifiedName, const ASTContext &Context) {
  QualifiedName.consume_front("::");
  const DeclContext *Scope = Context.getTranslationUnitDecl();
  for (;;) {
    const auto [Part, Rest] = QualifiedName.split("::");
    const DeclContext *Next = nullptr;
    for (const NamedDecl *Named : Scope->lookup(&Context.Idents.get(Part))) {
      if (Rest.empty()) {
        if (const auto *Alias = dyn_cast<TypedefNameDecl>(Named))
          return classOf(Alias->getUnderlyingType());
        if (const auto *Class = dyn_cast<CXXRecordDecl>(Named->getUnderlyingDecl()))
          return definitionOf(*Class);
      } else if (const auto *Space = dyn_cast<NamespaceDecl>(Named)) {
        Next = Space;
      }
    }
    if (!Next)
      return nullptr;
    Scope = Next;
    QualifiedName = Rest;
  }
}

std::string className(QualType Type) {
  const CXXRecordDecl *Class = classOf(Type);
  return Class ? qualifiedName(*Class) : std::string();
}

} // namespace asynciter
