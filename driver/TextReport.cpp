// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "TextReport.h"

#include "Paths.h"

#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "llvm/Support/raw_ostream.h"

using namespace clang;

namespace asynciter {
namespace {

/// Clang's printer over the files as they are now. The units are long gone.
class Writer {
public:
  Writer(bool Colours, llvm::raw_ostream &Out)
      : Out(Out), Style(makeStyle(Colours)), Printer(Out, Style.get()),
        Engine(new DiagnosticIDs, Style, &Printer, /*ShouldOwnClient=*/false), Files(FileSystemOptions()),
        SM(Engine, Files), Warning(Engine.getCustomDiagID(DiagnosticsEngine::Warning, "%0")),
        Remark(Engine.getCustomDiagID(DiagnosticsEngine::Note, "%0")) {
    Engine.setSourceManager(&SM);
    Language.CPlusPlus = Language.CPlusPlus20 = true;
    Printer.BeginSourceFile(Language, nullptr);
  }

  void write(const Result &Each) {
    bool Safe = Each.Safety == FixSafety::Safe;
    say(Warning, Each.At, Each.Message + " [" + diagnosticName(*Each.By) + "]",
        Safe ? llvm::ArrayRef(Each.Fix) : std::nullopt);
    for (const ResultNote &Further : Each.Notes)
      say(Remark, Further.At, Further.Message, {});
    if (!Safe && !Each.Fix.empty())
      say(Remark, Each.At, UnsafeFixNote.str(), Each.Fix);
  }

private:
  static IntrusiveRefCntPtr<DiagnosticOptions> makeStyle(bool Colours) {
    IntrusiveRefCntPtr<DiagnosticOptions> Result = new DiagnosticOptions;
    Result->ShowColors = Colours;
    return Result;
  }

  SourceLocation locate(const std::string &File, unsigned Offset) {
    OptionalFileEntryRef Entry = Files.getOptionalFileRef(displayPath(File));
    if (!Entry)
      return {};
    FileID ID = SM.getOrCreateFileID(*Entry, SrcMgr::C_User);
    return SM.getLocForStartOfFile(ID).getLocWithOffset(Offset);
  }

  /// What was linked without its sources is told without them.
  bool hasText(const Place &At) {
    OptionalFileEntryRef Entry = Files.getOptionalFileRef(displayPath(At.File));
    return Entry && At.Offset <= Entry->getSize();
  }

  void say(unsigned ID, const Place &At, const std::string &Message,
           llvm::ArrayRef<tooling::Replacement> Fix) {
    if (!hasText(At)) {
      Out << displayPath(At.File) << ':' << At.Line << ':' << At.Column << ": "
          << (ID == Warning ? "warning: " : "note: ") << Message << '\n';
      return;
    }
    DiagnosticBuilder Saying = Engine.Report(locate(At.File, At.Offset), ID);
    Saying << Message;
    for (const tooling::Replacement &Each : Fix) {
      SourceLocation Begin = locate(Each.getFilePath().str(), Each.getOffset());
      Saying << FixItHint::CreateReplacement(
          CharSourceRange::getCharRange(Begin, Begin.getLocWithOffset(Each.getLength())),
          Each.getReplacementText());
    }
  }

  llvm::raw_ostream &Out;
  IntrusiveRefCntPtr<DiagnosticOptions> Style;
  TextDiagnosticPrinter Printer;
  DiagnosticsEngine Engine;
  FileManager Files;
  SourceManager SM;
  LangOptions Language;
  unsigned Warning, Remark;
};

} // namespace

void writeText(llvm::ArrayRef<Result> Results, bool Colours, llvm::raw_ostream &Out) {
  Out.enable_colors(Colours);
  Writer Write(Colours, Out);
  for (const Result &Each : Results)
    Write.write(Each);
}

} // namespace asynciter
