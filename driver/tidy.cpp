// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules as checks of clang-tidy. Knows no rule by name.
#include "Analysis.h"
#include "Config.h"
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

  /// The config file that the checks were told of, read once; null if it is wrong
  /// or there is none.
  const Config *config(llvm::StringRef Path, tidy::ClangTidyContext &Context) {
    if (Path.empty() || File || IsBroken)
      return File ? &*File : nullptr;
    auto Read = readConfig(Path);
    if (!Read) {
      IsBroken = true;
      Context.configurationDiag("%0") << llvm::toString(Read.takeError());
      return nullptr;
    }
    File = std::move(*Read);
    Known = Libraries::builtIn();
    for (const LibraryModel &Model : File->Models)
      Known->add(Model);
    return &*File;
  }

  const std::vector<Located> &findings(ASTContext &Context) {
    if (!Built) {
      Built.emplace(Context, Known ? *Known : Libraries::builtIn());
      Mistakes = Built->annotationMistakes().vec();
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

  /// Those of the unit, once.
  std::vector<AnnotationMistake> takeMistakes() { return std::exchange(Mistakes, {}); }

private:
  std::optional<Config> File;
  std::optional<Libraries> Known;
  bool IsBroken = false;
  std::vector<AnnotationMistake> Mistakes;
  std::vector<ActiveRule> Rules;
  std::optional<Unit> Built;
  std::vector<Located> Found;
};

class RuleCheck : public tidy::ClangTidyCheck {
public:
  RuleCheck(llvm::StringRef Name, tidy::ClangTidyContext *Context, const Rule &The)
      : ClangTidyCheck(Name, Context), Active{&The, {}}, Shared(SharedUnit::current()) {
    ConfigFile = Options.getLocalOrGlobal(ConfigOption, "").str();
    const Config *File = Shared->config(ConfigFile, *Context);
    for (const Option &Each : The.Info.Options) {
      std::string Default = Each.Default.str();
      if (File)
        if (const auto Set = File->Options.find(The.Info.Name.str()); Set != File->Options.end())
          if (const auto Value = Set->second.find(Each.Name.str()); Value != Set->second.end())
            Default = Value->second;
      Active.Options[Each.Name] = Options.get(Each.Name, Default).str();
    }
    Shared->add(Active);
  }

  void storeOptions(tidy::ClangTidyOptions::OptionMap &Into) override {
    if (!ConfigFile.empty())
      Options.store(Into, ConfigOption, ConfigFile);
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
    const SourceManager &Sources = *Result.SourceManager;
    for (const AnnotationMistake &Each : Shared->takeMistakes())
      configurationDiag("%0: %1") << Sources.getFileLoc(Each.At).printToString(Sources) << Each.Message;
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

  /// One for all our checks: a global option, unless a check has its own.
  static constexpr llvm::StringLiteral ConfigOption = "AsynciterConfig";

  std::string ConfigFile;
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
