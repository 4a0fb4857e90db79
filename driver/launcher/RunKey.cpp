// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "launcher/RunKey.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <unistd.h>

namespace asynciter {
namespace {

void addVariable(std::string &To, const char *Name) {
  if (const char *Value = std::getenv(Name)) {
    To += Name;
    To += '=';
    To += Value;
    To += '\n';
  }
}

std::string variable(const char *Name) {
  const char *Value = std::getenv(Name);
  return Value ? Value : "";
}

} // namespace

std::string compilerEnvironment() {
  std::string All;
  for (const char *Each :
       {// Folders of headers, and where compilers and their files are.
        "CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH", "OBJCPLUS_INCLUDE_PATH",
        "NCC_C_INCLUDE_PATH", "NCC_CPLUS_INCLUDE_PATH", "XCC_C_INCLUDE_PATH", "XCC_CPLUS_INCLUDE_PATH",
        "INCLUDE", "EXTERNAL_INCLUDE", "COMPILER_PATH", "CLANG_MODULE_CACHE_PATH", "SDKROOT", "ROCM_PATH",
        "HIP_PATH", "HIP_DEVICE_LIB_PATH", "SCE_ORBIS_SDK_DIR", "SCE_PROSPERO_SDK_DIR", "VCToolsInstallDir",
        "VCToolsVersion", "VCINSTALLDIR", "UniversalCRTSdkDir", "UCRTVersion", "WindowsSdkDir",
        "WindowsSDKVersion",
        // What else changes the command line or what macros say.
        "CCC_OVERRIDE_OPTIONS", "CLANG_NO_DEFAULT_CONFIG", "OBJECT_MODE", "SOURCE_DATE_EPOCH",
        "MACOSX_DEPLOYMENT_TARGET", "IPHONEOS_DEPLOYMENT_TARGET", "TVOS_DEPLOYMENT_TARGET",
        "WATCHOS_DEPLOYMENT_TARGET", "XROS_DEPLOYMENT_TARGET", "DRIVERKIT_DEPLOYMENT_TARGET"})
    addVariable(All, Each);
  return All;
}

std::string runKey(const std::string &Engine, int argc, const char *const *argv) {
  std::string Key = Engine + '\n';
  for (int I = 1; I < argc; ++I) {
    Key += argv[I];
    Key += '\0';
  }
  char Folder[4096];
  Key += '\n';
  Key += getcwd(Folder, sizeof Folder) ? Folder : "";
  Key += '\n';
  Key += compilerEnvironment();
  // Folders have two names where links lead to them, and compilers are looked for.
  for (const char *Each : {"PWD", "PATH", "HOME", "NO_COLOR", "TERM", "COLORTERM"})
    addVariable(Key, Each);
  Key += isatty(STDOUT_FILENO) ? 'T' : '-';
  Key += isatty(STDERR_FILENO) ? 'T' : '-';
  return Key;
}

std::string usualCacheFolder() {
  if (const char *Said = std::getenv("ASYNCITER_CACHE_DIR"))
    return Said;
  // Its specification takes a relative one for none.
  if (const std::string Base = variable("XDG_CACHE_HOME"); Base.starts_with('/'))
    return Base + "/asynciter";
  const std::string Home = variable("HOME");
  return Home.empty() ? "" : Home + "/.cache/asynciter";
}

std::string cacheFolder(int argc, const char *const *argv) {
  std::string Folder = usualCacheFolder();
  for (int I = 1; I < argc && std::strcmp(argv[I], "--") != 0; ++I) {
    std::string_view Word = argv[I];
    if (Word.empty() || Word[0] != '-')
      continue;
    Word.remove_prefix(Word.starts_with("--") ? 2 : 1);
    if (Word == "cache-dir" && I + 1 < argc)
      Folder = argv[++I];
    else if (Word.starts_with("cache-dir="))
      Folder = Word.substr(std::strlen("cache-dir="));
  }
  return Folder;
}

std::string runFile(const std::string &Key) {
  char Name[32];
  std::snprintf(Name, sizeof Name, "runs/%016llx",
                static_cast<unsigned long long>(checksum(Key.data(), Key.size())));
  return Name;
}

std::uint64_t checksum(const char *Bytes, std::uint64_t Size) {
  constexpr std::uint64_t Prime = 0x9fb21c651e98df25u;
  std::uint64_t Hash = Size * Prime;
  while (Size) {
    std::uint64_t Word = 0;
    const std::uint64_t Part = Size < sizeof Word ? Size : sizeof Word;
    std::memcpy(&Word, Bytes, Part);
    Hash = (Hash ^ Word) * Prime;
    Hash ^= Hash >> 29;
    Bytes += Part;
    Size -= Part;
  }
  return Hash;
}

} // namespace asynciter
