// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a run printed, and what of the file system it depends on. Written by the engine
// after a run, read by the launcher before the next: it is mapped, not parsed, and one
// `stat` per file and folder tells whether it still holds. Content is not looked at; if
// any stamp differs, the engine decides. Knows nothing of LLVM.
//
//   head          see RunRecord.cpp
//   sights        path, what it has to be, stamp
//   folders       path, stamp, which of the absences are in it
//   absences      names that were looked for in a folder and not found
//   texts         all of them, each with a zero at its end
#pragma once

#include "launcher/Stamp.h"

#include <optional>
#include <string>
#include <vector>

namespace asynciter {

/// How a path has to be for a run to be the same again.
enum class Need : std::uint32_t {
  Present,   ///< a file of this size
  Folder,    ///< a folder
  Untouched, ///< with the same stamp
};

struct RunRecord {
  struct Path {
    std::string Name;
    Need Is;
    Stamp At;
  };
  struct Absences {
    std::string Folder;
    /// With it nothing has come into the folder since.
    Stamp At;
    std::vector<std::string> Names;
  };

  std::string Key, Output, Errors;
  int Status = 0;
  std::vector<Path> Paths;
  std::vector<Absences> Missing;
};

/// The bytes of a record.
std::string encodeRun(const RunRecord &Run);

/// What a run printed, and how it ended.
struct Replay {
  std::string Output, Errors;
  int Status;
};

/// What the run with this key would print, if a record in `File` says so and is not
/// out of date. Damaged ones are no records.
std::optional<Replay> replay(const std::string &File, const std::string &Key);

} // namespace asynciter
