// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "UnitRun.h"

#include "ErrorCollector.h"
#include "FactsOf.h"
#include "Paths.h"
#include "RecordingFileSystem.h"
#include "Suppressions.h"
#include "model/Timing.h"
#include "model/Unit.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/Stack.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "clang/Frontend/Utils.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/VirtualFileSystem.h"

#include <functional>

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

class LintConsumer : public ASTConsumer {
public:
  LintConsumer(CompilerInstance &CI, const Settings &Use, const Taker &Take) : CI(CI), Use(Use), Take(Take) {}

  void HandleTranslationUnit(ASTContext &Context) override {
    if (Context.getDiagnostics().hasUncompilableErrorOccurred())
      return;
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
  const Taker &Take;
};

class LintAction : public ASTFrontendAction {
public:
  LintAction(const Settings &Use, const Taker &Take) : Use(Use), Take(Take) {}

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI, llvm::StringRef) override {
    return std::make_unique<LintConsumer>(CI, Use, Take);
  }

private:
  const Settings &Use;
  const Taker &Take;
};

/// Writes nothing, and needs nothing that another compiler wrote.
void restrict(CompilerInvocation &Invocation) {
  Invocation.getDependencyOutputOpts() = DependencyOutputOptions();
  Invocation.getDiagnosticOpts().DiagnosticSerializationFile.clear();
  // Else Clang sums up its errors.
  Invocation.getDiagnosticOpts().ShowCarets = false;
  Invocation.getFrontendOpts().OutputFile.clear();
  Invocation.getFrontendOpts().DisableFree = false;
  Invocation.getCodeGenOpts().ClearASTBeforeBackend = false;
  // Comments and spell-checking cost time, and only explain errors.
  Invocation.getLangOpts().CommentOpts = CommentOptions();
  Invocation.getLangOpts().SpellChecking = false;
}

/// Each unit has a file system of its own: the working directory is the
/// unit's, while that of the process belongs to all threads.
IntrusiveRefCntPtr<llvm::vfs::FileSystem> fileSystemAt(llvm::StringRef Where, Footprint *Seen) {
  IntrusiveRefCntPtr<llvm::vfs::FileSystem> Own = llvm::vfs::createPhysicalFileSystem();
  Own->setCurrentWorkingDirectory(Where);
  return Seen ? recording(std::move(Own), *Seen) : Own;
}

/// `Unread` hears of the command line, which may hold what only other compilers
/// know: no reason to give up.
bool parse(const Command &How, const Settings &Use, Footprint *Seen, DiagnosticConsumer &Unread,
           DiagnosticConsumer &Errors, const Taker &Take) {
  const Timing::Scope Timed(Timing::Parse);
  noteBottomOfStack();
  std::vector<const char *> Arguments;
  for (const std::string &Each : How.Arguments)
    Arguments.push_back(Each.c_str());

  CreateInvocationOptions Options;
  Options.VFS = fileSystemAt(How.Directory, Seen);
  Options.RecoverOnError = true;
  Options.Diags =
      CompilerInstance::createDiagnostics(new DiagnosticOptions, &Unread, /*ShouldOwnClient=*/false);
  std::shared_ptr<CompilerInvocation> Invocation = createInvocation(Arguments, Options);
  if (!Invocation)
    return false;
  restrict(*Invocation);

  // Not on the stack: after a crash global lists may still lead here.
  auto CI = std::make_unique<CompilerInstance>();
  CI->setInvocation(std::move(Invocation));
  CI->createFileManager(Options.VFS);
  CI->createDiagnostics(&Errors, /*ShouldOwnClient=*/false);
  auto Action = std::make_unique<LintAction>(Use, Take);
  return CI->ExecuteAction(*Action);
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

UnitResult runUnit(const Command &How, const Settings &Use, const FactsWanted &Facts) {
  UnitResult Result;
  Result.File = How.File;
  const bool IsOurs = isCxx(How);
  if (!IsOurs)
    Result.Is = UnitResult::Skipped;
  if (!IsOurs && !Facts.Wanted)
    return Result;

  ErrorCollector Unread(How.File), Errors(How.File);
  bool Good = false;
  llvm::CrashRecoveryContext Guard;
  bool Survived = Guard.RunSafely([&] {
    Good = parse(
        How, Use, Facts.Seen, Unread, Errors,
        [&](const Unit &Source, Analysis &Done, std::vector<std::string> &Mistakes, CompilerInstance &CI) {
          const SourceManager &SM = CI.getSourceManager();
          for (const Located &Each : Done.Found)
            Result.Results.push_back(toResult(Each, SM, CI.getLangOpts()));
          Result.Warnings = std::move(Mistakes);
          if (Facts.Wanted)
            Result.Facts = encodeFacts(Result, factsOf(Source, Done.Open, Use.Hash), Facts.Root);
          if (Facts.Inputs)
            *Facts.Inputs = inputsOf(SM);
        });
  });
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
  return parse(Verified, Use, /*Seen=*/nullptr, Printer, Printer,
               [](const Unit &, Analysis &Done, std::vector<std::string> &, CompilerInstance &CI) {
                 emit(Done.Found, CI.getDiagnostics());
               });
}

} // namespace asynciter
