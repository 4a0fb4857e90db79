// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ResourceDir.h"

#include "Version.h"

#include "clang/Basic/Version.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <dlfcn.h>

namespace asynciter {
namespace {

std::string besideTheLibrary() {
  Dl_info Library;
  auto *Inside = reinterpret_cast<void *>(&clang::getClangFullVersion);
  llvm::SmallString<256> Real;
  if (!dladdr(Inside, &Library) || !Library.dli_fname || llvm::sys::fs::real_path(Library.dli_fname, Real))
    return {};
  llvm::sys::path::remove_filename(Real);
  llvm::sys::path::append(Real, "clang", CLANG_VERSION_MAJOR_STRING);
  return std::string(Real);
}

bool hasHeaders(llvm::StringRef Directory) {
  llvm::SmallString<256> Header(Directory);
  llvm::sys::path::append(Header, "include", "stddef.h");
  return llvm::sys::fs::exists(Header);
}

} // namespace

std::string resourceDir() {
  static const std::string Found = [] {
    std::string Beside = besideTheLibrary();
    return !Beside.empty() && hasHeaders(Beside) ? Beside : BuiltWithResources.str();
  }();
  return Found;
}

} // namespace asynciter
