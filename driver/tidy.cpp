// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules as checks of clang-tidy. Knows no rule by name.
#include "Analysis.h"
#include "model/Libraries.h"
#include "model/Unit.h"

#include "clang-tidy/ClangTidyCheck.h"
#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyModuleRegistry.h"

#include <memory>
#include <optional>

using namespace clang;
using namespace clang::ast_matchers;

namespace asynciter {
namespace {

/// What all checks of one run share: the unit, and what the rules found in it,
/// some of them in what others found. Made for the first check that asks; goes
/// with the translation unit.
class SharedUnit {
public:
  void add(const ActiveRule &Active) { Rules.push_back(Active); }

  const std::vector<Located> &findings(ASTContext &Context) {
    if (!Built) {
      Built.emplace(Context, Libraries::builtIn());
      // Which headers to report in, the host decides.
      Found = analyse(*Built, Rules, [](llvm::StringRef) { return true; }).Found;
    }
    return Found;
  }
  void release() {
    Found.clear();
    Built.reset();
  }

  /// The checks of one translation unit are made together, and die together.
  static std::shared_ptr<SharedUnit> current() {
    static std::weak_ptr<SharedUnit> Alive;
    std::shared_ptr<SharedUnit> Result = Alive.lock();
    if (!Result)
      Alive = Result = std::make_shared<SharedUnit>();
    return Result;
  }

private:
  std::vector<ActiveRule> Rules;
  std::optional<Unit> Built;
  std::vector<Located> Found;
};

class RuleCheck : public tidy::ClangTidyCheck {
public:
  RuleCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context, const Rule &The)
      : ClangTidyCheck(Name, Context), Active{&The, {}}, Shared(SharedUnit::current()) {
    for (const Option &Each : The.Info.Options)
      Active.Options[Each.Name] = Options.get(Each.Name, Each.Default).str();
    Shared->add(Active);
  }

  void storeOptions(tidy::ClangTidyOptions::OptionMap &Into) override {
    for (const Option &Each : Active.The->Info.Options)
      Options.store(Into, Each.Name, Active.Options[Each.Name]);
  }

  bool isLanguageVersionSupported(const LangOptions &Language) const override { return Language.CPlusPlus; }

  void registerMatchers(MatchFinder *Finder) override { Finder->addMatcher(translationUnitDecl(), this); }

  void check(const MatchFinder::MatchResult &Result) override {
    if (Result.Context->getDiagnostics().hasUncompilableErrorOccurred())
      return;
    for (const Located &Each : Shared->findings(*Result.Context))
      if (Each.By == &Active.The->Info)
        tell(Each.What);
  }

  void onEndOfTranslationUnit() override { Shared->release(); }

private:
  void tell(const Finding &Found) {
    bool Safe = Found.Safety == FixSafety::Safe;
    {
      DiagnosticBuilder Warning = diag(Found.At, "%0") << Found.Message;
      if (Safe)
        Warning << Found.Fixes;
    }
    for (const Note &Each : Found.Notes)
      diag(Each.At, "%0", DiagnosticIDs::Note) << Each.Message;
    if (!Safe && !Found.Fixes.empty())
      diag(Found.At, UnsafeFixNote, DiagnosticIDs::Note) << Found.Fixes;
  }

  ActiveRule Active;
  std::shared_ptr<SharedUnit> Shared;
};

class Module : public tidy::ClangTidyModule {
public:
  void addCheckFactories(tidy::ClangTidyCheckFactories &Factories) override {
    for (const Rule *Each : catalogue())
      Factories.registerCheckFactory(diagnosticName(Each->Info),
                                     [Each](llvm::StringRef Name, tidy::ClangTidyContext *Context) {
                                       return std::make_unique<RuleCheck>(Name, Context, *Each);
                                     });
  }
};

tidy::ClangTidyModuleRegistry::Add<Module> Registered("asynciter-module", "Async iteration in C++20.");

} // namespace
} // namespace asynciter
