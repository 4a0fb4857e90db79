// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What earlier runs found in units, as long as it holds: the linter, its settings, the
// command and each file are the same. docs/cache.md says it for users.
#pragma once

#include "CacheEntry.h"
#include "CacheStore.h"
#include "FileStates.h"
#include "UnitRun.h"

namespace asynciter {

class UnitCache {
public:
  /// `Where` is what paths are relative to; `How` units are parsed, as not all ways come to
  /// the same where this is not what they are made for; `Into` gets what entries depend on.
  UnitCache(CacheStore &Store, llvm::StringRef Where, llvm::StringRef How, Footprint &Into);

  /// What would come of linting the unit, with facts. Not from several threads.
  std::optional<UnitResult> find(const Command &How, const Settings &Use);

  /// Keeps what came of a unit, unless it failed or changed meanwhile. From any thread.
  void keep(const Command &How, const Settings &Use, const UnitResult &Result, const Footprint &Seen) const;

  /// What a look at the text of these units told of them, one byte for each.
  std::optional<std::string> findScan(llvm::ArrayRef<const Command *> Of);
  void keepScan(llvm::ArrayRef<const Command *> Of, llvm::StringRef Told, const Footprint &Seen) const;

  /// What was precompiled for units with these options, which depends on the place, too.
  std::optional<std::string> findShared(llvm::ArrayRef<std::string> Options);
  void keepShared(llvm::ArrayRef<std::string> Options, llvm::StringRef Content, const Footprint &Seen) const;

private:
  /// A hash of what is in the program itself: rules, models and version are in it.
  std::string hashOfTool();
  std::string keyOf(const Command &How) const;
  std::string nameOf(const Command &How, const Settings &Use) const;
  std::string nameOf(llvm::ArrayRef<const Command *> Scanned) const;
  std::string nameOf(llvm::ArrayRef<std::string> Options) const;
  /// What an entry holds, if it is there and all is as it was.
  std::optional<std::string> contentOf(const std::string &Name, const Settings *Use);
  void write(const std::string &Name, llvm::StringRef Content, const Footprint &Seen) const;
  /// Whether all is as it was. Settings may tell paths apart, if there are any.
  bool holds(const EntryReader &Entry, const Settings *Use);

  CacheStore &Store;
  const Root At;
  /// What is the same for all that a run looks at, and for all of its units.
  std::string Common, How;
  FileStates Files;
};

/// Notes the files that options of rules name, which the rules read by themselves.
void lookAtOptions(const Settings &Use, Footprint &Into);

/// Notes the linter's own files.
void lookAtTool(Footprint &Into);

} // namespace asynciter
