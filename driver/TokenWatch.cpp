// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "TokenWatch.h"

#include "clang/Basic/SourceManager.h"
#include "clang/Lex/PPCallbacks.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/xxhash.h"

using namespace clang;

namespace asynciter {

namespace {

std::uint64_t mixed(std::uint64_t Before, std::uint64_t With) {
  Before = (Before ^ With) * 0x9e3779b97f4a7c15;
  return Before ^ (Before >> 32);
}

} // namespace

/// The files that are being read, outermost first, and what came of the others.
struct WatchedFiles {
  struct Open {
    TokenRecord::FileId File;
    bool IsSystem;
    /// Included within braces, or with a pragma in force that the user's code began.
    bool IsWithin;
    unsigned Tokens = 0;
    std::uint64_t Print = 0;
  };

  explicit WatchedFiles(const Preprocessor &Of) : Of(Of) {}

  TokenRecord::FileId idOf(FileEntryRef File) {
    const auto [Known, IsNew] = Ids.try_emplace(&File.getFileEntry());
    if (IsNew) {
      const llvm::StringRef Real = File.getFileEntry().tryGetRealPathName();
      Known->second = llvm::xxh3_64bits(Real.empty() ? File.getName() : Real);
    }
    return Known->second;
  }

  void enter(FileID File, SrcMgr::CharacteristicKind Kind) {
    const auto Entry = Of.getSourceManager().getFileEntryRefForID(File);
    Stack.push_back({Entry ? idOf(*Entry) : 0, SrcMgr::isSystem(Kind), Braces != 0 || Pragmas != 0});
  }

  void leave() {
    const Open Done = Stack.back();
    Stack.pop_back();
    if (!Done.Tokens)
      return;
    Made.Tokens += Done.Tokens;
    Made.Prints.push_back(mixed(mixed(Done.File, Done.Print), Done.IsSystem | Done.IsWithin << 1));
    if (Done.IsSystem)
      Made.Entered.push_back({Done.File, Done.Tokens});
  }

  void add(const Token &Read) {
    // Annotations are the parser's, not the text's.
    if (Stack.empty() || Read.isAnnotation() || Read.is(tok::eof))
      return;
    if (!Stack.back().IsSystem)
      Braces += Read.is(tok::l_brace) - Read.is(tok::r_brace);
    std::uint64_t Hash = Read.getKind();
    if (const IdentifierInfo *Name = Read.getIdentifierInfo()) {
      std::uint64_t &Known = Words[Name];
      if (!Known)
        Known = llvm::xxh3_64bits(Name->getName());
      Hash = Known;
    } else if (Read.isLiteral()) {
      // A macro's that was precompiled has its text elsewhere.
      llvm::SmallString<32> Kept;
      Hash = mixed(Hash, llvm::xxh3_64bits(Of.getSpelling(Read, Kept)));
    }
    Stack.back().Print = mixed(Stack.back().Print, Hash);
    ++Stack.back().Tokens;
  }

  void include(FileEntryRef To, SrcMgr::CharacteristicKind Kind, llvm::StringRef Name, bool IsAngled) {
    if (Stack.empty() || !SrcMgr::isSystem(Kind))
      return;
    if (Stack.back().IsSystem)
      Made.Includes.push_back({Stack.back().File, idOf(To)});
    else if (IsAngled)
      Made.Headers.push_back({Name.str(), idOf(To)});
  }

  /// `#pragma` and what follows.
  void pragma(llvm::StringRef Text) {
    if (Stack.empty() || Stack.back().IsSystem)
      return;
    // Those that change nothing of what is declared.
    static const llvm::Regex Harmless(
        "^[# \t]*pragma[ \t]+((GCC|clang)[ \t]+(diagnostic|warning|error|poison|"
        "system_header|visibility)|once|message|(end)?region|mark|poison|"
        "(push|pop)_macro)([^a-z_]|$)");
    if (Harmless.match(Text))
      return;
    Pragmas += Text.contains("pop") ? -1 : 1;
  }

  const Preprocessor &Of;
  std::vector<Open> Stack;
  /// Of the user's that are open.
  int Braces = 0, Pragmas = 0;
  llvm::DenseMap<const FileEntry *, TokenRecord::FileId> Ids;
  llvm::DenseMap<const IdentifierInfo *, std::uint64_t> Words;
  TokenRecord Made;
};

class TokenWatch::Callbacks : public PPCallbacks {
public:
  explicit Callbacks(std::shared_ptr<WatchedFiles> Seen) : Seen(std::move(Seen)) {}

  void LexedFileChanged(FileID File, LexedFileChangeReason Why, SrcMgr::CharacteristicKind Kind, FileID,
                        SourceLocation) override {
    if (Why == LexedFileChangeReason::EnterFile)
      Seen->enter(File, Kind);
    else
      Seen->leave();
  }

  void InclusionDirective(SourceLocation, const Token &, StringRef Name, bool IsAngled, CharSourceRange,
                          OptionalFileEntryRef File, StringRef, StringRef, const Module *, bool,
                          SrcMgr::CharacteristicKind Kind) override {
    if (File)
      Seen->include(*File, Kind, Name, IsAngled);
  }

  void PragmaDirective(SourceLocation At, PragmaIntroducerKind) override {
    const SourceManager &Sources = Seen->Of.getSourceManager();
    const char *Text = Sources.getCharacterData(Sources.getFileLoc(At));
    Seen->pragma(llvm::StringRef(Text).take_until([](char One) { return One == '\n'; }));
  }

private:
  std::shared_ptr<WatchedFiles> Seen;
};

TokenWatch::TokenWatch(Preprocessor &Of) : Seen(std::make_shared<WatchedFiles>(Of)) {
  Of.addPPCallbacks(std::make_unique<Callbacks>(Seen));
  Of.setTokenWatcher([Seen = Seen](const Token &Read) { Seen->add(Read); });
}

TokenWatch::~TokenWatch() = default;

TokenRecord TokenWatch::take() {
  while (!Seen->Stack.empty())
    Seen->leave();
  TokenRecord Made = std::move(Seen->Made);
  llvm::sort(Made.Prints);
  Made.Prints.erase(std::unique(Made.Prints.begin(), Made.Prints.end()), Made.Prints.end());
  return Made;
}

} // namespace asynciter
