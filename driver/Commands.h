// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which files to lint and how they are compiled.
#pragma once

#include "Footprint.h"

#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace asynciter {

/// One parse: a file, and the command that compiles it.
struct Command {
  /// Absolute, without dots.
  std::string File;
  std::string Directory;
  /// Without anything this Clang refuses or that would write files.
  std::vector<std::string> Arguments;
  /// What the compile database says that it makes, for one or more targets.
  std::vector<std::string> Outputs = {};
};

/// Finds the database: in `BuildPath` (a folder, or the file itself), or, when
/// that is empty, in the folders above the first of `Files` or above here. `Seen` gets
/// what the commands are made of, also while they are asked for.
llvm::Expected<std::unique_ptr<clang::tooling::CompilationDatabase>>
findDatabase(llvm::StringRef BuildPath, llvm::ArrayRef<std::string> Files, Footprint &Seen);

/// Every command for `Files`, or for all files of the database when none is
/// named, in the order of the files. A file without one has an empty command.
std::vector<Command> commandsFor(const clang::tooling::CompilationDatabase &Database,
                                 llvm::ArrayRef<std::string> Files, Footprint &Seen);

/// What of it is not about its file: units with the same are compiled alike.
std::vector<std::string> optionsOf(const Command &Each);

/// Whether the command's language is C++, by its options and the file's name.
bool isCxx(const Command &Each);

} // namespace asynciter
