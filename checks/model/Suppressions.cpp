// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Suppressions.h"

#include "clang/Basic/CharInfo.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace asynciter {

namespace {

constexpr llvm::StringLiteral Word = "NOLINT", Ours = "asynciter-";

/// Reads the directives of one comment.
class Reader {
public:
  Reader(const SourceManager &Sources, std::vector<Suppression> &Found) : Sources(Sources), Found(Found) {}

  /// A directive of the preprocessor.
  void directive(llvm::StringRef Name) {
    if (Name == "endif") {
      Depth -= Depth > 0;
    } else if (Name == "if" || Name == "ifdef" || Name == "ifndef") {
      ++Depth;
      for (Suppression &Open : Found)
        Open.IsConditional |= Open.LastLine == 0;
    }
  }

  void read(SourceLocation Comment, llvm::StringRef Text) {
    for (std::size_t At = Text.find(Word); At != llvm::StringRef::npos; At = Text.find(Word, At + 1)) {
      llvm::StringRef Rest = Text.substr(At + Word.size());
      const llvm::StringRef Kind = Rest.take_while(isUppercase);
      Rest = Rest.drop_front(Kind.size());
      const std::size_t Close = Rest.find_first_of(")\n");
      const bool StartsAWord = At == 0 || !isAsciiIdentifierContinue(Text[At - 1]);
      if (!StartsAWord || !Rest.starts_with("(") || Close == llvm::StringRef::npos || Rest[Close] != ')')
        continue;
      const SourceLocation Begin = Comment.getLocWithOffset(At);
      const SourceLocation List = Begin.getLocWithOffset(Word.size() + Kind.size() + 1);
      const Suppression::Place Place{SourceRange(Comment, Comment.getLocWithOffset(Text.size())), Begin, List,
                                     Begin.getLocWithOffset(Word.size() + Kind.size() + Close + 1)};
      add(Kind, Place, Rest.slice(1, Close));
    }
  }

private:
  void add(llvm::StringRef Kind, const Suppression::Place &Place, llvm::StringRef List) {
    Suppression Read;
    Read.Comment = Place.Whole.getBegin();
    Read.Places = {Place};
    llvm::SmallVector<llvm::StringRef, 4> Names;
    List.split(Names, ',');
    for (llvm::StringRef Name : Names) {
      Name = Name.trim();
      Read.Names.push_back(Name.str());
      if (!Name.contains('*') && Name.consume_front(Ours))
        Read.Rules.push_back(Name.str());
    }
    const unsigned Line = Sources.getSpellingLineNumber(Place.Begin);
    if (Kind == "END")
      return end(Read, Line);
    if (Read.Rules.empty() || !llvm::is_contained({"", "NEXTLINE", "BEGIN"}, Kind))
      return;
    Read.FirstLine = Kind == "NEXTLINE" ? Line + 1 : Line;
    Read.LastLine = Kind == "BEGIN" ? 0 : Read.FirstLine;
    Read.IsConditional = Depth > 0;
    Found.push_back(std::move(Read));
  }

  void end(const Suppression &Read, unsigned Line) {
    for (Suppression &Open : llvm::reverse(Found))
      if (Open.LastLine == 0 && Open.Names == Read.Names) {
        Open.LastLine = Line;
        Open.Places.push_back(Read.Places.front());
        return;
      }
  }

  const SourceManager &Sources;
  std::vector<Suppression> &Found;
  unsigned Depth = 0;
};

} // namespace

std::vector<Suppression> suppressionsOf(const SourceManager &Sources, const LangOptions &Language) {
  std::vector<Suppression> Found;
  const FileID File = Sources.getMainFileID();
  const llvm::StringRef Text = Sources.getBufferData(File);
  // Most files have none, and need not be read again.
  if (!Text.contains(Word) || !Text.contains(Ours))
    return Found;
  Lexer Raw(File, Sources.getBufferOrFake(File), Sources, Language);
  Raw.SetCommentRetentionState(true);
  Reader Directives(Sources, Found);
  Token Each;
  bool IsDirective = false;
  do {
    Raw.LexFromRawLexer(Each);
    if (IsDirective && Each.is(tok::raw_identifier))
      Directives.directive(Each.getRawIdentifier());
    IsDirective = Each.is(tok::hash) && Each.isAtStartOfLine();
    if (Each.is(tok::comment))
      Directives.read(Each.getLocation(),
                      Text.substr(Sources.getFileOffset(Each.getLocation()), Each.getLength()));
  } while (Each.isNot(tok::eof));
  llvm::erase_if(Found, [](const Suppression &Open) { return Open.LastLine == 0; });
  return Found;
}

} // namespace asynciter
