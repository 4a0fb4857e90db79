// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/SystemOnly.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynciter {

bool isInSystemHeader(const Decl &Declared) {
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

} // namespace asynciter
