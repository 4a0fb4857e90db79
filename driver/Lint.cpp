// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Lint.h"

#include "FactsFile.h"
#include "LinkRun.h"
#include "Output.h"
#include "Paths.h"
#include "Progress.h"
#include "SourceScan.h"
#include "UnitCache.h"
#include "model/Timing.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/ThreadPool.h"

#include <set>

namespace fs = llvm::sys::fs;

namespace asynciter {
namespace {

/// Why a file cannot be linted, before any compiler looks at it.
std::string whyImpossible(const Command &Each) {
  const std::string &File = Each.File;
  if (Each.Arguments.empty())
    return "the compile database has no command for it; is its \"directory\" "
           "an absolute path?";
  if (!fs::exists(File))
    return "no such file";
  if (fs::is_directory(File))
    return "is a folder; name its files, or no file to lint the whole compile "
           "database";
  llvm::Expected<fs::file_t> Opened = fs::openNativeFileForRead(File);
  if (!Opened)
    return "cannot be read: " + llvm::toString(Opened.takeError());
  fs::closeFile(*Opened);
  return {};
}

UnitResult failed(const std::string &File, llvm::StringRef Why) {
  UnitResult Result;
  Result.File = File;
  Result.Is = UnitResult::Failed;
  Result.Errors = {"asynciter-lint: error: " + displayPath(File) + ": " + Why.str()};
  return Result;
}

} // namespace

/// Without a language option our users mean the language that we are for.
static void addStandard(Command &To) {
  const bool IsSaid = llvm::any_of(To.Arguments, [](llvm::StringRef Each) {
    return Each.starts_with("-std=") || Each.starts_with("--std=") || Each.starts_with("/std:");
  });
  if (!IsSaid && !To.Arguments.empty() && isCxx(To))
    To.Arguments.insert(To.Arguments.begin() + 1, "-std=c++20");
}

llvm::Expected<Plan> planFor(const Options &Read, SettingsFor &Find, Footprint &Seen) {
  const Timing::Scope Timed(Timing::Scan);
  std::unique_ptr<clang::tooling::CompilationDatabase> Found;
  if (!Read.Fixed) {
    auto Loaded = findDatabase(Read.BuildPath, Read.Files, Seen);
    if (!Loaded)
      return Loaded.takeError();
    Found = std::move(*Loaded);
  }
  const auto &Database = Read.Fixed ? *Read.Fixed : *Found;

  Plan Result;
  for (Command &Each : commandsFor(Database, Read.Files, Seen)) {
    Seen.look(Each.File);
    if (std::string Why = whyImpossible(Each); !Why.empty()) {
      Result.Failed.push_back(failed(Each.File, Why));
      continue;
    }
    if (Read.Fixed)
      addStandard(Each);
    auto Use = Find.file(Each.File);
    if (!Use)
      return Use.takeError();
    Result.Jobs.push_back({std::move(Each), *Use});
  }
  return Result;
}

/// The rule of Make that says what a file was made of.
static std::string dependencies(llvm::StringRef Of, llvm::ArrayRef<std::string> Inputs) {
  auto Quoted = [](llvm::StringRef Path) {
    std::string Text;
    for (const char Each : Path) {
      if (Each == '$')
        Text += '$';
      else if (Each == ' ' || Each == '#' || Each == '\\')
        Text += '\\';
      Text += Each;
    }
    return Text;
  };
  std::string Text = Quoted(Of) + ":";
  for (const std::string &Each : Inputs)
    Text += " \\\n  " + Quoted(Each);
  return Text + "\n";
}

UnitResult makeFacts(llvm::ArrayRef<Job> Jobs, const Options &Read) {
  llvm::CrashRecoveryContext::Enable();
  const Job &One = Jobs.front();
  std::vector<std::string> Inputs;
  UnitResult Result = runUnit(One.How, *One.Use, {true, Read.Root, &Inputs, nullptr});
  if (Result.Is == UnitResult::Failed) {
    // Nothing of an earlier run may pass for this one's.
    fs::remove(Read.Output);
    return Result;
  }
  // What cannot be read of another language leaves facts without any.
  if (Result.Facts.empty()) {
    UnitFacts None;
    None.Sources = {{Result.File, 0}};
    None.Settings = One.Use->Hash;
    Result.Facts = encodeFacts(Result, None, Read.Root);
  }
  if (!One.Use->ConfigFile.empty())
    Inputs.push_back(One.Use->ConfigFile);
  if (!writeOutput(Read.Output, Result.Facts) ||
      (!Read.DepFile.empty() && !writeOutput(Read.DepFile, dependencies(Read.Output, Inputs))))
    Result.Errors = {"asynciter-lint: error: " + displayPath(Result.File) + ": its facts are not kept"};
  return Result;
}

namespace {

/// Which units to parse, and when: first those where coroutines may be, then those
/// that may have what these ask for. The others hold nothing that anybody looks for.
class Demand {
public:
  /// `Seen` gets what this depends on.
  Demand(llvm::ArrayRef<Job> Jobs, bool All, Footprint &Seen)
      : Jobs(Jobs), All(All), Scan(Seen), Units(Jobs.size()), IsLeft(Jobs.size(), true),
        IsWanted(Jobs.size()) {}

  /// The result of a unit is there already: its text is not looked at for this.
  void has(unsigned Number) { IsLeft[Number] = false; }

  /// A unit was parsed before, so that it is parsed again without a look at its text,
  /// which takes a good part of the time of a parse.
  void want(unsigned Number) { IsWanted[Number] = true; }

