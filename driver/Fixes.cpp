// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Fixes.h"

#include "Paths.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace clang;
namespace fs = llvm::sys::fs;

namespace asynciter {
namespace {

/// Adds the fix to `ByFile`, unless a part of it overlaps what is there.
bool addWhole(const Result &Each, std::map<std::string, tooling::Replacements> &ByFile) {
  std::map<std::string, tooling::Replacements> Changed;
  for (const tooling::Replacement &Part : Each.Fix) {
    std::string File = Part.getFilePath().str();
    auto [Into, New] = Changed.try_emplace(File);
    if (New)
      Into->second = ByFile[File];
    if (llvm::Error Overlap = Into->second.add(Part)) {
      llvm::consumeError(std::move(Overlap));
      return false;
    }
  }
  for (auto &[File, All] : Changed)
    ByFile[File] = std::move(All);
  return true;
}

llvm::Error failure(llvm::StringRef File, const llvm::Twine &Why) {
  return llvm::createStringError("--fix: cannot change '" + displayPath(File) + "': " + Why);
}

llvm::Error rewrite(const std::string &File, const tooling::Replacements &Changes) {
  // A link stays one: what it stands for is written.
  llvm::SmallString<256> Real;
  if (std::error_code Wrong = fs::real_path(File, Real))
    return failure(File, Wrong.message());
  if (std::error_code Wrong = fs::access(Real, fs::AccessMode::Write))
    return failure(File, Wrong.message());
  auto Buffer = llvm::MemoryBuffer::getFile(Real);
  if (!Buffer)
    return failure(File, Buffer.getError().message());
  auto Changed = tooling::applyAllReplacements((*Buffer)->getBuffer(), Changes);
  if (!Changed)
    return failure(File, llvm::toString(Changed.takeError()));

  auto Permissions = fs::getPermissions(Real);
  if (llvm::Error Wrong = llvm::writeToOutput(Real, [&](llvm::raw_ostream &Out) {
        Out << *Changed;
        return llvm::Error::success();
      }))
    return failure(File, llvm::toString(std::move(Wrong)));
  if (Permissions)
    fs::setPermissions(Real, *Permissions);
  return llvm::Error::success();
}

} // namespace

FixPlan planFixes(llvm::ArrayRef<Result> Results, FixSafety UpTo) {
  FixPlan Plan;
  for (const Result &Each : Results) {
    bool Wanted = !Each.Fix.empty() && (Each.Safety == FixSafety::Safe || UpTo == FixSafety::Unsafe);
    if (Wanted && addWhole(Each, Plan.ByFile)) {
      ++Plan.Fixed;
      continue;
    }
    Plan.Left.push_back(Each);
    if (Wanted)
      Plan.Skipped.push_back(displayPath(Each.At.File) + ":" + std::to_string(Each.At.Line) + ":" +
                             std::to_string(Each.At.Column) +
                             ": this fix overlaps another and was left out; run --fix again");
  }
  return Plan;
}

llvm::Error applyFixes(const FixPlan &Plan) {
  llvm::Error All = llvm::Error::success();
  for (const auto &[File, Changes] : Plan.ByFile)
    All = llvm::joinErrors(std::move(All), rewrite(File, Changes));
  return All;
}

} // namespace asynciter
