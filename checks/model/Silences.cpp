// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Silences.h"

#include "model/Unit.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/GlobPattern.h"

using namespace clang;

namespace asynciter {

static constexpr llvm::StringLiteral Word = "NOLINT";

static bool fits(llvm::StringRef Glob, llvm::StringRef Name) {
  auto Made = llvm::GlobPattern::create(Glob);
  if (Made)
    return Made->match(Name);
  llvm::consumeError(Made.takeError());
  return false;
}

std::vector<Silences::Directive> Silences::read(llvm::StringRef Text) {
  std::vector<Directive> Found;
  unsigned Line = 1;
  size_t Counted = 0;
  for (size_t At = Text.find(Word); At != llvm::StringRef::npos; At = Text.find(Word, At + 1)) {
    if (At && isAsciiIdentifierContinue(Text[At - 1]))
      continue;
    Line += Text.slice(Counted, At).count('\n');
    Counted = At;
    llvm::StringRef Rest = Text.substr(At + Word.size());
    const llvm::StringRef Kind = Rest.take_while(isUppercase);
    Rest = Rest.drop_front(Kind.size());
    Directive Read{Line, Line, {"*"}};
    if (const size_t Close = Rest.find_first_of(")\n");
        Rest.starts_with("(") && Close < Rest.size() && Rest[Close] == ')') {
      Read.Names.clear();
      llvm::SmallVector<llvm::StringRef, 4> Names;
      Rest.slice(1, Close).split(Names, ',');
      for (const llvm::StringRef Name : Names)
        Read.Names.push_back(Name.trim().str());
    }
    if (Kind == "END") {
      const auto Open = llvm::find_if(llvm::reverse(Found), [&](const Directive &Each) {
        return Each.LastLine == 0 && Each.Names == Read.Names;
      });
      if (Open != Found.rend())
        Open->LastLine = Line;
      continue;
    }
    if (Kind == "NEXTLINE")
      ++Read.FirstLine, ++Read.LastLine;
    else if (Kind == "BEGIN")
      Read.LastLine = 0;
    else if (!Kind.empty())
      continue;
    Found.push_back(std::move(Read));
  }
  llvm::erase_if(Found, [](const Directive &Open) { return Open.LastLine == 0; });
  return Found;
}

const std::vector<Silences::Directive> &Silences::directivesOf(FileID File) const {
  const auto [Known, IsNew] = Read.try_emplace(File);
  if (IsNew)
    if (const auto Text = In.context().getSourceManager().getBufferDataOrNone(File))
      Known->second = read(*Text);
  return Known->second;
}

bool Silences::covers(SourceLocation At, llvm::StringRef Rule) const { return covers(At, Rule, true); }

bool Silences::coversByName(SourceLocation At, llvm::StringRef Rule) const { return covers(At, Rule, false); }

bool Silences::covers(SourceLocation At, llvm::StringRef Rule, bool AlsoForAll) const {
  const SourceManager &Sources = In.context().getSourceManager();
  const auto [File, Offset] = Sources.getDecomposedLoc(Sources.getFileLoc(At));
  if (File.isInvalid())
    return false;
  const std::vector<Directive> &Known = directivesOf(File);
  if (Known.empty())
    return false;
  const unsigned Line = Sources.getLineNumber(File, Offset);
  const std::string Name = ("asynciter-" + Rule).str();
  return llvm::any_of(Known, [&](const Directive &Each) {
    return Each.FirstLine <= Line && Line <= Each.LastLine &&
           llvm::any_of(Each.Names, [&](const std::string &Glob) {
             return (AlsoForAll || Glob != "*") && fits(Glob, Name);
           });
  });
}

} // namespace asynciter
