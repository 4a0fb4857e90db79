// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SourceScan.h"

#include "RecordingFileSystem.h"

#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/Utils.h"
#include "clang/Lex/HeaderSearchOptions.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

#include <algorithm>
#include <array>
#include <utility>

using namespace clang;
namespace path = llvm::sys::path;

namespace asynciter {

namespace {

std::string joined(llvm::StringRef Folder, llvm::StringRef Name) {
  llvm::SmallString<256> Path(Name);
  if (!path::is_absolute(Path)) {
    Path = Folder;
    path::append(Path, Name);
  }
  path::remove_dots(Path, /*remove_dot_dot=*/true);
  return std::string(Path);
}

/// Words that only code with coroutines in it has, or whoever makes its types.
constexpr llvm::StringLiteral OfCoroutines[] = {"co_await",     "co_yield",         "co_return",
                                                "promise_type", "coroutine_handle", "coroutine_traits",
                                                "await_ready",  "await_suspend"};

bool isOfCoroutines(llvm::StringRef Word) { return llvm::is_contained(OfCoroutines, Word); }

bool isStart(char One) { return llvm::isAlpha(One) || One == '_'; }
bool isPart(char One) { return llvm::isAlnum(One) || One == '_'; }

/// Tells in one go whether a text has one of these words: by the last two letters of as
/// many as the shortest word has, from which one can tell how far the next one is, after
/// Wu and Manber, "A fast algorithm for multi-pattern searching", 1994.
class Search {
public:
  Search() {
    Skip.fill(Shortest - 1);
    for (const llvm::StringRef Word : OfCoroutines)
      for (std::size_t End = 2; End <= Shortest; ++End) {
        std::uint8_t &Least = Skip[indexOf(Word.data() + End)];
        Least = std::min<std::uint8_t>(Least, Shortest - End);
      }
  }

  bool anyIn(llvm::StringRef Text) const {
    for (std::size_t End = Shortest; End <= Text.size();) {
      const unsigned Ahead = Skip[indexOf(Text.data() + End)];
      if (!Ahead) {
        const llvm::StringRef Here = Text.drop_front(End - Shortest);
        if (llvm::any_of(OfCoroutines, [&](llvm::StringRef Word) { return Here.starts_with(Word); }))
          return true;
      }
      End += std::max(Ahead, 1u);
    }
    return false;
  }

private:
  static constexpr std::size_t Shortest = [] {
    std::size_t Least = OfCoroutines[0].size();
    for (const llvm::StringLiteral &Word : OfCoroutines)
      Least = std::min(Least, Word.size());
    return Least;
  }();

  /// Of the two letters before.
  static unsigned indexOf(const char *End) {
    return static_cast<unsigned char>(End[-2]) << 8 | static_cast<unsigned char>(End[-1]);
  }

  std::array<std::uint8_t, 1 << 16> Skip;
};

/// Goes over a text word by word.
class Reader {
public:
  explicit Reader(llvm::StringRef Text) : Rest(Text) {}

