// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Summary.h"

#include <set>

namespace asynciter {
namespace {

std::string count(size_t Number, llvm::StringRef Thing) {
  return std::to_string(Number) + " " + Thing.str() + (Number == 1 ? "" : "s");
}

size_t filesWith(llvm::ArrayRef<UnitResult> Units, UnitResult::Outcome Which) {
  std::set<llvm::StringRef> Files;
  for (const UnitResult &Each : Units)
    if (Each.Is == Which)
      Files.insert(Each.File);
  return Files.size();
}

} // namespace

std::string summarise(llvm::ArrayRef<UnitResult> Units, llvm::ArrayRef<Result> Left, unsigned Fixed) {
  std::set<llvm::StringRef> Files;
  for (const Result &Each : Left)
    Files.insert(Each.At.File);
  std::string Text =
      Left.empty() ? "no findings" : count(Left.size(), "finding") + " in " + count(Files.size(), "file");
  if (Fixed)
    Text += ", " + std::to_string(Fixed) + " fixed";
  Text += " (" + count(filesWith(Units, UnitResult::Linted), "file") + " linted";
  if (size_t Skipped = filesWith(Units, UnitResult::Skipped))
    Text += ", " + std::to_string(Skipped) + " skipped: not C++";
  if (size_t Failed = filesWith(Units, UnitResult::Failed))
    Text += ", " + std::to_string(Failed) + " failed";
  return Text + ")";
}

} // namespace asynciter
