// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What can be told of units without a compiler: which files of the user's they
// include, as their text says, and which words stand in those. Branches of the
// preprocessor are not decided and comments not skipped, so that more is told than
// is there, never less; what is included by a macro cannot be told, and then
// everything may be there.
//
// Each file is read once, for all units.
#pragma once

#include "Commands.h"
#include "Footprint.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

#include <cstdint>
#include <map>
#include <memory>

namespace asynciter {

class SourceScan {
public:
  /// `Seen` gets what is read, and what is not found.
  explicit SourceScan(Footprint &Seen) : Seen(Seen) {}

  using Word = std::uint64_t;
  static Word word(llvm::StringRef Text);

  struct UnitText {
    /// The user's files by number, sorted.
    std::vector<unsigned> Files;
    /// Those of the system's that these include.
    std::vector<std::string> SystemHeaders;
    /// The source defines macros before it includes something, on which it may depend
    /// what a header has.
    bool SteersHeaders = false;
    /// Units with the same options have the same here.
    const void *Options = nullptr;
  };
  UnitText unit(const Command &How);

  /// Whether a coroutine or a coroutine's type may be used: by the language's words, by
  /// a class of a library that can be awaited or stepped, or by a macro that has one of
  /// those in it. Comments of ours count as well, and what is included by a macro.
  bool mayMatter(const Command &How);

  /// Whether a source by itself, without what it includes, has the language's words.
  bool hasWords(llvm::StringRef File) { return textOf(File).HasWords; }

  bool mentions(unsigned File, Word Sought) const;

  /// The words by which the units so far may declare something with this name: itself, and
  /// macros of the user's that stand for it or for its declaration.
  std::vector<Word> namesFor(llvm::StringRef Declared) const;
  /// Whether a macro may put the name together from words of the unit.
  bool mayPaste(const UnitText &Of, llvm::StringRef Name) const;

private:
  struct Macro {
    /// Of what stands behind "#define".
    static Macro read(llvm::StringRef Definition);

    Word Name;
    /// All in its replacement, and those that may be declared there.
    std::vector<Word> Used, Declared;
    bool HasWords = false, Pastes = false;
  };
  struct Include {
    std::string Name;
    bool IsQuoted;
  };
  struct Text {
    std::vector<Include> Includes;
    /// Sorted. Of the system's files none may be here.
    std::vector<Word> Words;
    /// Macros that stand for words of the language, and classes in files that have
    /// to do with coroutines.
    std::vector<Word> Introduced;
    /// Of the system's files none are here.
    std::vector<Macro> Macros;
    bool HasWords = false, DefinesBeforeInclude = false, IncludesByMacro = false, Pastes = false;
  };
  struct SearchPath {
    std::vector<std::string> Quoted, Angled, System;
    /// What the command line includes, and its macros that stand for words of the language.
    std::vector<Include> Forced;
    std::vector<Word> Introduced;
  };
  struct Found {
    std::string Path;
    bool IsSystem;
  };

  /// One of the system's files, as it is found with some search path.
  struct SystemHeader {
    llvm::StringRef Path;
    /// Null before the first look.
    const Text *Of = nullptr;
    std::vector<SystemHeader *> Includes;
    /// The last walk that came by.
    unsigned Walk = 0;
  };

  const SearchPath &pathOf(const Command &How);
  const Found &find(const SearchPath &Where, llvm::StringRef Includer, bool IsSystem, const Include &Sought);
  const Text &textOf(llvm::StringRef Path, bool IsSystem = false);
  static Text read(llvm::StringRef Contents, bool IsSystem);
  SystemHeader &systemHeader(const SearchPath &Where, llvm::StringRef Path);
  void look(const SearchPath &Where, SystemHeader &At);
  void add(const Macro &Read);

  Footprint &Seen;
  std::map<std::vector<std::string>, std::unique_ptr<SearchPath>> Paths;
  llvm::StringMap<std::unique_ptr<Text>> Texts, SystemTexts;
  llvm::StringMap<unsigned> Numbers;
  std::vector<const Text *> ByNumber;
  std::map<const SearchPath *, llvm::StringMap<Found>> Resolved;
  std::map<const SearchPath *, llvm::StringMap<SystemHeader>> SystemHeaders;
  unsigned Walks = 0;
  llvm::StringMap<bool> Exists;
  /// Macros of the user's, by words in them.
  using MacrosByWord = llvm::DenseMap<Word, std::vector<Word>>;
  MacrosByWord Declaring, Using;
};

} // namespace asynciter
