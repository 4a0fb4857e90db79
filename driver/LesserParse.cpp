// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LesserParse.h"

#include "model/Bodies.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Sema/Sema.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynciter {

namespace {

/// Notices that a system header includes what the user's code has included before, or says
/// what a macro of the user's makes of it.
class Mixture : public PPCallbacks {
public:
  Mixture(const SourceManager &Sources, std::shared_ptr<bool> Mixed)
      : Sources(Sources), Mixed(std::move(Mixed)) {}

  void FileChanged(SourceLocation At, FileChangeReason Why, SrcMgr::CharacteristicKind Kind,
                   FileID) override {
    if (Why == EnterFile && !SrcMgr::isSystem(Kind))
      Users.insert(Sources.getFileEntryForID(Sources.getFileID(At)));
  }

  /// Called also if the file is not entered again. One that a system header is the first to
  /// include is the system's.
  void InclusionDirective(SourceLocation From, const Token &, StringRef, bool, CharSourceRange,
                          OptionalFileEntryRef To, StringRef, StringRef, const Module *, bool,
                          SrcMgr::CharacteristicKind) override {
    *Mixed |= To && Sources.isInSystemHeader(From) && Users.contains(*To);
  }

  void MacroExpands(const Token &Name, const MacroDefinition &As, SourceRange, const MacroArgs *) override {
    const MacroInfo *Said = As.getMacroInfo();
    *Mixed |= Said && isUsers(*Said) && Sources.isInSystemHeader(Sources.getExpansionLoc(Name.getLocation()));
  }

private:
  /// Numbers and texts, on which the header decides what it has, are no names.
  bool isUsers(const MacroInfo &Said) {
    const auto [Known, IsNew] = Macros.try_emplace(&Said, false);
    if (IsNew)
      Known->second = !Said.isBuiltinMacro() && !Sources.isInSystemHeader(Said.getDefinitionLoc()) &&
                      !Sources.isWrittenInBuiltinFile(Said.getDefinitionLoc()) &&
                      llvm::any_of(Said.tokens(), [](const Token &Each) { return Each.isAnyIdentifier(); });
    return Known->second;
  }

  const SourceManager &Sources;
  std::shared_ptr<bool> Mixed;
  llvm::DenseSet<const FileEntry *> Users;
  llvm::DenseMap<const MacroInfo *, bool> Macros;
};

} // namespace

void LesserConsumer::InitializeSema(Sema &S) {
  if (!IsLesser)
    return;
  Running = &S;
  S.getPreprocessor().addPPCallbacks(std::make_unique<Mixture>(S.getSourceManager(), Mixed));
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
    if (definesSystems(Found))
      return true;
    // What its arguments' namespace finds.
    if (isa<FunctionTemplateDecl>(Found)) {
      const auto *Space = dyn_cast<NamespaceDecl>(Found.getDeclContext());
      return Space && isInSystemHeader(*Space->getFirstDecl());
    }
    if (const auto *Special = dyn_cast<VarTemplateSpecializationDecl>(&Found))
      return isInSystemHeader(*Special->getSpecializedTemplate()) &&
             Closed.areAll(Special->getTemplateArgs().asArray());
    const auto *Special = dyn_cast<ClassTemplateSpecializationDecl>(&Found);
    return Special && isInSystemHeader(*Special->getSpecializedTemplate()) &&
           Closed.areAll(Special->getTemplateArgs().asArray());
  }

  /// Classes and templates, of which a body in a system header may ask for instances by what
  /// is declared there.
  static bool definesSystems(const Decl &Found) {
    const auto *Template = dyn_cast<RedeclarableTemplateDecl>(&Found);
    const Decl &Made = Template ? *Template->getTemplatedDecl() : Found;
    const auto *Function = dyn_cast<FunctionDecl>(&Made);
    const auto *Class = dyn_cast<TagDecl>(&Made);
    return ((Template && Function && Function->isThisDeclarationADefinition()) ||
            (Class && Class->isThisDeclarationADefinition())) &&
           isInSystemHeader(*Made.getCanonicalDecl());
  }

  SystemOnly Closed;
};

} // namespace

bool addsToSystemHeaders(const ASTContext &Context) { return Additions().anyOf(Context.getTraversalScope()); }

} // namespace asynciter
