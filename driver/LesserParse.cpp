// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LesserParse.h"

#include "model/Bodies.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Sema/Sema.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynciter {

static bool isInSystemHeader(const Decl &Declared) {
  return Declared.getASTContext().getSourceManager().isInSystemHeader(Declared.getLocation());
}

bool SystemOnly::contains(const Decl &Declared) {
  if (!isInSystemHeader(Declared))
    return false;
  for (const Decl *Each = &Declared; Each && !isa<NamespaceDecl, TranslationUnitDecl>(Each);
       Each = dyn_cast_or_null<Decl>(Each->getDeclContext())) {
    if (const auto *Function = dyn_cast<FunctionDecl>(Each))
      if (const TemplateArgumentList *Own = Function->getTemplateSpecializationArgs();
          Own && !areAll(Own->asArray()))
        return false;
    if (const auto *Class = dyn_cast<ClassTemplateSpecializationDecl>(Each);
        Class && !areAll(Class->getTemplateArgs().asArray()))
      return false;
  }
  return true;
}

bool SystemOnly::areAll(llvm::ArrayRef<TemplateArgument> Arguments) {
  return llvm::all_of(Arguments, [&](const TemplateArgument &Each) { return is(Each); });
}

bool SystemOnly::is(const TemplateArgument &Argument) {
  switch (Argument.getKind()) {
  case TemplateArgument::Type:
    return is(Argument.getAsType());
  case TemplateArgument::Pack:
    return areAll(Argument.pack_elements());
  case TemplateArgument::Integral:
    return is(Argument.getIntegralType());
  case TemplateArgument::Template: {
    const TemplateDecl *Named = Argument.getAsTemplate().getAsTemplateDecl();
    return Named && contains(*Named);
  }
  case TemplateArgument::Null:
  case TemplateArgument::NullPtr:
  // Of a partial specialisation: any number.
  case TemplateArgument::Expression:
    return true;
  default:
    // An object or a function: seldom, and it may be anybody's.
    return false;
  }
}

bool SystemOnly::is(QualType Type) {
  const clang::Type &Canonical = *Type.getCanonicalType();
  const auto [At, IsNew] = Known.try_emplace(&Canonical, true);
  if (!IsNew)
    return At->second;
  const bool Result = compute(Canonical);
  Known[&Canonical] = Result;
  return Result;
}

bool SystemOnly::compute(const Type &Type) {
  if (isa<BuiltinType>(Type))
    return true;
  if (const auto *Pointer = dyn_cast<PointerType>(&Type))
    return is(Pointer->getPointeeType());
  if (const auto *Reference = dyn_cast<ReferenceType>(&Type))
    return is(Reference->getPointeeType());
  if (const auto *Array = dyn_cast<ArrayType>(&Type))
    return is(Array->getElementType());
  if (const auto *Member = dyn_cast<MemberPointerType>(&Type))
    return is(Member->getPointeeType()) && is(QualType(Member->getClass(), 0));
  if (const auto *Function = dyn_cast<FunctionProtoType>(&Type))
    return is(Function->getReturnType()) &&
           llvm::all_of(Function->param_types(), [&](QualType Each) { return is(Each); });
  if (const auto *Tag = dyn_cast<TagType>(&Type))
    return contains(*Tag->getDecl());
  // Of partial specialisations, whose parameters stand for anything.
  if (const auto *Named = dyn_cast<TemplateSpecializationType>(&Type)) {
    const TemplateDecl *Template = Named->getTemplateName().getAsTemplateDecl();
    return (!Template || contains(*Template)) && areAll(Named->template_arguments());
  }
  if (const auto *Pack = dyn_cast<PackExpansionType>(&Type))
    return is(Pack->getPattern());
  return Type.isDependentType();
}

bool LesserConsumer::shouldSkipFunctionBody(Decl *Of) {
  const auto *Function = dyn_cast<FunctionDecl>(Of);
  return Function && !Function->isDependentContext() && !Function->getDescribedFunctionTemplate() &&
         isInSystemHeader(*Function) && !isLikelyRead(*Function);
}

/// Clang makes the instances that are needed when the unit is read, but tells of each
/// declaration before.
bool LesserConsumer::HandleTopLevelDecl(DeclGroupRef) {
  if (Running)
    llvm::erase_if(Running->PendingInstantiations, [&](const Sema::PendingImplicitInstantiation &Each) {
      const auto *Function = dyn_cast<FunctionDecl>(Each.first);
      return Function && !Function->isConstexpr() && !Function->getReturnType()->isUndeducedType() &&
             Closed.contains(*Function) && !isLikelyRead(*Function);
    });
  return true;
}

namespace {

/// Looks at the declarations outside of classes and functions.
class Additions {
public:
  bool anyOf(llvm::ArrayRef<Decl *> Outermost) {
    return llvm::any_of(Outermost, [&](const Decl *Each) { return isOne(*Each); });
  }

private:
  bool anyIn(const DeclContext &Outer) {
    return llvm::any_of(Outer.decls(), [&](const Decl *Each) { return isOne(*Each); });
  }

  bool isOne(const Decl &Found) {
    if (const auto *Whole = dyn_cast<TranslationUnitDecl>(&Found))
      return anyIn(*Whole);
    if (isInSystemHeader(Found))
      return false;
    if (isa<NamespaceDecl, LinkageSpecDecl>(Found))
      return anyIn(*cast<DeclContext>(&Found));
    // What its arguments' namespace finds.
    if (isa<FunctionTemplateDecl>(Found)) {
      const auto *Space = dyn_cast<NamespaceDecl>(Found.getDeclContext());
      return Space && isInSystemHeader(*Space->getFirstDecl());
    }
    const auto *Special = dyn_cast<ClassTemplateSpecializationDecl>(&Found);
    return Special && isInSystemHeader(*Special->getSpecializedTemplate()) &&
           Closed.areAll(Special->getTemplateArgs().asArray());
  }

  SystemOnly Closed;
};

} // namespace

bool addsToSystemTemplates(const ASTContext &Context) {
  return Additions().anyOf(Context.getTraversalScope());
}

} // namespace asynciter
