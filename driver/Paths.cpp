// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Paths.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace path = llvm::sys::path;

namespace asynciter {

std::string absolutePath(llvm::StringRef Path) {
  llvm::SmallString<256> Result(Path);
  llvm::sys::fs::make_absolute(Result);
  path::remove_dots(Result, /*remove_dot_dot=*/true);
  return std::string(Result);
}

std::string displayPath(llvm::StringRef Path) {
  static const std::string Here = absolutePath("") + "/";
  llvm::StringRef Rest = Path;
  return Rest.consume_front(Here) ? Rest.str() : Path.str();
}

std::string pathOfTool() {
  return llvm::sys::fs::getMainExecutable(nullptr, reinterpret_cast<void *>(&pathOfTool));
}

} // namespace asynciter
