// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Analysis.h"

#include "model/Unit.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

#include <set>
#include <tuple>

using namespace clang;

namespace asynciter {
namespace {

class Collector : public Reporter {
public:
  Collector(const ActiveRule &Active, std::vector<Located> &Into) : Active(Active), Into(Into) {}

  void report(Finding Found) override { Into.push_back({&Active.The->Info, std::move(Found)}); }

  llvm::StringRef option(llvm::StringRef Name) const override {
    auto Set = Active.Options.find(Name);
    if (Set != Active.Options.end())
      return Set->second;
    for (const Option &Declared : Active.The->Info.Options)
      if (Declared.Name == Name)
        return Declared.Default;
    llvm_unreachable("a rule asks for an option it did not declare");
  }

private:
  const ActiveRule &Active;
  std::vector<Located> &Into;
};

bool isUserCode(const SourceManager &SM, SourceLocation Loc) {
  return Loc.isValid() && Loc.isFileID() && !SM.isInSystemHeader(Loc) &&
         SM.getFileEntryForID(SM.getFileID(Loc));
}

/// A fix is whole or nothing: one hint that cannot be written to a file of the
/// user's takes the others with it.
void normaliseFixes(std::vector<FixItHint> &Fixes, const ASTContext &Context) {
  const SourceManager &SM = Context.getSourceManager();
  for (FixItHint &Hint : Fixes) {
    CharSourceRange Range = Lexer::makeFileCharRange(Hint.RemoveRange, SM, Context.getLangOpts());
    if (Range.isInvalid() || !isUserCode(SM, Range.getBegin()) || Hint.InsertFromRange.isValid()) {
      Fixes.clear();
      return;
    }
    Hint.RemoveRange = Range;
  }
}

void normalise(Finding &Found, const ASTContext &Context) {
  const SourceManager &SM = Context.getSourceManager();
  Found.At = SM.getFileLoc(Found.At);
  for (Note &Each : Found.Notes)
    Each.At = SM.getFileLoc(Each.At);
  llvm::erase_if(Found.Notes, [](const Note &Each) { return Each.At.isInvalid(); });
  normaliseFixes(Found.Fixes, Context);
}

bool isWanted(const SourceManager &SM, SourceLocation At, FileFilter Wanted) {
  if (!isUserCode(SM, At))
    return false;
  FileID File = SM.getFileID(At);
  return File == SM.getMainFileID() || Wanted(SM.getFileEntryRefForID(File)->getName());
}

void sortByPlace(std::vector<Located> &Found, const SourceManager &SM) {
  llvm::sort(Found, [&](const Located &A, const Located &B) {
    auto [FileA, OffsetA] = SM.getDecomposedLoc(A.What.At);
    auto [FileB, OffsetB] = SM.getDecomposedLoc(B.What.At);
    return std::tie(FileA, OffsetA, A.By->Name, A.What.Message) <
           std::tie(FileB, OffsetB, B.By->Name, B.What.Message);
  });
}

/// A header may be entered more than once, so files are told apart by entry.
void dropRepeats(std::vector<Located> &Found, const SourceManager &SM) {
  std::set<std::tuple<const RuleInfo *, const FileEntry *, unsigned>> Seen;
  llvm::erase_if(Found, [&](const Located &Each) {
    auto [File, Offset] = SM.getDecomposedLoc(Each.What.At);
    return !Seen.emplace(Each.By, SM.getFileEntryForID(File), Offset).second;
  });
}

/// Lets the rules that speak of findings see those of the others.
void reviewInto(std::vector<Located> &Found, const Unit &Source, llvm::ArrayRef<ActiveRule> Rules) {
  std::vector<llvm::StringRef> Ran;
  for (const ActiveRule &Active : Rules)
    Ran.push_back(Active.The->Info.Name);
  std::vector<Located> Reviews;
  for (const ActiveRule &Active : Rules)
    if (Active.The->Look) {
      std::vector<Review::Each> Seen;
      for (const Located &Each : Found)
        Seen.push_back({Each.By->Name, Each.What.At, Each.What.Notes});
      Collector Into(Active, Reviews);
      Active.The->Look(Source, {Ran, Seen}, Into);
    }
  for (Located &Each : Reviews) {
    normalise(Each.What, Source.context());
    Found.push_back(std::move(Each));
  }
}

} // namespace

std::string diagnosticName(const RuleInfo &Info) { return ("asynciter-" + Info.Name).str(); }

std::vector<Located> analyse(const Unit &Source, llvm::ArrayRef<ActiveRule> Rules, FileFilter Wanted) {
  const ASTContext &Context = Source.context();
  const SourceManager &SM = Context.getSourceManager();
  std::vector<Located> Found;
  for (const ActiveRule &Active : Rules)
    if (Active.The->Check) {
      Collector Into(Active, Found);
      Active.The->Check(Source, Into);
    }
  for (Located &Each : Found)
    normalise(Each.What, Context);
  reviewInto(Found, Source, Rules);
  llvm::erase_if(Found, [&](const Located &Each) { return !isWanted(SM, Each.What.At, Wanted); });
  sortByPlace(Found, SM);
  dropRepeats(Found, SM);
  return Found;
}

} // namespace asynciter
