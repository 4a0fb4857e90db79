// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Settings.h"

#include "Paths.h"
#include "Selection.h"
#include "facts/Linked.h"

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
  if (Seen.look(Candidate) != Being::Missing)
    Found = std::string(Candidate);
  else if (path::has_parent_path(Directory))
    Found = nearestConfig(path::parent_path(Directory));
  return NearestByDirectory[Directory.str()] = Found;
}

llvm::Expected<const Config *> SettingsFor::read(const std::string &ConfigFile) {
  std::unique_ptr<Config> &Kept = Configs[ConfigFile];
  if (Kept)
    return Kept.get();
  if (!ConfigFile.empty())
    Seen.look(absolutePath(ConfigFile));
  auto Read = ConfigFile.empty() ? llvm::Expected<Config>(Config()) : readConfig(ConfigFile);
  if (!Read)
    return Read.takeError();
  Kept = std::make_unique<Config>(std::move(*Read));
  ModelsByConfig[ConfigFile] = withModels(std::move(Kept->Models));
  return Kept.get();
}

llvm::Expected<const Settings *> SettingsFor::fromConfig(const std::string &ConfigFile,
                                                         llvm::StringRef Source) {
  auto Read = read(ConfigFile);
  if (!Read)
    return Read.takeError();
  const Config &File = **Read;
  RulesByPath ByPath(path::parent_path(absolutePath(ConfigFile)).str(), File, CommandLine.Rules);
  const std::vector<unsigned> Matching = ByPath.matching(Source);
  std::unique_ptr<Settings> &Kept = ByConfig[{ConfigFile, Matching}];
  if (Kept)
    return Kept.get();
  auto Made = std::make_unique<Settings>();
  RuleOptions Options = File.Options;
  for (unsigned At : Matching)
    for (const auto &[Rule, Values] : File.Paths[At].Options)
      for (const auto &[Name, Value] : Values)
        Options[Rule][Name] = Value;
  std::vector<const Rule *> Chosen;
  for (const Rule *Each : catalogue())
    if (ByPath.isWantedAnywhere(Each->Info))
      Chosen.push_back(Each);
  Made->Rules = withOptions(Chosen, Options);
  Made->ByPath = std::move(ByPath);
  Made->Known = ModelsByConfig[ConfigFile];
  std::string Pattern = CommandLine.HeaderFilter.value_or(File.HeaderFilter.Text);
  if (!Pattern.empty())
    Made->HeaderFilter.emplace(Pattern);
  Made->ConfigFile = ConfigFile;
  std::string All = CommandLine.Rules + "\n" + Pattern + "\n";
  if (auto Text = llvm::MemoryBuffer::getFile(ConfigFile); !ConfigFile.empty() && Text) {
    All += (*Text)->getBuffer();
    Made->ConfigHash = hashOfContents((*Text)->getBuffer());
  }
  Made->Hash = llvm::xxh3_64bits(All);
  Kept = std::move(Made);
  return Kept.get();
}

llvm::Expected<const Settings *> SettingsFor::file(llvm::StringRef Path) {
  if (!CommandLine.ConfigFile.empty())
    return fromConfig(CommandLine.ConfigFile, Path);
  return fromConfig(CommandLine.Search ? nearestConfig(path::parent_path(Path)) : std::string(), Path);
}

RulesByPath::RulesByPath(std::string Folder, const Config &File, std::string CommandLine)
    : Folder(std::move(Folder)), Rules(File.Rules.Text), CommandLine(std::move(CommandLine)) {
  for (const PathConfig &Each : File.Paths)
    Entries.push_back({llvm::cantFail(llvm::GlobPattern::create(Each.Match.Text)), Each.Rules.Text});
}

std::vector<unsigned> RulesByPath::matching(llvm::StringRef Path) const {
  // As it is written in the config file: from that on, where it is below.
  if (llvm::StringRef Below = Path; Below.consume_front(Folder) && Below.consume_front("/"))
    Path = Below;
  std::vector<unsigned> Found;
  for (unsigned At = 0; At != Entries.size(); ++At)
    if (Entries[At].Match.match(Path))
      Found.push_back(At);
  return Found;
}

static bool isOn(const RuleInfo &Rule, llvm::ArrayRef<llvm::StringRef> Globs) {
  return llvm::any_of(selectRules(Globs), [&](const asynciter::Rule *Each) { return &Each->Info == &Rule; });
}

bool RulesByPath::wants(const RuleInfo &Rule, llvm::StringRef Path) const {
  std::vector<llvm::StringRef> Globs{Rules};
  for (unsigned At : matching(Path))
    Globs.push_back(Entries[At].Rules);
  Globs.push_back(CommandLine);
  return isOn(Rule, Globs);
}

bool RulesByPath::isWantedAnywhere(const RuleInfo &Rule) const {
  return isOn(Rule, {Rules, CommandLine}) || llvm::any_of(Entries, [&](const Entry &Each) {
           return isOn(Rule, {Rules, Each.Rules, CommandLine});
         });
}

} // namespace asynciter
