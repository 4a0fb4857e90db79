// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "UnitRun.h"

#include "Compiler.h"
#include "Crashes.h"
#include "ErrorCollector.h"
#include "FactsOf.h"
#include "LesserParse.h"
#include "Paths.h"
#include "SharedHeaders.h"
#include "Suppressions.h"
#include "model/Bodies.h"
#include "model/Timing.h"
#include "model/Unit.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/Stack.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/VirtualFileSystem.h"

#include <functional>
#include <optional>

using namespace clang;

namespace asynciter {
namespace {

/// Is handed what the rules found, while the unit is still in memory.
using Taker =
    std::function<void(const Unit &, Analysis &, std::vector<std::string> &Mistakes, CompilerInstance &)>;

std::string describe(const AnnotationMistake &Each, const SourceManager &Sources) {
  const SourceLocation At = Sources.getFileLoc(Each.At);
  return displayPath(absoluteFile(Sources, Sources.getFileID(At))) + ":" +
         std::to_string(Sources.getSpellingLineNumber(At)) + ":" +
         std::to_string(Sources.getSpellingColumnNumber(At)) + ": warning: " + Each.Message;
}

/// One way through a unit.
struct Pass {
  const Settings &Use;
  /// Null for none.
  const SharedUse *Shared;
  /// Null for a whole parse.
  LesserParse *Lesser;
  /// Gets what was looked at; may be null.
  Footprint *Seen;
  /// Called if the pass was enough to go by.
  const Taker &Take;
};

/// What of a shared header only its own unit declares would be read for nothing.
void leaveOutShared(ASTContext &Context) {
  std::vector<Decl *> Own;
  for (Decl *Each : Context.getTranslationUnitDecl()->noload_decls())
    if (!Each->isFromASTFile())
      Own.push_back(Each);
  Context.setTraversalScope(Own);
}

class LintConsumer : public LesserConsumer {
public:
  LintConsumer(CompilerInstance &CI, const Pass &By)
      : LesserConsumer(By.Lesser != nullptr), CI(CI), By(By), Use(By.Use) {
    if (By.Shared)
      Watch.emplace(CI.getPreprocessor());
  }

  void HandleTranslationUnit(ASTContext &Context) override {
    if (Context.getDiagnostics().hasUncompilableErrorOccurred() ||
        (By.Shared && !By.Shared->holds(Watch->take())))
      return;
    if (By.Shared)
      leaveOutShared(Context);
    if (By.Lesser && (isMixed() || addsToSystemHeaders(Context))) {
      By.Lesser->giveUp();
      return;
    }
    const Timing::Scope Timed(Timing::Facts);
    SourceManager &Sources = Context.getSourceManager();
    Unit Source(Context, *Use.Known);
    // C has no coroutines, but functions that they may call.
    const auto Rules = Context.getLangOpts().CPlusPlus ? llvm::ArrayRef(Use.Rules) : std::nullopt;
    Analysis Done = analyse(Source, Rules, [&](llvm::StringRef Path) { return Use.wantsHeader(Path); });
    auto IsUnwanted = [&](const RuleInfo &By, SourceLocation At) {
      return !Use.wantsRule(By, absoluteFile(Sources, Sources.getFileID(At)));
    };
    llvm::erase_if(Done.Found, [&](const Located &Each) { return IsUnwanted(*Each.By, Each.What.At); });
    llvm::erase_if(Done.Open, [&](const Asked &Each) { return IsUnwanted(*Each.By, Each.What.IfSo.At); });
    std::vector<std::string> Mistakes = applySuppressions(Done, Sources, Context.getLangOpts());
    std::vector<std::string> Annotations;
    for (const AnnotationMistake &Each : Source.annotationMistakes())
      Annotations.push_back(describe(Each, Sources));
    Mistakes.insert(Mistakes.begin(), Annotations.begin(), Annotations.end());
    if (!By.Lesser || By.Lesser->wasEnough())
      By.Take(Source, Done, Mistakes, CI);
  }

private:
  CompilerInstance &CI;
  const Pass &By;
  const Settings &Use;
  std::optional<TokenWatch> Watch;
};

class LintAction : public ASTFrontendAction {
public:
  explicit LintAction(Pass By) : By(By) {}

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI, llvm::StringRef) override {
    return std::make_unique<LintConsumer>(CI, By);
  }

private:
  Pass By;
};

/// Puts the precompiled header before everything else that the unit reads.
IntrusiveRefCntPtr<llvm::vfs::FileSystem> withHeader(const SharedHeader &Header,
                                                     IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
                                                     CompilerInvocation &In) {
  static constexpr llvm::StringLiteral Name = "/asynciter-shared.pch";
  auto Memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  Memory->addFileNoOwn(Name, 0, llvm::MemoryBufferRef(llvm::toStringRef(Header.Bytes), Name));
  auto Both = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(std::move(Files));
  Both->pushOverlay(std::move(Memory));
  In.getPreprocessorOpts().ImplicitPCHInclude = Name.str();
  // Clang would refuse what is the same but for its time.
  In.getPreprocessorOpts().DisablePCHOrModuleValidation = DisableValidationForModuleKind::PCH;
  return Both;
}

/// False if nothing was taken. `Unread` hears of the command line.
bool parse(const Command &How, const Pass &By, DiagnosticConsumer &Unread, DiagnosticConsumer &Errors) {
  const Timing::Scope Timed(Timing::Parse);
  noteBottomOfStack();
  auto Files = filesOf(How, By.Seen);
  std::shared_ptr<CompilerInvocation> What = invocationFor(How, Files, Unread);
  if (!What)
    return false;
  What->getFrontendOpts().SkipFunctionBodies = By.Lesser != nullptr;
  if (By.Shared)
    Files = withHeader(*By.Shared->Header, std::move(Files), *What);
  auto CI = compilerFor(std::move(What), std::move(Files), Errors);
  bool Taken = false;
  const Taker Take = [&](const Unit &Source, Analysis &Done, std::vector<std::string> &Mistakes,
                         CompilerInstance &Of) {
    By.Take(Source, Done, Mistakes, Of);
    Taken = true;
  };
  auto Action = std::make_unique<LintAction>(Pass{By.Use, By.Shared, By.Lesser, By.Seen, Take});
  return CI->ExecuteAction(*Action) && Taken;
}

void emit(const std::vector<Located> &Found, DiagnosticsEngine &Into) {
  unsigned Warning = Into.getCustomDiagID(DiagnosticsEngine::Warning, "%0");
  unsigned Remark = Into.getCustomDiagID(DiagnosticsEngine::Note, "%0");
  for (const Located &Each : Found) {
    {
      DiagnosticBuilder Head = Into.Report(Each.What.At, Warning);
      Head << Each.What.Message + " [" + diagnosticName(*Each.By) + "]";
      for (const FixItHint &Hint : Each.What.Fixes)
        Head << Hint;
    }
    for (const Note &Further : Each.What.Notes)
      Into.Report(Further.At, Remark) << Further.Message;
  }
}

} // namespace

