// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "UnitRun.h"

#include "ErrorCollector.h"
#include "Paths.h"
#include "Suppressions.h"
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
using Taker = std::function<void(std::vector<Located> &, std::vector<std::string> &, CompilerInstance &)>;

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
    SourceManager &Sources = Context.getSourceManager();
    std::vector<Located> Found;
    std::vector<std::string> Annotations;
    {
      Unit Source(Context, *Use.Known);
      Found = analyse(Source, Use.Rules, [&](llvm::StringRef Path) { return Use.wantsHeader(Path); });
      for (const AnnotationMistake &Each : Source.annotationMistakes())
        Annotations.push_back(describe(Each, Sources));
    }
    llvm::erase_if(Found, [&](const Located &Each) {
      return !Use.wantsRule(*Each.By, absoluteFile(Sources, Sources.getFileID(Each.What.At)));
    });
    std::vector<std::string> Mistakes = applySuppressions(Found, Sources, Context.getLangOpts());
    Mistakes.insert(Mistakes.begin(), Annotations.begin(), Annotations.end());
    Take(Found, Mistakes, CI);
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
IntrusiveRefCntPtr<llvm::vfs::FileSystem> fileSystemAt(llvm::StringRef Where) {
  IntrusiveRefCntPtr<llvm::vfs::FileSystem> Own = llvm::vfs::createPhysicalFileSystem();
  Own->setCurrentWorkingDirectory(Where);
  return Own;
}

/// `Unread` hears of the command line, which may hold what only other compilers
/// know: no reason to give up.
bool parse(const Command &How, const Settings &Use, DiagnosticConsumer &Unread, DiagnosticConsumer &Errors,
           const Taker &Take) {
  noteBottomOfStack();
  std::vector<const char *> Arguments;
  for (const std::string &Each : How.Arguments)
    Arguments.push_back(Each.c_str());

  CreateInvocationOptions Options;
  Options.VFS = fileSystemAt(How.Directory);
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

UnitResult runUnit(const Command &How, const Settings &Use) {
  UnitResult Result;
  Result.File = How.File;
  if (!isCxx(How)) {
    Result.Is = UnitResult::Skipped;
    return Result;
  }

  ErrorCollector Unread(How.File), Errors(How.File);
  bool Good = false;
  llvm::CrashRecoveryContext Guard;
  bool Survived = Guard.RunSafely([&] {
    Good = parse(How, Use, Unread, Errors,
                 [&](std::vector<Located> &Found, std::vector<std::string> &Mistakes, CompilerInstance &CI) {
                   for (const Located &Each : Found)
                     Result.Results.push_back(toResult(Each, CI.getSourceManager(), CI.getLangOpts()));
                   Result.Warnings = std::move(Mistakes);
                 });
  });
  if (Survived && Good)
    return Result;
  Result.Is = UnitResult::Failed;
  Result.Results.clear();
  Result.Errors = !Survived          ? Errors.describeCrash()
                  : Errors.isEmpty() ? Unread.describe()
                                     : Errors.describe();
  return Result;
}

bool verifyUnit(const Command &How, const Settings &Use) {
  TextDiagnosticPrinter Printer(llvm::errs(), new DiagnosticOptions);
  Command Verified = How;
  Verified.Arguments.insert(Verified.Arguments.begin() + 1, {"-Xclang", "-verify"});
  return parse(Verified, Use, Printer, Printer,
               [](std::vector<Located> &Found, std::vector<std::string> &, CompilerInstance &CI) {
                 emit(Found, CI.getDiagnostics());
               });
}

} // namespace asynciter
