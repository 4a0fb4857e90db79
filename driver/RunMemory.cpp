// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "RunMemory.h"

#include "launcher/RunKey.h"
#include "launcher/RunRecord.h"

namespace asynciter {
namespace {

Need needOf(Learned What) {
  switch (What) {
  case Learned::Present:
    return Need::Present;
  case Learned::Folder:
    return Need::Folder;
  case Learned::Listing:
  case Learned::Contents:
    break;
  }
  return Need::Untouched;
}

} // namespace

void keepRun(CacheStore &Store, llvm::StringRef Key, const Footprint &Seen, Told What) {
  if (Seen.isTorn())
    return;
  RunRecord Run;
  Run.Key = Key.str();
  Run.Output = std::move(What.Output);
  Run.Errors = std::move(What.Errors);
  Run.Status = What.Status;
  for (const auto &Each : Seen.paths())
    Run.Paths.push_back({Each.first().str(), needOf(Each.second.What), Each.second.At});
  for (const auto &Each : Seen.folders()) {
    RunRecord::Absences &Into = Run.Missing.emplace_back();
    Into.Folder = Each.first().str();
    Into.At = Each.second.At;
    for (const auto &Name : Each.second.Absent)
      Into.Names.push_back(Name.first().str());
  }
  Store.write(runFile(Run.Key), encodeRun(Run));
}

} // namespace asynciter
