// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Page.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/raw_ostream.h"

namespace asynciter {
namespace {

/// Replaces every match; `With` may use \1 and so on.
std::string replaceAll(const char *Pattern, llvm::StringRef With, llvm::StringRef Text) {
  llvm::Regex Search(Pattern);
  std::string Result = Text.str();
  while (Search.match(Result))
    Result = Search.sub(With, Result);
  return Result;
}

std::string inlineText(llvm::StringRef Line) {
  std::string Result = replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "\\1", Line);
  return replaceAll("\\*\\*([^*]*)\\*\\*", "\\1", Result);
}

/// `expected-warning@+1 {{text}}` is how a page's examples are tested.
std::string codeLine(llvm::StringRef Line) {
  return replaceAll("expected-(warning|note|error|remark)[^{]*\\{\\{(([^}]|\\}[^}])*)\\}\\}", "\\1: \\2",
                    Line);
}

class PageWriter {
public:
  PageWriter(bool Styled, llvm::raw_ostream &Out) : Styled(Styled), Out(Out) { Out.enable_colors(Styled); }

  void line(llvm::StringRef Text) {
    if (Text.starts_with("```")) {
      InCode = !InCode;
      return;
    }
    llvm::StringRef Title = Text.ltrim('#');
    size_t Level = Text.size() - Title.size();
    if (InCode)
      Out << (Text.empty() ? "" : "    ") << codeLine(Text) << '\n';
    else if (Level && Title.starts_with(" "))
      heading(inlineText(Title.trim()), Level);
    else
      Out << inlineText(Text) << '\n';
  }

private:
  void heading(llvm::StringRef Title, size_t Level) {
    if (Styled) {
      Out.changeColor(llvm::raw_ostream::SAVEDCOLOR, /*Bold=*/true);
      Out << Title;
      Out.resetColor();
      Out << '\n';
    } else {
      Out << Title << '\n' << std::string(Title.size(), Level == 1 ? '=' : '-') << '\n';
    }
  }

  bool Styled, InCode = false;
  llvm::raw_ostream &Out;
};

} // namespace

llvm::StringRef tierName(Tier Level) {
  switch (Level) {
  case Tier::Correctness:
    return "correctness";
  case Tier::Suspicious:
    return "suspicious";
  case Tier::Pedantic:
    return "pedantic";
  case Tier::Preview:
    return "preview";
  }
  llvm_unreachable("unknown tier");
}

std::string renderPage(llvm::StringRef Markdown, bool Styled) {
  std::string Result;
  llvm::raw_string_ostream Out(Result);
  PageWriter Write(Styled, Out);
  llvm::SmallVector<llvm::StringRef> Lines;
  Markdown.rtrim().split(Lines, '\n');
  for (llvm::StringRef Line : Lines)
    Write.line(Line);
  return Result;
}

std::string firstParagraph(llvm::StringRef Markdown) {
  llvm::SmallVector<llvm::StringRef> Lines;
  Markdown.split(Lines, '\n');
  std::string Result;
  for (llvm::StringRef Line : Lines) {
    if (Line.starts_with("#") || (Line.empty() && Result.empty()))
      continue;
    if (Line.empty() || Line.starts_with("```"))
      break;
    Result += (Result.empty() ? "" : " ") + inlineText(Line);
  }
  return Result;
}

void listRules(llvm::ArrayRef<const Rule *> On, llvm::raw_ostream &Out) {
  size_t Width = 0;
  for (const Rule *Each : catalogue())
    Width = std::max(Width, Each->Info.Name.size());
  for (const Rule *Each : catalogue()) {
    std::string Name = Each->Info.Name.str();
    Name.resize(Width, ' ');
    Out << llvm::formatv("{0}  {1,-11}  {2,-3}  {3}\n", Name, tierName(Each->Info.Level),
                         llvm::is_contained(On, Each) ? "on" : "off", Each->Info.Summary);
  }
}

} // namespace asynciter
