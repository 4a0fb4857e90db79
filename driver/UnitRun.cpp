// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "UnitRun.h"

#include "ErrorCollector.h"
#include "FactsOf.h"
#include "Paths.h"
#include "RecordingFileSystem.h"
#include "Suppressions.h"
#include "SystemBodies.h"
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

/// One pass over a unit. `Take` is not called if that was not enough of it.
struct Parse {
  const Settings &Use;
  Depth How;
  Taker Take;
  Footprint *Seen;
};

std::string describe(const AnnotationMistake &Each, const SourceManager &Sources) {
  const SourceLocation At = Sources.getFileLoc(Each.At);
  return displayPath(absoluteFile(Sources, Sources.getFileID(At))) + ":" +
         std::to_string(Sources.getSpellingLineNumber(At)) + ":" +
         std::to_string(Sources.getSpellingColumnNumber(At)) + ": warning: " + Each.Message;
}

class LintConsumer : public ASTConsumer {
public:
  LintConsumer(CompilerInstance &CI, const Parse &Wanted) : CI(CI), Use(Wanted.Use), Wanted(Wanted) {}

  /// What the library models say of third-party code stands for its bodies. Clang
  /// keeps what constant expressions and deduced types need.
  bool shouldSkipFunctionBody(Decl *Of) override {
    return CI.getSourceManager().isInSystemHeader(Of->getLocation());
  }

  void HandleTranslationUnit(ASTContext &Context) override {
    if (Context.getDiagnostics().hasUncompilableErrorOccurred())
      return;
    const Timing::Scope Timed(Timing::Facts);
    SourceManager &Sources = Context.getSourceManager();
    Unit Source(Context, *Use.Known);
    if (Wanted.How == Depth::Needed && needsSystemBodies(Source))
      return;
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
    Wanted.Take(Source, Done, Mistakes, CI);
  }

private:
  CompilerInstance &CI;
  const Settings &Use;
  const Parse &Wanted;
};

class LintAction : public ASTFrontendAction {
public:
  explicit LintAction(const Parse &Wanted) : Wanted(Wanted) {}

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI, llvm::StringRef) override {
    return std::make_unique<LintConsumer>(CI, Wanted);
  }

private:
  const Parse &Wanted;
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
bool parse(const Command &How, DiagnosticConsumer &Unread, DiagnosticConsumer &Errors, const Parse &Wanted) {
  noteBottomOfStack();
  std::vector<const char *> Arguments;
  for (const std::string &Each : How.Arguments)
    Arguments.push_back(Each.c_str());

  CreateInvocationOptions Options;
  Options.VFS = fileSystemAt(How.Directory, Wanted.Seen);
  Options.RecoverOnError = true;
  Options.Diags =
      CompilerInstance::createDiagnostics(new DiagnosticOptions, &Unread, /*ShouldOwnClient=*/false);
  std::shared_ptr<CompilerInvocation> Invocation = createInvocation(Arguments, Options);
  if (!Invocation)
    return false;
  restrict(*Invocation);
  Invocation->getFrontendOpts().SkipFunctionBodies = Wanted.How == Depth::Needed;

  // Not on the stack: after a crash global lists may still lead here.
  auto CI = std::make_unique<CompilerInstance>();
  CI->setInvocation(std::move(Invocation));
  CI->createFileManager(Options.VFS);
  CI->createDiagnostics(&Errors, /*ShouldOwnClient=*/false);
  auto Action = std::make_unique<LintAction>(Wanted);
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

namespace {

/// One pass. Nothing if it was not enough, which can only be if it was not whole.
std::optional<UnitResult> runPass(const Command &How, const Settings &Use, const FactsWanted &Facts,
                                  Depth Parsed) {
  const Timing::Scope Timed(Timing::Parse);
  UnitResult Result;
  Result.File = How.File;
  if (!isCxx(How))
    Result.Is = UnitResult::Skipped;
  ErrorCollector Unread(How.File), Errors(How.File);
  bool Good = false, Taken = false;
  llvm::CrashRecoveryContext Guard;
  const bool Survived = Guard.RunSafely([&] {
    auto Take = [&](const Unit &Source, Analysis &Done, std::vector<std::string> &Mistakes,
                    CompilerInstance &CI) {
      Taken = true;
      const SourceManager &SM = CI.getSourceManager();
      for (const Located &Each : Done.Found)
        Result.Results.push_back(toResult(Each, SM, CI.getLangOpts()));
      Result.Warnings = std::move(Mistakes);
      if (Facts.Wanted)
        Result.Facts = encodeFacts(Result, factsOf(Source, Done.Open, Use.Hash), Facts.Root);
      if (Facts.Inputs)
        *Facts.Inputs = inputsOf(SM);
    };
    Good = parse(How, Unread, Errors, {Use, Parsed, Take, Facts.Seen});
  });
  if (Survived && Good && Taken)
    return Result;
  // An error may come of what was left out.
  if (Survived && Parsed != Depth::Whole)
    return std::nullopt;
  Result.Is = UnitResult::Failed;
  Result.Results.clear();
  Result.Facts.clear();
  Result.Errors = !Survived          ? Errors.describeCrash()
                  : Errors.isEmpty() ? Unread.describe()
                                     : Errors.describe();
  return Result;
}

} // namespace

UnitResult runUnit(const Command &How, const Settings &Use, const FactsWanted &Facts, Depth Parsed) {
  UnitResult Nothing;
  Nothing.File = How.File;
  Nothing.Is = UnitResult::Skipped;
  const bool IsOurs = isCxx(How);
  if (!IsOurs && !Facts.Wanted)
    return Nothing;
  std::optional<UnitResult> Result = runPass(How, Use, Facts, Parsed);
  if (!Result)
    Result = runPass(How, Use, Facts, Depth::Whole);
  if (IsOurs)
    return std::move(*Result);
  // What cannot be read of another language is not ours to complain of.
  return Result->Is == UnitResult::Failed ? Nothing : std::move(*Result);
}

bool verifyUnit(const Command &How, const Settings &Use) {
  Command Verified = How;
  Verified.Arguments.insert(Verified.Arguments.begin() + 1, {"-Xclang", "-verify"});
  for (const Depth Parsed : {Depth::Needed, Depth::Whole}) {
    std::string Said;
    llvm::raw_string_ostream Into(Said);
    TextDiagnosticPrinter Printer(Into, new DiagnosticOptions);
    bool Taken = false;
    auto Emit = [&](const Unit &, Analysis &Done, std::vector<std::string> &, CompilerInstance &CI) {
      Taken = true;
      emit(Done.Found, CI.getDiagnostics());
    };
    const bool Good = parse(Verified, Printer, Printer, {Use, Parsed, Emit, nullptr});
    if (!Taken && Parsed != Depth::Whole)
      continue;
    llvm::errs() << Said;
    return Good;
  }
  return false;
}

} // namespace asynciter
