// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Settings.h"

#include "Paths.h"
#include "Selection.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

namespace path = llvm::sys::path;

namespace asynciter {
namespace {

std::vector<ActiveRule> withOptions(llvm::ArrayRef<const Rule *> Chosen, const RuleOptions &Options) {
  std::vector<ActiveRule> Result;
  for (const Rule *Each : Chosen) {
    ActiveRule Active{Each, {}};
    if (auto Set = Options.find(Each->Info.Name.str()); Set != Options.end())
      for (const auto &[Name, Value] : Set->second)
        Active.Options[Name] = Value;
    Result.push_back(std::move(Active));
  }
  return Result;
}

std::shared_ptr<const Libraries> withModels(std::vector<LibraryModel> Models) {
  // Not owned: the built-in models live as long as the program.
  if (Models.empty())
    return {std::shared_ptr<const Libraries>(), &Libraries::builtIn()};
  auto Own = std::make_shared<Libraries>(Libraries::builtIn());
  for (LibraryModel &Model : Models)
    Own->add(std::move(Model));
  return Own;
}

} // namespace

llvm::Error checkOverrides(const Overrides &CommandLine) {
  auto Prefixed = [](llvm::StringRef Option, llvm::Error Wrong) {
    return llvm::createStringError(Option + ": " + llvm::toString(std::move(Wrong)));
  };
  if (llvm::Error Wrong = checkGlobs(CommandLine.Rules))
    return Prefixed("--rules", std::move(Wrong));
  if (CommandLine.HeaderFilter)
    if (llvm::Error Wrong = checkPattern(*CommandLine.HeaderFilter))
      return Prefixed("--header-filter", std::move(Wrong));
  return llvm::Error::success();
}

std::string SettingsFor::nearestConfig(llvm::StringRef Directory) {
  auto [Known, New] = NearestByDirectory.try_emplace(Directory.str());
  if (!New)
    return Known->second;
  llvm::SmallString<256> Candidate(Directory);
  path::append(Candidate, ".asynciter.yaml");
  std::string Found;
  if (llvm::sys::fs::exists(Candidate))
    Found = std::string(Candidate);
  else if (path::has_parent_path(Directory))
    Found = nearestConfig(path::parent_path(Directory));
  return NearestByDirectory[Directory.str()] = Found;
}

llvm::Expected<const Settings *> SettingsFor::fromConfig(const std::string &ConfigFile) {
  std::unique_ptr<Settings> &Kept = ByConfig[ConfigFile];
  if (Kept)
    return Kept.get();
  Config File;
  if (!ConfigFile.empty()) {
    auto Read = readConfig(ConfigFile);
    if (!Read)
      return Read.takeError();
    File = std::move(*Read);
  }
  auto Made = std::make_unique<Settings>();
  Made->Rules = withOptions(selectRules({File.Rules.Text, CommandLine.Rules}), File.Options);
  Made->Known = withModels(std::move(File.Models));
  std::string Pattern = CommandLine.HeaderFilter.value_or(File.HeaderFilter.Text);
  if (!Pattern.empty())
    Made->HeaderFilter.emplace(Pattern);
  Made->ConfigFile = ConfigFile;
  std::string All = CommandLine.Rules + "\n" + Pattern + "\n";
  if (auto Text = llvm::MemoryBuffer::getFile(ConfigFile); !ConfigFile.empty() && Text)
    All += (*Text)->getBuffer();
  Made->Hash = llvm::xxh3_64bits(All);
  Kept = std::move(Made);
  return Kept.get();
}

llvm::Expected<const Settings *> SettingsFor::file(llvm::StringRef Path) {
  if (!CommandLine.ConfigFile.empty())
    return fromConfig(CommandLine.ConfigFile);
  return fromConfig(CommandLine.Search ? nearestConfig(path::parent_path(Path)) : std::string());
}

} // namespace asynciter
