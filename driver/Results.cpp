// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Results.h"

#include "facts/Summary.h"
#include "model/Names.h"

#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

#include <set>
#include <tuple>

using namespace clang;

namespace asynciter {

std::string absoluteFile(const SourceManager &SM, FileID File) {
  OptionalFileEntryRef Entry = SM.getFileEntryRefForID(File);
  if (!Entry)
    return {};
  llvm::SmallString<256> Path(Entry->getName());
  SM.getFileManager().makeAbsolutePath(Path);
  llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return std::string(Path);
}

namespace {

tooling::Replacement toReplacement(const FixItHint &Hint, const SourceManager &SM) {
  auto [File, Begin] = SM.getDecomposedLoc(Hint.RemoveRange.getBegin());
  unsigned End = SM.getFileOffset(Hint.RemoveRange.getEnd());
  return {absoluteFile(SM, File), Begin, End - Begin, Hint.CodeToInsert};
}

/// Units may tell the same finding differently (a template seen with other
/// arguments); then the texts decide which is kept, not the order of the units.
auto order(const Result &Each) {
  std::string Notes;
  for (const ResultNote &Further : Each.Notes)
    Notes += Further.At.File + std::to_string(Further.At.Offset) + Further.Message;
  return std::make_tuple(llvm::StringRef(Each.At.File), Each.At.Offset, Each.By->Name,
                         llvm::StringRef(Each.Message), std::move(Notes));
}

} // namespace

Place toPlace(SourceLocation At, const SourceManager &SM, const LangOptions &Language) {
  auto [File, Offset] = SM.getDecomposedLoc(At);
  Place Result;
  Result.File = absoluteFile(SM, File);
  Result.Offset = Offset;
  Result.Length = Lexer::MeasureTokenLength(At, SM, Language);
  Result.Line = SM.getLineNumber(File, Offset);
  Result.Column = SM.getColumnNumber(File, Offset);
  return Result;
}

Result toResult(const Located &Found, const SourceManager &SM, const LangOptions &Language) {
  Result Each;
  Each.By = Found.By;
  Each.At = toPlace(Found.What.At, SM, Language);
  Each.Message = Found.What.Message;
  for (const Note &Further : Found.What.Notes)
    Each.Notes.push_back({toPlace(Further.At, SM, Language), Further.Message});
  Each.NotesAreAChain = Found.What.NotesAreAChain;
  for (const FixItHint &Hint : Found.What.Fixes)
    Each.Fix.push_back(toReplacement(Hint, SM));
  Each.Safety = Found.What.Safety;
  if (const FunctionDecl *Of = Found.What.Assumes.Of) {
    Each.AssumedOf = idOf(*Of);
    Each.AssumedParameter = Found.What.Assumes.Parameter;
    Each.AssumedName = "`" + nameForPeople(*Of) + "`";
  }
  return Each;
}

std::vector<Result> merge(llvm::ArrayRef<UnitResult> Units) {
  std::vector<const Result *> All;
  for (const UnitResult &Unit : Units)
    for (const Result &Each : Unit.Results)
      All.push_back(&Each);
  llvm::sort(All, [](const Result *A, const Result *B) { return order(*A) < order(*B); });
  std::set<std::tuple<const RuleInfo *, llvm::StringRef, unsigned>> Seen;
  std::vector<Result> Merged;
  for (const Result *Each : All)
    if (Seen.emplace(Each->By, Each->At.File, Each->At.Offset).second)
      Merged.push_back(*Each);
  return Merged;
}

} // namespace asynciter
