// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Fingerprints.h"

#include "Paths.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MD5.h"

namespace asynciter {
namespace {

std::string withoutSpace(llvm::StringRef Line) {
  std::string Result;
  for (char Each : Line)
    if (!llvm::isSpace(Each))
      Result += Each;
  return Result;
}

} // namespace

std::vector<std::string> fingerprints(llvm::ArrayRef<Result> Results, SourceText &Sources) {
  llvm::StringMap<unsigned> Alike;
  std::vector<std::string> All;
  for (const Result &Each : Results) {
    std::string What = (Each.By->Name + "\n" + displayPath(Each.At.File) + "\n" +
                        withoutSpace(Sources.line(Each.At.File, Each.At.Line)))
                           .str();
    llvm::MD5 Hash;
    Hash.update(What);
    All.push_back((Hash.final().digest() + ":" + llvm::Twine(++Alike[What])).str());
  }
  return All;
}

} // namespace asynciter