  std::vector<unsigned> first() {
    return take([&](unsigned Number) { return All || IsWanted[Number] || unit(Number).MayMatter; });
  }

  std::vector<unsigned> next(llvm::ArrayRef<UnitResult> Results, llvm::StringRef Root) {
    if (!llvm::is_contained(IsLeft, true))
      return {};
    std::vector<std::pair<unsigned, SourceScan::Word>> Sought;
    bool AnyMayDefine = false;
    for (const auto &[By, Name] : missingFrom(Results, Root))
      if (Asked.insert({By, Name}).second) {
        const llvm::StringRef Last = lastWord(Name);
        AnyMayDefine = AnyMayDefine || Last.empty();
        Sought.push_back({By, SourceScan::word(Last)});
      }
    return take([&](unsigned Number) {
      return AnyMayDefine || llvm::any_of(Sought, [&](const auto &Each) {
               return mayDefine(unit(Number), unit(Each.first), Each.second);
             });
    });
  }

private:
  template <typename T> std::vector<unsigned> take(T IsDue) {
    std::vector<unsigned> Taken;
    for (unsigned Number = 0; Number != Units.size(); ++Number)
      if (IsLeft[Number] && IsDue(Number)) {
        IsLeft[Number] = false;
        Taken.push_back(Number);
      }
    return Taken;
  }

  const SourceScan::UnitText &unit(unsigned Number) {
    const Timing::Scope Timed(Timing::Scan);
    if (!Units[Number])
      Units[Number] = Scan.unit(Jobs[Number].How);
    return *Units[Number];
  }

  /// What stands in a file that the asking unit has as well, that unit has seen, unless
  /// macros make it another file here.
  bool mayDefine(const SourceScan::UnitText &Of, const SourceScan::UnitText &By,
                 SourceScan::Word Name) const {
    const bool SeesOthers = Of.SteersHeaders || Of.Options != By.Options;
    return llvm::any_of(Of.Files, [&](unsigned File) {
      return (SeesOthers || !std::binary_search(By.Files.begin(), By.Files.end(), File)) &&
             Scan.mentions(File, Name);
    });
  }

  /// "`Feed::poll`", "the destructor of `Worker`". Of a range nobody knows the name.
  static llvm::StringRef lastWord(llvm::StringRef Name) {
    auto IsPart = [](char One) { return llvm::isAlnum(One) || One == '_'; };
    if (!Name.contains('`'))
      return {};
    while (!Name.empty() && !IsPart(Name.back()))
      Name = Name.drop_back();
    std::size_t Begin = Name.size();
    while (Begin && IsPart(Name[Begin - 1]))
      --Begin;
    return Name.drop_front(Begin);
  }

  llvm::ArrayRef<Job> Jobs;
  bool All;
  SourceScan Scan;
  std::vector<std::optional<SourceScan::UnitText>> Units;
  std::vector<bool> IsLeft, IsWanted;
  std::set<std::pair<unsigned, std::string>> Asked;
};

} // namespace

std::vector<UnitResult> runAll(llvm::ArrayRef<Job> Jobs, const Options &Read, CacheStore *Store,
                               Footprint &Seen) {
  llvm::CrashRecoveryContext::Enable();
  std::vector<UnitResult> Results(Jobs.size());
  FactsWanted Facts;
  // One unit has nobody to tell but the next run.
  Facts.Wanted = Jobs.size() > 1 || (Store && Jobs.size() == 1 && isCxx(Jobs[0].How));
  Facts.Root = Read.Root;
  // Who names a file wants it parsed.
  Demand Wanted(Jobs, Read.Thorough || !Read.Files.empty() || Jobs.size() == 1, Seen);
  Progress Shown(Jobs.size());
  std::optional<UnitCache> Known;
  if (Store)
    Known.emplace(*Store, Read.Root, Seen);
  for (unsigned Number = 0; Known && Number != Jobs.size(); ++Number) {
    bool WasKnown = false;
    if (auto Kept = Known->find(Jobs[Number].How, *Jobs[Number].Use, &WasKnown)) {
      Results[Number] = std::move(*Kept);
      Wanted.has(Number);
      Shown.done(Jobs[Number].How.File);
    } else if (WasKnown) {
      Wanted.want(Number);
    }
  }
  std::mutex Guard;
  auto Lint = [&](unsigned Number) {
    const auto &[How, Use] = Jobs[Number];
    if (!Known) {
      Results[Number] = runUnit(How, *Use, Facts);
      return;
    }
    FactsWanted Recorded = Facts;
    Footprint Own;
    lookAtOptions(*Use, Own);
    Recorded.Seen = &Own;
    Results[Number] = runUnit(How, *Use, Recorded);
    Known->keep(How, *Use, Results[Number], Own);
    std::lock_guard<std::mutex> Lock(Guard);
    Seen.add(Own);
  };
  llvm::DefaultThreadPool Pool(llvm::hardware_concurrency(Read.Jobs));
  std::vector<unsigned> Now = Wanted.first();
  do {
    for (const unsigned Number : Now)
      Pool.async([&, Number] {
        Lint(Number);
        Shown.done(Jobs[Number].How.File);
      });
    Pool.wait();
    Now = Wanted.next(Results, Read.Root);
  } while (!Now.empty());
  for (unsigned Number = 0; Number != Jobs.size(); ++Number)
    if (Results[Number].File.empty()) {
      Results[Number].File = Jobs[Number].How.File;
      if (!isCxx(Jobs[Number].How))
        Results[Number].Is = UnitResult::Skipped;
      Shown.done(Jobs[Number].How.File);
    }
  linkUnits(Results, Read.Root);
  return Results;
}

} // namespace asynciter
