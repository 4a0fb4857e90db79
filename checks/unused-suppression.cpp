// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a comment that silences a rule says that something is as it should
// be. When it silences nothing any more, it hides the next mistake on its line.
//
// Does not see: comments in headers, which another source may need, and beside
// conditions of the preprocessor, where another build may; comments for all
// rules; those for rules that do not run.
#include "Rule.h"
#include "facts/Summary.h"
#include "model/Suppressions.h"
#include "model/Unit.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace asynciter {

/// Removes some of the names, and what is left without a meaning then: the
/// directive, its comment, its line.
static FixItHint withoutNames(const Suppression &Of, const Suppression::Place &At,
                              llvm::ArrayRef<std::string> Unused, const SourceManager &Sources) {
  auto Cut = [](SourceLocation Begin, SourceLocation End) {
    return FixItHint::CreateRemoval(CharSourceRange::getCharRange(Begin, End));
  };
  std::vector<std::string> Kept;
  for (const std::string &Name : Of.Names)
    if (!llvm::any_of(Unused,
                      [&](const std::string &Rule) { return llvm::StringRef(Name).ends_with("-" + Rule); }))
      Kept.push_back(Name);
  if (!Kept.empty())
    return FixItHint::CreateReplacement(CharSourceRange::getCharRange(At.List, At.End.getLocWithOffset(-1)),
                                        llvm::join(Kept, ", "));
  const auto [File, Begin] = Sources.getDecomposedLoc(At.Whole.getBegin());
  const llvm::StringRef Text = Sources.getBufferData(File);
  const unsigned End = Sources.getFileOffset(At.Whole.getEnd()), From = Sources.getFileOffset(At.Begin),
                 To = Sources.getFileOffset(At.End);
  const llvm::StringRef Rest = Text.slice(To, End), Before = Text.slice(Begin, From);
  if (!Before.trim("/* \t").empty() || !Rest.trim("*/ \t").empty()) {
    const unsigned Filling = Rest.size() - Rest.ltrim(": \t").size();
    return Cut(At.Begin, At.End.getLocWithOffset(Filling));
  }
  const llvm::StringRef Line = Text.take_front(Begin).substr(Text.take_front(Begin).rfind('\n') + 1);
  const unsigned Space = Line.size() - Line.rtrim(" \t").size();
  // Alone on its line: with its end, but not that of a file's last one.
  const bool IsAlone = Line.trim(" \t").empty() && Text.substr(End).starts_with("\n");
  return Cut(At.Whole.getBegin().getLocWithOffset(-static_cast<int>(Space)),
             At.Whole.getEnd().getLocWithOffset(IsAlone ? 1 : 0));
}

static void look(const Unit &In, const Review &Others, Reporter &Out) {
  const SourceManager &Sources = In.context().getSourceManager();
  auto IsCovered = [&](const Suppression &By, SourceLocation At) {
    return Sources.isInMainFile(At) && Sources.getSpellingLineNumber(At) >= By.FirstLine &&
           Sources.getSpellingLineNumber(At) <= By.LastLine;
  };
  const std::vector<Suppression> Comments = suppressionsOf(Sources, In.context().getLangOpts());
  if (Comments.empty())
    return;
  std::vector<SourceLocation> Silenced = In.facts<BlockingFacts>().silenced();
  llvm::append_range(Silenced, In.facts<Summary>().silenced());
  for (const Suppression &Each : Comments) {
    std::vector<std::string> Unused, Unknown;
    for (const std::string &Name : Each.Rules) {
      const bool Exists =
          llvm::any_of(catalogue(), [&](const Rule *Known) { return Known->Info.Name == Name; });
      // A comment beside a note cuts the notes.
      auto IsSilenced = [&](const Review::Each &One) {
        return One.Rule == Name &&
               (IsCovered(Each, One.At) ||
                llvm::any_of(One.Notes, [&](const Note &Further) { return IsCovered(Each, Further.At); }));
      };
      const bool Silences =
          llvm::any_of(Others.Found, IsSilenced) || llvm::any_of(Others.Asked, IsSilenced) ||
          (Name == BlockingFacts::SilencedBy && llvm::any_of(Silenced, [&](SourceLocation At) {
             return IsCovered(Each, Sources.getFileLoc(At));
           }));
      if (!Exists)
        Unknown.push_back(Name);
      else if (llvm::is_contained(Others.Ran, Name) && !Silences && !Each.IsConditional &&
               Name != "unused-suppression")
        Unused.push_back(Name);
    }
    if (Unused.empty() && Unknown.empty())
      continue;
    Finding Found{Each.Comment, Unused.empty() ? "there is no rule `" +
                                                     llvm::join(Unknown, "` and no rule `") + "` to silence"
                                               : "this comment silences nothing: no `" +
                                                     llvm::join(Unused, "` and no `") + "` is reported here"};
    Unused.insert(Unused.end(), Unknown.begin(), Unknown.end());
    for (const Suppression::Place &Place : Each.Places)
      Found.Fixes.push_back(withoutNames(Each, Place, Unused, Sources));
    Out.report(std::move(Found));
  }
}

extern const Rule unused_suppression;
const Rule unused_suppression = {{"unused-suppression",
                                  "a suppression comment for one of our rules that silences nothing",
                                  Tier::Suspicious, "0.1.0"},
                                 nullptr,
                                 look};

} // namespace asynciter