  llvm::StringRef nextWord() {
    Rest = Rest.drop_until(isStart);
    const llvm::StringRef Found = Rest.take_while(isPart);
    Rest = Rest.drop_front(Found.size());
    return Found;
  }
  llvm::StringRef rest() const { return Rest; }

private:
  llvm::StringRef Rest;
};

/// The class that is defined behind the word `class`: `[[nodiscard]] EXPORTED task {`.
/// Not a template's parameter, and not what is only declared.
llvm::StringRef definedAfter(llvm::StringRef Text) {
  const llvm::StringRef Head =
      Text.take_until([](char One) { return llvm::StringRef("{:;>,=").contains(One); });
  const llvm::StringRef Rest = Text.drop_front(Head.size());
  if (!Rest.starts_with("{") && (!Rest.starts_with(":") || Rest.starts_with("::")))
    return {};
  llvm::StringRef Name;
  Reader Words(Head);
  for (llvm::StringRef Each = Words.nextWord(); !Each.empty() && Each != "final"; Each = Words.nextWord())
    Name = Each;
  return Name;
}

/// What stands behind each '#' that begins a line, to the end of the line. Lines that go
/// on at the next one are joined.
template <typename T> void forEachDirective(llvm::StringRef Text, T Visit) {
  for (std::size_t At = Text.find('#'); At != llvm::StringRef::npos; At = Text.find('#', At)) {
    const llvm::StringRef Before = Text.take_front(At++).rtrim(" \t\v\f");
    if (!Before.empty() && Before.back() != '\n')
      continue;
    std::size_t End = Text.find('\n', At);
    while (End != llvm::StringRef::npos &&
           (Text.take_front(End).ends_with("\\") || Text.take_front(End).ends_with("\\\r")))
      End = Text.find('\n', End + 1);
    Visit(Text.slice(At, End));
    At = std::min(End, Text.size());
  }
}

} // namespace

/// `#define COMMANDS(X) X(fetch) X(store)`: what is handed to it may declare the names.
static bool callsOneOf(llvm::StringRef Parameters, llvm::StringRef Body) {
  Reader Words(Body);
  for (llvm::StringRef Each = Words.nextWord(); !Each.empty(); Each = Words.nextWord()) {
    if (!Words.rest().ltrim().starts_with("("))
      continue;
    Reader Names(Parameters);
    for (llvm::StringRef Name = Names.nextWord(); !Name.empty(); Name = Names.nextWord())
      if (Name == Each)
        return true;
  }
  return false;
}

SourceScan::Word SourceScan::word(llvm::StringRef Text) { return llvm::xxh3_64bits(Text); }

SourceScan::Macro SourceScan::Macro::read(llvm::StringRef Definition) {
  Macro Made;
  Reader Words(Definition);
  Made.Name = word(Words.nextWord());
  llvm::StringRef Body = Words.rest();
  llvm::StringRef Parameters;
  if (Body.starts_with("("))
    std::tie(Parameters, Body) = Body.split(')');
  Body = Body.trim();
  const bool HandsOn = callsOneOf(Parameters, Body);
  Made.Pastes = Body.contains("##");
  Words = Reader(Body);
  for (llvm::StringRef Each = Words.nextWord(), Before; !Each.empty();
       Before = Each, Each = Words.nextWord()) {
    Made.HasWords = Made.HasWords || (Each.starts_with("co_") && isOfCoroutines(Each));
    Made.Used.push_back(word(Each));
    // What stands before a name that is declared ends a type, or qualifies the name.
    const llvm::StringRef Left = llvm::StringRef(Body.data(), Each.data() - Body.data()).rtrim();
    const bool FollowsType =
        !Left.empty() && (isPart(Left.back()) || llvm::is_contained("*&>:", Left.back()));
    if (HandsOn || Each == Body ||
        (FollowsType && Before != "return" && Words.rest().ltrim().starts_with("(")))
      Made.Declared.push_back(Made.Used.back());
  }
  return Made;
}

void SourceScan::add(const Macro &Read) {
  for (const Word Each : Read.Declared)
    Declaring[Each].push_back(Read.Name);
  for (const Word Each : Read.Used)
    Using[Each].push_back(Read.Name);
}

SourceScan::Text SourceScan::read(llvm::StringRef Contents, bool IsSystem) {
  Text Made;
  std::vector<Word> Classes;
  bool HasDefined = false;
  forEachDirective(Contents, [&](llvm::StringRef Directive) {
    Directive = Directive.ltrim();
    if (Directive.consume_front("include_next") || Directive.consume_front("include") ||
        Directive.consume_front("import")) {
      Made.DefinesBeforeInclude = Made.DefinesBeforeInclude || HasDefined;
      Directive = Directive.ltrim();
      const bool IsQuoted = Directive.starts_with("\"");
      if (!IsQuoted && !Directive.starts_with("<")) {
        Made.IncludesByMacro = Made.IncludesByMacro || (!Directive.empty() && isStart(Directive[0]));
        return;
      }
      Made.Includes.push_back(
          {Directive.drop_front().take_until([&](char One) { return One == (IsQuoted ? '"' : '>'); }).str(),
           IsQuoted});
      return;
    }
    if (!Directive.consume_front("define"))
      return;
    HasDefined = true;
    Macro Defined = Macro::read(Directive);
    if (Defined.HasWords)
      Made.Introduced.push_back(Defined.Name);
    Made.Pastes = Made.Pastes || Defined.Pastes;
    if (!IsSystem)
      Made.Macros.push_back(std::move(Defined));
  });
  // Nobody asks for the words of one of the system's, of which few introduce anything.
  static const Search Sought;
  if (IsSystem && !Sought.anyIn(Contents))
    return Made;
  Reader Words(Contents);
  for (llvm::StringRef Each = Words.nextWord(); !Each.empty(); Each = Words.nextWord()) {
    Made.HasWords = Made.HasWords || isOfCoroutines(Each);
    const Word Hash = word(Each);
    Made.Words.push_back(Hash);
    if (Each == "class" || Each == "struct")
      if (const llvm::StringRef Name = definedAfter(Words.rest()); !Name.empty())
        Classes.push_back(word(Name));
  }
  llvm::sort(Made.Words);
  Made.Words.erase(std::unique(Made.Words.begin(), Made.Words.end()), Made.Words.end());
  Made.Words.shrink_to_fit();
  if (Made.HasWords)
    llvm::append_range(Made.Introduced, Classes);
  return Made;
}

const SourceScan::Text &SourceScan::textOf(llvm::StringRef Path, bool IsSystem) {
  std::unique_ptr<Text> &Kept = (IsSystem ? SystemTexts : Texts)[Path];
  if (!Kept) {
    const auto Contents = Seen.read(Path);
    Kept = std::make_unique<Text>(Contents ? read(Contents->getBuffer(), IsSystem) : Text());
  }
  return *Kept;
}

const SourceScan::SearchPath &SourceScan::pathOf(const Command &How) {
  std::unique_ptr<SearchPath> &Kept = Paths[optionsOf(How)];
  if (Kept)
    return *Kept;
  Kept = std::make_unique<SearchPath>();
  std::vector<const char *> Arguments;
  for (const std::string &Each : How.Arguments)
    Arguments.push_back(Each.c_str());
  IgnoringDiagConsumer Quiet;
  CreateInvocationOptions Options;
  Options.VFS = recording(llvm::vfs::getRealFileSystem(), Seen);
  Options.RecoverOnError = true;
  Options.Diags =
      CompilerInstance::createDiagnostics(new DiagnosticOptions, &Quiet, /*ShouldOwnClient=*/false);
  const std::shared_ptr<CompilerInvocation> Invocation = createInvocation(Arguments, Options);
  if (!Invocation)
    return *Kept;
  for (const HeaderSearchOptions::Entry &Each : Invocation->getHeaderSearchOpts().UserEntries)
    (Each.Group == frontend::Quoted   ? Kept->Quoted
     : Each.Group == frontend::Angled ? Kept->Angled
                                      : Kept->System)
        .push_back(joined(How.Directory, Each.Path));
  // What is also a folder of the system's is one of the system's.
  llvm::erase_if(Kept->Angled,
                 [&](const std::string &Each) { return llvm::is_contained(Kept->System, Each); });
  for (const auto &[Definition, IsUndefined] : Invocation->getPreprocessorOpts().Macros) {
    const auto [Head, Body] = llvm::StringRef(Definition).split('=');
    if (const Macro Read = Macro::read((Head + " " + Body).str()); !IsUndefined) {
      add(Read);
      if (Read.HasWords)
        Kept->Introduced.push_back(Read.Name);
    }
  }
  for (const std::string &Each : Invocation->getPreprocessorOpts().Includes)
    Kept->Forced.push_back({Each, true});
  for (const std::string &Each : Invocation->getPreprocessorOpts().MacroIncludes)
    Kept->Forced.push_back({Each, true});
  return *Kept;
}

const SourceScan::Found &SourceScan::find(const SearchPath &Where, llvm::StringRef Includer, bool IsSystem,
                                          const Include &Sought) {
  const llvm::StringRef Folder = path::parent_path(Includer);
  const std::string Key =
      (Sought.IsQuoted ? Folder + "\n" + (IsSystem ? "s" : "u") : llvm::Twine("<")).str() + Sought.Name;
  const auto [At, IsNew] = Resolved[&Where].try_emplace(Key);
  Found &Result = At->second;
  if (!IsNew)
    return Result;
  auto Try = [&](llvm::StringRef In, bool OfSystem) {
    const std::string Path = joined(In, Sought.Name);
    const auto [Known, IsUnknown] = Exists.try_emplace(Path);
    if (IsUnknown)
      Known->second = Seen.look(Path) == Being::File;
    if (Known->second)
      Result = {Path, OfSystem};
    return Known->second;
  };
  if (Sought.IsQuoted) {
    if (Try(Folder, IsSystem))
      return Result;
    for (const std::string &Each : Where.Quoted)
      if (Try(Each, false))
        return Result;
  }
  for (const std::string &Each : Where.Angled)
    if (Try(Each, false))
      return Result;
  for (const std::string &Each : Where.System)
    if (Try(Each, true))
      return Result;
  return Result;
}

SourceScan::SystemHeader &SourceScan::systemHeader(const SearchPath &Where, llvm::StringRef Path) {
  const auto [At, IsNew] = SystemHeaders[&Where].try_emplace(Path);
  if (IsNew)
    At->second.Path = At->first();
  return At->second;
}

void SourceScan::look(const SearchPath &Where, SystemHeader &At) {
  if (At.Of)
    return;
  At.Of = &textOf(At.Path, /*IsSystem=*/true);
  for (const Include &Each : At.Of->Includes)
    if (const Found &Next = find(Where, At.Path, /*IsSystem=*/true, Each); !Next.Path.empty())
      At.Includes.push_back(&systemHeader(Where, Next.Path));
}

SourceScan::UnitText SourceScan::unit(const Command &How) {
  const SearchPath &Where = pathOf(How);
  UnitText Made;
  llvm::StringMap<bool> Met;
  std::vector<std::string> Work = {How.File};
  Met[How.File] = true;
  auto Follow = [&](llvm::StringRef From, const Include &Each) {
    const Found &Next = find(Where, From, false, Each);
    if (!Next.Path.empty() && Met.try_emplace(Next.Path).second)
      (Next.IsSystem ? Made.SystemHeaders : Work).push_back(Next.Path);
  };
  const std::string Here = joined(How.Directory, "command line");
  for (const Include &Each : Where.Forced)
    Follow(Here, Each);
  while (!Work.empty()) {
    const std::string Path = std::move(Work.back());
    Work.pop_back();
    const Text &Of = textOf(Path);
    const auto [Number, IsNew] = Numbers.try_emplace(Path, ByNumber.size());
    if (IsNew) {
      ByNumber.push_back(&Of);
      llvm::for_each(Of.Macros, [&](const Macro &Each) { add(Each); });
    }
    Made.Files.push_back(Number->second);
    for (const Include &Each : Of.Includes)
      Follow(Path, Each);
  }
  llvm::sort(Made.Files);
  Made.SteersHeaders = textOf(How.File).DefinesBeforeInclude;
  Made.Options = &Where;
  return Made;
}

bool SourceScan::mayMatter(const Command &How) {
  const UnitText Of = unit(How);
  if (llvm::any_of(Of.Files, [&](unsigned File) {
        return ByNumber[File]->HasWords || ByNumber[File]->IncludesByMacro;
      }))
    return true;
  const SearchPath &Where = pathOf(How);
  auto IsMentioned = [&](Word Sign) {
    return llvm::any_of(Of.Files, [&](unsigned File) { return mentions(File, Sign); });
  };
  if (IsMentioned(word("asynciter")) || llvm::any_of(Where.Introduced, IsMentioned) ||
      llvm::any_of(Of.Files,
                   [&](unsigned File) { return llvm::any_of(ByNumber[File]->Introduced, IsMentioned); }))
    return true;
  // The system's headers are most of the text, and looked at last.
  ++Walks;
  std::vector<SystemHeader *> Work;
  auto Enter = [&](SystemHeader &Next) {
    if (std::exchange(Next.Walk, Walks) != Walks)
      Work.push_back(&Next);
  };
  for (const std::string &Each : Of.SystemHeaders)
    Enter(systemHeader(Where, Each));
  while (!Work.empty()) {
    SystemHeader &Now = *Work.back();
    Work.pop_back();
    look(Where, Now);
    if (llvm::any_of(Now.Of->Introduced, IsMentioned))
      return true;
    llvm::for_each(llvm::make_pointee_range(Now.Includes), Enter);
  }
  return false;
}

std::vector<SourceScan::Word> SourceScan::namesFor(llvm::StringRef Declared) const {
  std::vector<Word> All = {word(Declared)};
  auto Add = [&](const MacrosByWord &Of, Word Each) {
    if (const auto Known = Of.find(Each); Known != Of.end())
      for (const Word Macro : Known->second)
        if (!llvm::is_contained(All, Macro))
          All.push_back(Macro);
  };
  Add(Declaring, All.front());
  for (std::size_t Next = 1; Next < All.size(); ++Next)
    Add(Using, All[Next]);
  return All;
}

bool SourceScan::mayPaste(const UnitText &Of, llvm::StringRef Name) const {
  if (llvm::none_of(Of.Files, [&](unsigned File) { return ByNumber[File]->Pastes; }))
    return false;
  auto IsPiece = [&](llvm::StringRef Piece) {
    if (Piece.size() == Name.size())
      return false;
    return llvm::all_of(Piece, llvm::isDigit) ||
           llvm::any_of(Of.Files,
                        [&, Sought = word(Piece)](unsigned File) { return mentions(File, Sought); });
  };
  // Which beginnings of the name are made of pieces.
  std::vector<bool> IsMade(Name.size() + 1);
  IsMade[0] = true;
  for (std::size_t Begin = 0; Begin != Name.size(); ++Begin)
    for (std::size_t End = Begin + 1; IsMade[Begin] && End <= Name.size(); ++End)
      IsMade[End] = IsMade[End] || IsPiece(Name.slice(Begin, End));
  return IsMade[Name.size()];
}

bool SourceScan::mentions(unsigned File, Word Sought) const {
  return std::binary_search(ByNumber[File]->Words.begin(), ByNumber[File]->Words.end(), Sought);
}

} // namespace asynciter
