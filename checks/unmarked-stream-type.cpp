// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: one attribute on a stream's type makes the compiler itself find the
// dropped streams, the generators that are no coroutines, and the arguments
// that die too early, for everybody who uses it.
//
// Does not see: what another attribute or macro of the project stands for,
// unless it is one of these; base classes that nobody makes objects of are left
// alone.
#include "Rule.h"
#include "model/Unit.h"

#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace asynciter {

static bool holds(const CXXRecordDecl &Class, const Unit &In, bool (Types::*Question)(QualType) const) {
  if ((In.types().*Question)(In.context().getTypeDeclType(&Class)))
    return true;
  // Of a template, an instance may show more than the pattern.
  const ClassTemplateDecl *Template = Class.getDescribedClassTemplate();
  return Template && llvm::any_of(Template->specializations(), [&](const CXXRecordDecl *Instance) {
           return Instance->hasDefinition() && (In.types().*Question)(In.context().getTypeDeclType(Instance));
         });
}

/// The attributes that the class lacks, as they are written.
static std::vector<std::string> missingOn(const CXXRecordDecl &Class, bool IsGenerator) {
  std::vector<std::string> Missing;
  if (!Class.hasAttr<WarnUnusedResultAttr>())
    Missing.push_back("nodiscard");
  if (IsGenerator && !Class.hasAttr<CoroReturnTypeAttr>())
    Missing.push_back("clang::coro_return_type");
  if (IsGenerator && !Class.hasAttr<CoroLifetimeBoundAttr>())
    Missing.push_back("clang::coro_lifetimebound");
  return Missing;
}

static std::string listed(llvm::ArrayRef<std::string> Names) {
  std::string List;
  for (std::size_t At = 0; At != Names.size(); ++At)
    List += (At == 0 ? "`[[" : At + 1 == Names.size() ? " and `[[" : ", `[[") + Names[At] + "]]`";
  return List;
}

static void check(const Unit &In, Reporter &Out) {
  const bool WithClangs = Out.isOn("ClangAttributes");
  for (const CXXRecordDecl *Class : In.classes()) {
    const bool IsAbstract = Class->hasDefinition() && Class->isAbstract();
    if (!Class->getIdentifier() || IsAbstract || !holds(*Class, In, &Types::isStream))
      continue;
    const std::vector<std::string> Missing =
        missingOn(*Class, WithClangs && holds(*Class, In, &Types::isGenerator));
    if (Missing.empty())
      continue;
    Finding Found{Class->getLocation(),
                  "`" + Class->getNameAsString() + "` is a stream type without " + listed(Missing)};
    const NestedNameSpecifierLoc Qualifier = Class->getQualifierLoc();
    const SourceLocation Name = Qualifier ? Qualifier.getBeginLoc() : Class->getLocation();
    if (Name.isFileID())
      Found.Fixes.push_back(FixItHint::CreateInsertion(Name, "[[" + llvm::join(Missing, ", ") + "]] "));
    // With these the compiler refuses what it took before: a function that
    // returns the type, and is neither a coroutine nor marked.
    if (Missing.back() != "nodiscard")
      Found.Safety = FixSafety::Unsafe;
    Out.report(std::move(Found));
  }
}

static const Option Options[] = {
    {"ClangAttributes", "true",
     "also ask for Clang's attributes of coroutine types, which other compilers ignore"},
};

extern const Rule unmarked_stream_type;
const Rule unmarked_stream_type = {
    {"unmarked-stream-type", "a stream type without the attributes that let the compiler find its misuse",
     Tier::Pedantic, "0.1.0", Options},
    check};

} // namespace asynciter
