// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a coroutine that keeps a reference, a pointer or a view from its
// caller depends on every caller to keep the object; a parameter by value does
// not. It matters only where the parameter is used after a suspension, of which
// a generator has one before its first line; and where there are callers that
// nobody sees here, whose arguments neither dangling-argument nor, for a
// parameter that is marked as lifetimebound, the compiler looks at.
//
// Does not see: callers to whom a function of this file is handed, and objects that a member coroutine
// belongs to (dangling-capture is about these), and parameters of classes that keep references.
#include "Rule.h"
#include "model/Frames.h"
#include "model/Names.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace asynciter {

/// What is written; an instance has other types, and less linkage.
static const FunctionDecl &patternOf(const FunctionDecl &Declared) {
  const FunctionDecl *Pattern = Declared.getTemplateInstantiationPattern();
  return Pattern ? *Pattern : Declared;
}

/// The file that has `main` is one that no other includes.
static bool hasMain(const Unit &In) {
  return llvm::any_of(In.functions(), [&](const Function &Each) {
    return Each.Declared->isMain() &&
           In.context().getSourceManager().isInMainFile(Each.Declared->getLocation());
  });
}

/// Whether all callers are in the same file. An override's are its base's.
static bool isOfThisFile(const FunctionDecl &Declared, const Unit &In, bool HasMain) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&Declared);
  if (Method && Method->size_overridden_methods() > 0)
    return llvm::all_of(Method->overridden_methods(), [&](const CXXMethodDecl *Base) {
      return isOfThisFile(patternOf(*Base), In, HasMain);
    });
  if ((Method && Method->getParent()->isLambda()) || Declared.getParentFunctionOrMethod() ||
      !Declared.isExternallyVisible())
    return true;
  const SourceManager &Sources = In.context().getSourceManager();
  return HasMain && llvm::all_of(Declared.redecls(), [&](const FunctionDecl *Each) {
           return Sources.isInMainFile(Each->getLocation());
         });
}

/// Whether the compiler looks at the arguments, or the caller chooses to lend,
/// as with a template's `T value`.
static bool isCallersChoice(const ParmVarDecl &Parameter, const FunctionDecl &Pattern) {
  // A pack is one parameter in the pattern.
  const auto Written = llvm::find_if(Pattern.parameters(), [&](const ParmVarDecl *Each) {
    return Each->getLocation() == Parameter.getLocation();
  });
  if (Written == Pattern.param_end())
    return false;
  const unsigned At = (*Written)->getFunctionScopeIndex();
  return (*Written)->getType().getNonPackExpansionType()->isTemplateTypeParmType() ||
         llvm::any_of(Pattern.redecls(), [&](const FunctionDecl *Each) {
           return Each->getParamDecl(At)->hasAttr<LifetimeBoundAttr>();
         });
}

static void check(const Unit &In, Reporter &Out) {
  const Frames &All = In.facts<Frames>();
  const bool HasMain = hasMain(In);
  for (const Function &Coroutine : In.functions()) {
    if (!Coroutine.isCoroutine() || Coroutine.IsDependent)
      continue;
    const FunctionDecl &Pattern = patternOf(*Coroutine.Declared);
    if (isOfThisFile(Pattern, In, HasMain))
      continue;
    const bool IsGenerator = Coroutine.Kind != FunctionKind::Task;
    for (const ParmVarDecl *Parameter : Coroutine.Declared->parameters()) {
      if (!All.borrows().isBorrow(Parameter->getType()) || !Parameter->getIdentifier() ||
          isCallersChoice(*Parameter, Pattern))
        continue;
      const bool IsUsed = IsGenerator ? All.usesLater(*Coroutine.Declared, Parameter)
                                      : All.usesBehindSuspension(Coroutine, Parameter);
      if (!IsUsed)
        continue;
      Out.report({Parameter->getLocation(),
                  "`" + Parameter->getNameAsString() + "` only refers to its argument, and `" +
                      functionForPeople(*Coroutine.Declared) + "` uses it after a suspension"});
    }
  }
}

extern const Rule borrowed_parameter;
const Rule borrowed_parameter = {
    {"borrowed-parameter", "a coroutine takes a reference, pointer or view and uses it after a suspension",
     Tier::Pedantic, "0.1.0"},
    check};

} // namespace asynciter
