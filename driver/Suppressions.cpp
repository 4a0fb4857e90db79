// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Suppressions.h"

#include "clang-tidy/NoLintDirectiveHandler.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Tooling/Core/Diagnostic.h"
#include "llvm/ADT/SmallVector.h"

using namespace clang;

namespace asynciter {
namespace {

/// Asks clang-tidy's reader, which speaks of diagnostics in flight only.
class Asker : public DiagnosticConsumer {
public:
  void HandleDiagnostic(DiagnosticsEngine::Level Level, const Diagnostic &Info) override {
    llvm::SmallVector<tooling::Diagnostic, 1> Errors;
    Suppressed = Reader.shouldSuppress(Level, Info, Name, Errors,
                                       /*AllowIO=*/true,
                                       /*EnableNoLintBlocks=*/true);
    for (const tooling::Diagnostic &Error : Errors)
      Mistakes.push_back(place(Info, Error) + Error.Message.Message);
  }

  std::string Name;
  bool Suppressed = false;
  std::vector<std::string> Mistakes;

private:
  static std::string place(const Diagnostic &Info, const tooling::Diagnostic &Error) {
    const SourceManager &SM = Info.getSourceManager();
    auto File = SM.getFileManager().getOptionalFileRef(Error.Message.FilePath);
    FileID ID = File ? SM.translateFile(*File) : FileID();
    if (ID.isInvalid())
      return Error.Message.FilePath + ": ";
    unsigned Line = SM.getLineNumber(ID, Error.Message.FileOffset);
    return Error.Message.FilePath + ":" + std::to_string(Line) + ": ";
  }

  tidy::NoLintDirectiveHandler Reader;
};

class Suppressor {
public:
  Suppressor(SourceManager &SM, const LangOptions &Language)
      : Engine(new DiagnosticIDs, new DiagnosticOptions, &Ask,
               /*ShouldOwnClient=*/false),
        Warning(Engine.getCustomDiagID(DiagnosticsEngine::Warning, "%0")),
        Remark(Engine.getCustomDiagID(DiagnosticsEngine::Note, "%0")) {
    Engine.setSourceManager(&SM);
    Ask.BeginSourceFile(Language, nullptr);
  }

  bool suppresses(const RuleInfo *Rule, SourceLocation At) {
    Ask.Name = diagnosticName(*Rule);
    return suppresses(At, Warning);
  }

  /// Under clang-tidy a comment beside a note silences it and those after it.
  void cutNotes(Located &Of) {
    Ask.Name = diagnosticName(*Of.By);
    std::vector<Note> &Notes = Of.What.Notes;
    for (auto Each = Notes.begin(); Each != Notes.end(); ++Each)
      if (suppresses(Each->At, Remark)) {
        Notes.erase(Each, Notes.end());
        return;
      }
  }

  std::vector<std::string> takeMistakes() { return std::move(Ask.Mistakes); }

private:
  bool suppresses(SourceLocation At, unsigned ID) {
    Ask.Suppressed = false;
    Engine.Report(At, ID) << "";
    return Ask.Suppressed;
  }

  Asker Ask;
  DiagnosticsEngine Engine;
  unsigned Warning, Remark;
};

} // namespace

std::vector<std::string> applySuppressions(Analysis &Done, SourceManager &SM, const LangOptions &Language) {
  Suppressor Comments(SM, Language);
  llvm::erase_if(Done.Found, [&](const Located &Each) { return Comments.suppresses(Each.By, Each.What.At); });
  llvm::erase_if(Done.Open,
                 [&](const Asked &Each) { return Comments.suppresses(Each.By, Each.What.IfSo.At); });
  for (Located &Each : Done.Found)
    Comments.cutNotes(Each);
  return Comments.takeMistakes();
}

} // namespace asynciter
