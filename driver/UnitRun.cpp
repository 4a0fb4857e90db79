// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "UnitRun.h"

#include "Compiler.h"
#include "ErrorCollector.h"
#include "FactsOf.h"
#include "Paths.h"
#include "SharedHeaders.h"
#include "Suppressions.h"
#include "model/Timing.h"
#include "model/Unit.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/Stack.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "clang/Lex/PreprocessorOptions.h"
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

/// What of a shared header only its own unit declares would be read for nothing.
void leaveOutShared(ASTContext &Context) {
  std::vector<Decl *> Own;
  for (Decl *Each : Context.getTranslationUnitDecl()->noload_decls())
    if (!Each->isFromASTFile())
      Own.push_back(Each);
  Context.setTraversalScope(Own);
}

class LintConsumer : public ASTConsumer {
public:
  /// Takes nothing unless `IsSound` says that it may, at the end of the unit.
  LintConsumer(CompilerInstance &CI, const Settings &Use, std::function<bool()> IsSound, const Taker &Take)
      : CI(CI), Use(Use), IsSound(std::move(IsSound)), Take(Take) {}

  void HandleTranslationUnit(ASTContext &Context) override {
    if (Context.getDiagnostics().hasUncompilableErrorOccurred() || !IsSound())
      return;
    if (Context.getExternalSource())
      leaveOutShared(Context);
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
    Take(Source, Done, Mistakes, CI);
  }

private:
  CompilerInstance &CI;
  const Settings &Use;
  std::function<bool()> IsSound;
  const Taker &Take;
};

class LintAction : public ASTFrontendAction {
public:
  LintAction(const Settings &Use, const SharedUse *Shared, const Taker &Take)
      : Use(Use), Shared(Shared), Take(Take) {}

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI, llvm::StringRef) override {
    if (Shared)
      Watch.emplace(CI.getPreprocessor());
    return std::make_unique<LintConsumer>(
        CI, Use,
        [this] {
          Sound = !Shared || Shared->holds(Watch->take());
          return Sound;
        },
        Take);
  }

  /// Whether the unit saw what it would have seen without a shared header.
  bool isSound() const { return Sound; }

private:
  const Settings &Use;
  const SharedUse *Shared;
  const Taker &Take;
  std::optional<TokenWatch> Watch;
  bool Sound = true;
};

/// Puts the precompiled header before everything else that the unit reads.
IntrusiveRefCntPtr<llvm::vfs::FileSystem> withHeader(const SharedHeader &Header,
                                                     IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
                                                     CompilerInvocation &In) {
  static constexpr llvm::StringLiteral Name = "/asynciter-shared.pch";
  auto Memory = llvm::makeIntrusiveRefCnt<llvm::vfs::InMemoryFileSystem>();
  Memory->addFileNoOwn(Name, 0, llvm::MemoryBufferRef(Header.Bytes, Name));
  auto Both = llvm::makeIntrusiveRefCnt<llvm::vfs::OverlayFileSystem>(std::move(Files));
  Both->pushOverlay(std::move(Memory));
  In.getPreprocessorOpts().ImplicitPCHInclude = Name.str();
  return Both;
}

/// `Unread` hears of the command line. With `Shared`, false as well if the unit would see a difference.
bool parse(const Command &How, const Settings &Use, const SharedUse *Shared, DiagnosticConsumer &Unread,
           DiagnosticConsumer &Errors, const Taker &Take) {
  const Timing::Scope Timed(Timing::Parse);
  noteBottomOfStack();
  auto Files = filesOf(How);
  std::shared_ptr<CompilerInvocation> What = invocationFor(How, Files, Unread);
  if (!What)
    return false;
  if (Shared)
    Files = withHeader(*Shared->Header, std::move(Files), *What);
  auto CI = compilerFor(std::move(What), std::move(Files), Errors);
  auto Action = std::make_unique<LintAction>(Use, Shared, Take);
  return CI->ExecuteAction(*Action) && !CI->getDiagnostics().hasErrorOccurred() && Action->isSound();
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

UnitResult runUnit(const Command &How, const Settings &Use, const FactsWanted &Facts,
                   const SharedHeaders *Shared) {
  UnitResult Result;
  Result.File = How.File;
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
      Result.Facts = encodeFacts(Result, factsOf(Source, Done.Open, Use.Hash), Facts.Root);
    if (Facts.Inputs)
      *Facts.Inputs = inputsOf(SM);
  };
  auto Try = [&](const SharedUse *With, DiagnosticConsumer &Unread, DiagnosticConsumer &Errors) {
    bool Good = false;
    const bool Survived =
        llvm::CrashRecoveryContext().RunSafely([&] { Good = parse(How, Use, With, Unread, Errors, Take); });
    return std::pair(Survived, Good);
  };
  if (const auto With = Shared && IsOurs ? Shared->find(How) : nullptr) {
    // What goes wrong with it need not go wrong without.
    IgnoringDiagConsumer Quiet;
    if (Try(With.get(), Quiet, Quiet) == std::pair(true, true)) {
      Timing::count("units with a shared header");
      return Result;
    }
    Timing::count("units that a shared header did not fit");
    Result.Results.clear();
    Result.Warnings.clear();
    Result.Facts.clear();
  }
  ErrorCollector Unread(How.File), Errors(How.File);
  const auto [Survived, Good] = Try(nullptr, Unread, Errors);
  if (Survived && Good)
    return Result;
  Result.Results.clear();
  Result.Facts.clear();
  // What cannot be read of another language is not ours to complain of.
  if (!IsOurs)
    return Result;
  Result.Is = UnitResult::Failed;
  Result.Errors = !Survived          ? Errors.describeCrash()
                  : Errors.isEmpty() ? Unread.describe()
                                     : Errors.describe();
  return Result;
}

bool verifyUnit(const Command &How, const Settings &Use) {
  TextDiagnosticPrinter Printer(llvm::errs(), new DiagnosticOptions);
  Command Verified = How;
  Verified.Arguments.insert(Verified.Arguments.begin() + 1, {"-Xclang", "-verify"});
  return parse(Verified, Use, nullptr, Printer, Printer,
               [](const Unit &, Analysis &Done, std::vector<std::string> &, CompilerInstance &CI) {
                 emit(Done.Found, CI.getDiagnostics());
               });
}

} // namespace asynciter
