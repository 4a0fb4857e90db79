// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ErrorCollector.h"

#include "Paths.h"

#include "clang/Basic/DiagnosticLex.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

using namespace clang;

namespace asynciter {

/// An error that another try may not meet: of a file that could not be read, was changed meanwhile, or of
/// what was precompiled elsewhere.
static bool isOfFiles(unsigned Error) {
  switch (Error) {
  case diag::err_cannot_open_file:
  case diag::err_file_modified:
  case diag::err_pp_error_opening_file:
    return true;
  default:
    return Error >= diag::DIAG_START_DRIVER && Error < diag::DIAG_START_LEX;
  }
}

void ErrorCollector::HandleDiagnostic(DiagnosticsEngine::Level Level, const Diagnostic &Info) {
  // The count decides whether the unit compiled, so it is not for warnings.
  if (Level < DiagnosticsEngine::Error)
    return;
  DiagnosticConsumer::HandleDiagnostic(Level, Info);
  AreOfFiles |= isOfFiles(Info.getID());
  if (Count++)
    return;
  llvm::SmallString<128> Message;
  Info.FormatDiagnostic(Message);
  First = placeOf(Info) + "error: " + std::string(Message);
}

std::string ErrorCollector::placeOf(const Diagnostic &Info) const {
  if (!Info.hasSourceManager() || Info.getLocation().isInvalid())
    return displayPath(UnitFile) + ": ";
  const SourceManager &SM = Info.getSourceManager();
  PresumedLoc Where = SM.getPresumedLoc(SM.getFileLoc(Info.getLocation()));
  if (Where.isInvalid())
    return displayPath(UnitFile) + ": ";
  llvm::SmallString<256> Path(Where.getFilename());
  SM.getFileManager().makeAbsolutePath(Path);
  llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return displayPath(Path) + ":" + std::to_string(Where.getLine()) + ":" + std::to_string(Where.getColumn()) +
         ": ";
}

std::vector<std::string> ErrorCollector::describe() const {
  std::string What =
      "asynciter-lint: error: " + displayPath(UnitFile) + " does not compile and was not linted";
  if (Count > 1)
    What += " (" + std::to_string(Count) + " errors)";
  if (First.empty())
    return {What + ": its compile command has no C++ compilation in it"};
  return {First, What};
}

std::vector<std::string> ErrorCollector::describeCrash() const {
  return {"asynciter-lint: error: " + displayPath(UnitFile) +
          " was not linted: it makes asynciter crash; please report this with "
          "the file"};
}

} // namespace asynciter