UnitResult runUnit(const Command &How, const Settings &Use, const FactsWanted &Facts, Depth Parsed,
                   const SharedHeaders *Shared) {
  UnitResult Result;
  Result.File = How.File;
  prepareThreadForCrashes();
  const bool IsOurs = isCxx(How);
  if (!IsOurs)
    Result.Is = UnitResult::Skipped;
  if (!IsOurs && !Facts.Wanted)
    return Result;

  const Taker Take = [&](const Unit &Source, Analysis &Done, std::vector<std::string> &Mistakes,
                         CompilerInstance &CI) {
    const SourceManager &SM = CI.getSourceManager();
    for (const Located &Each : Done.Found)
      Result.Results.push_back(toResult(Each, SM, CI.getLangOpts()));
    Result.Warnings = std::move(Mistakes);
    if (Facts.Wanted)
      Result.Facts = encodeFacts(Result, factsOf(Source, Done.Open, Use), Facts.Root);
    if (Facts.Inputs)
      *Facts.Inputs = inputsOf(SM);
  };
  // What goes wrong in less than a whole parse need not go wrong in that.
  auto IsEnough = [&](const SharedUse *With, LesserParse &Lesser) {
    IgnoringDiagConsumer Quiet;
    bool Taken = false;
    if (llvm::CrashRecoveryContext().RunSafely(
            [&] { Taken = parse(How, {Use, With, &Lesser, Facts.Seen, Take}, Quiet, Quiet); }) &&
        Taken)
      return true;
    Result.Results.clear();
    Result.Warnings.clear();
    Result.Facts.clear();
    return false;
  };
  Timing::count("units parsed");
  if (Parsed == Depth::Needed) {
    LesserParse Lesser;
    if (const auto With = Shared && IsOurs ? Shared->find(How, Facts.Seen) : nullptr) {
      if (IsEnough(With.get(), Lesser)) {
        Timing::count("units with a shared header");
        return Result;
      }
      Timing::count("units that a shared header did not fit");
    }
    if (Lesser.wasEnough() && IsEnough(nullptr, Lesser))
      return Result;
    Timing::count("units that a lesser parse was not enough for");
  }
  ErrorCollector Unread(How.File), Errors(How.File);
  bool Good = false;
  const bool Survived = llvm::CrashRecoveryContext().RunSafely(
      [&] { Good = parse(How, {Use, nullptr, nullptr, Facts.Seen, Take}, Unread, Errors); });
  if (Survived && Good)
    return Result;
  Result.Results.clear();
  Result.Facts.clear();
  // What cannot be read of another language is not ours to complain of.
  if (IsOurs) {
    Result.Is = UnitResult::Failed;
    Result.Errors = !Survived          ? Errors.describeCrash()
                    : Errors.isEmpty() ? Unread.describe()
                                       : Errors.describe();
  }
  if (Facts.Wanted && Survived && Errors.areCertain())
    Result.Facts = encodeFacts(Result, noFactsOf(Result, Use), Facts.Root);
  return Result;
}

bool verifyUnit(const Command &How, const Settings &Use) {
  Command Verified = How;
  Verified.Arguments.insert(Verified.Arguments.begin() + 1, {"-Xclang", "-verify"});
  bool IsAsExpected = false, IsEnough = false;
  auto Try = [&](LesserParse *Lesser) {
    std::string Said;
    llvm::raw_string_ostream Out(Said);
    TextDiagnosticPrinter Printer(Out, new DiagnosticOptions);
    const Taker Take = [&](const Unit &, Analysis &Done, std::vector<std::string> &, CompilerInstance &CI) {
      IsEnough = true;
      emit(Done.Found, CI.getDiagnostics());
    };
    IsAsExpected = parse(Verified, {Use, nullptr, Lesser, /*Seen=*/nullptr, Take}, Printer, Printer);
    if (IsEnough || !Lesser)
      llvm::errs() << Said;
  };
  {
    LesserParse Lesser;
    Try(&Lesser);
  }
  if (!IsEnough)
    Try(nullptr);
  return IsAsExpected;
}

} // namespace asynciter
