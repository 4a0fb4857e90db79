// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Analysis.h"

#include "model/Unit.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

#include <map>
#include <tuple>

using namespace clang;

namespace asynciter {
namespace {

class Collector : public Reporter {
public:
  Collector(const ActiveRule &Active, Analysis &Into) : Active(Active), Into(Into) {}

  void report(Finding Found) override { Into.Found.push_back({&Active.The->Info, std::move(Found)}); }

  void ask(Question Open) override { Into.Open.push_back({&Active.The->Info, std::move(Open)}); }

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
  Analysis &Into;
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

const Finding &findingOf(const Located &Each) { return Each.What; }
const Finding &findingOf(const Asked &Each) { return Each.What.IfSo; }

/// One finding at a place is enough, but not one question: any of them may be the one with
/// an answer. A constructor and a destructor are called there, or what a macro calls, or
/// what instances of a template do.
bool isSaidBy(const Located &, const Located &) { return true; }
bool isSaidBy(const Asked &New, const Asked &Old) {
  auto Same = [](const Way &A, const Way &B) {
    return A.To == B.To && A.By.Callee == B.By.Callee && A.By.At == B.By.At && A.Given == B.Given;
  };
  const std::vector<Way> &A = New.What.Ways, &B = Old.What.Ways;
  return New.What.IfSo.Message == Old.What.IfSo.Message &&
         std::equal(A.begin(), A.end(), B.begin(), B.end(), Same);
}

/// Leaves what is wanted, in the order of the source, and each once. A header may
/// be entered more than once, so files are told apart by entry.
template <typename T> void tidyUp(std::vector<T> &All, const SourceManager &SM, FileFilter Wanted) {
  llvm::erase_if(All, [&](const T &Each) { return !isWanted(SM, findingOf(Each).At, Wanted); });
  llvm::sort(All, [&](const T &A, const T &B) {
    auto [FileA, OffsetA] = SM.getDecomposedLoc(findingOf(A).At);
    auto [FileB, OffsetB] = SM.getDecomposedLoc(findingOf(B).At);
    return std::tie(FileA, OffsetA, A.By->Name, findingOf(A).Message) <
           std::tie(FileB, OffsetB, B.By->Name, findingOf(B).Message);
  });
  std::map<std::tuple<const RuleInfo *, const FileEntry *, unsigned>, std::vector<T>> Seen;
  llvm::erase_if(All, [&](const T &Each) {
    auto [File, Offset] = SM.getDecomposedLoc(findingOf(Each).At);
    std::vector<T> &Here = Seen[{Each.By, SM.getFileEntryForID(File), Offset}];
    if (llvm::any_of(Here, [&](const T &Old) { return isSaidBy(Each, Old); }))
      return true;
    Here.push_back(Each);
    return false;
  });
}

/// Lets the rules that speak of findings see those of the others.
void reviewInto(Analysis &Done, const Unit &Source, llvm::ArrayRef<ActiveRule> Rules) {
  std::vector<llvm::StringRef> Ran;
  for (const ActiveRule &Active : Rules)
    Ran.push_back(Active.The->Info.Name);
  Analysis Reviews;
  for (const ActiveRule &Active : Rules)
    if (Active.The->Look) {
      const Timing::Scope Timed(Timing::Rules, Active.The->Info.Name);
      std::vector<Review::Each> Seen, Open;
      for (const Located &Each : Done.Found)
        Seen.push_back({Each.By->Name, Each.What.At, Each.What.Notes});
      for (const Asked &Each : Done.Open)
        if (!Each.What.IsAwaited)
          Open.push_back({Each.By->Name, Each.What.IfSo.At, {}});
      Collector Into(Active, Reviews);
      Active.The->Look(Source, {Ran, Seen, Open}, Into);
    }
  for (Located &Each : Reviews.Found) {
    normalise(Each.What, Source.context());
    Done.Found.push_back(std::move(Each));
  }
}

} // namespace

std::string diagnosticName(const RuleInfo &Info) { return ("asynciter-" + Info.Name).str(); }

Analysis analyse(const Unit &Source, llvm::ArrayRef<ActiveRule> Rules, FileFilter Wanted) {
  const Timing::Scope Timed(Timing::Rules);
  const ASTContext &Context = Source.context();
  Analysis Done;
  for (const ActiveRule &Active : Rules)
    if (Active.The->Check) {
      const Timing::Scope Timed(Timing::Rules, Active.The->Info.Name);
      Collector Into(Active, Done);
      Active.The->Check(Source, Into);
    }
  for (Located &Each : Done.Found)
    normalise(Each.What, Context);
  for (Asked &Each : Done.Open)
    normalise(Each.What.IfSo, Context);
  reviewInto(Done, Source, Rules);
  tidyUp(Done.Found, Context.getSourceManager(), Wanted);
  tidyUp(Done.Open, Context.getSourceManager(), Wanted);
  return Done;
}

} // namespace asynciter
