// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Selection.h"

#include "clang-tidy/GlobList.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace asynciter {
namespace {

/// The rule whose name needs the fewest keystrokes to become `Name`.
std::string nearestRule(llvm::StringRef Name) {
  const Rule *Nearest = nullptr;
  unsigned Least = Name.size() / 2 + 1;
  for (const Rule *Each : catalogue()) {
    unsigned Distance = Name.edit_distance(Each->Info.Name, true, Least);
    if (Distance < Least)
      std::tie(Nearest, Least) = std::make_pair(Each, Distance);
  }
  return Nearest ? " did you mean '" + Nearest->Info.Name.str() + "'?" : "";
}

} // namespace

const Rule *findRule(llvm::StringRef Name) {
  for (const Rule *Each : catalogue())
    if (Each->Info.Name == Name)
      return Each;
  return nullptr;
}

llvm::Error checkGlobs(llvm::StringRef Globs) {
  llvm::SmallVector<llvm::StringRef> Items;
  Globs.split(Items, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (llvm::StringRef Item : Items) {
    Item = Item.trim();
    llvm::StringRef Bare = Item;
    Bare.consume_front("-");
    clang::tidy::GlobList Glob(Bare);
    if (!Bare.empty() &&
        llvm::any_of(catalogue(), [&](const Rule *Each) { return Glob.contains(Each->Info.Name); }))
      continue;
    std::string Hint = nearestRule(Bare);
    if (Bare.starts_with("asynciter-"))
      Hint = " names have no 'asynciter-' in front here;";
    return llvm::createStringError("no rule fits '" + Item + "';" + Hint +
                                   " 'asynciter-lint --list-rules' shows all rules");
  }
  return llvm::Error::success();
}

std::vector<const Rule *> selectRules(llvm::ArrayRef<llvm::StringRef> Globs) {
  std::string List = "-*";
  for (const Rule *Each : catalogue())
    if (Each->Info.onByDefault())
      List += "," + Each->Info.Name.str();
  for (llvm::StringRef Each : Globs)
    if (!Each.trim().empty())
      List += "," + Each.str();
  clang::tidy::GlobList Filter(List);
  std::vector<const Rule *> Result;
  for (const Rule *Each : catalogue())
    if (Filter.contains(Each->Info.Name))
      Result.push_back(Each);
  return Result;
}

} // namespace asynciter
