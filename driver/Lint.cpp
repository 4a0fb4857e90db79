// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Lint.h"

#include "Crashes.h"
#include "Demand.h"
#include "FactsFile.h"
#include "LinkRun.h"
#include "Memory.h"
#include "Output.h"
#include "Paths.h"
#include "Progress.h"
#include "SharedHeaders.h"
#include "UnitCache.h"
#include "model/Timing.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/ThreadPool.h"

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
  if (!fs::is_directory(Each.Directory))
    return "the folder '" + Each.Directory + "', in which the compile database has it compiled, is not there";
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
    Seen.look(absolutePath(Each.Directory));
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

/// Null if no command makes what is asked for, which is said then.
static const Job *chosenFrom(llvm::ArrayRef<Job> Jobs, const Options &Read) {
  const std::string File = displayPath(Jobs.front().How.File);
  if (Read.CompiledTo.empty()) {
    if (Jobs.size() > 1)
      llvm::errs()
          << "asynciter-lint: warning: " << File << " has " << Jobs.size()
          << " commands in the compile database, and these are the facts of the first; --compiled-to "
             "takes another\n";
    return &Jobs.front();
  }
  for (const Job &Each : Jobs)
    if (llvm::any_of(Each.How.Outputs, [&](llvm::StringRef Made) { return Made.contains(Read.CompiledTo); }))
      return &Each;
  std::string All;
  for (const Job &Each : Jobs)
    All += "\n  " + llvm::join(Each.How.Outputs, "\n  ");
  complain("--compiled-to: by the compile database, no command for " + File + " makes '" + Read.CompiledTo +
           "', but these:" + All);
  return nullptr;
}

UnitResult makeFacts(llvm::ArrayRef<Job> Jobs, const Options &Read) {
  prepareForCrashes();
  const Job *Chosen = chosenFrom(Jobs, Read);
  if (!Chosen) {
    discardOutput(Read.Output);
    UnitResult None;
    None.Is = UnitResult::Failed;
    return None;
  }
  const Job &One = *Chosen;
  std::vector<std::string> Inputs;
  UnitResult Result = runUnit(One.How, *One.Use, {true, Read.Root, &Inputs, nullptr}, Read.Parsed);
  if (Result.Is == UnitResult::Failed) {
    // Nothing of an earlier run may pass for this one's.
    discardOutput(Read.Output);
    return Result;
  }
  // What cannot be read of another language leaves facts without any.
  if (Result.Facts.empty())
    Result.Facts = encodeFacts(Result, noFactsOf(Result, *One.Use), Read.Root);
  if (!One.Use->ConfigFile.empty())
    Inputs.push_back(One.Use->ConfigFile);
  if (!writeOutput(Read.Output, Result.Facts) ||
      (!Read.DepFile.empty() && !writeOutput(Read.DepFile, dependencies(Read.Output, Inputs))))
    Result.Errors = {"asynciter-lint: error: " + displayPath(Result.File) + ": its facts are not kept"};
  return Result;
}

/// The longest first, lest one of them is left to run alone. What a source has by itself
/// tells enough: what it includes, others do as well.
static void sortByLength(std::vector<unsigned> &Numbers, llvm::ArrayRef<Job> Jobs) {
  std::vector<std::pair<std::uint64_t, unsigned>> ByLength;
  for (const unsigned Number : Numbers) {
    std::uint64_t Length = 0;
    if (fs::file_size(Jobs[Number].How.File, Length))
      Length = 0;
    ByLength.push_back({~Length, Number});
  }
  llvm::sort(ByLength);
  llvm::copy(llvm::make_second_range(ByLength), Numbers.begin());
}

std::vector<UnitResult> runAll(llvm::ArrayRef<Job> Jobs, const Options &Read, CacheStore *Store,
                               Footprint &Seen) {
  prepareForCrashes();
  std::vector<UnitResult> Results(Jobs.size());
  FactsWanted Facts;
  // One unit has nobody to tell but the next run.
  Facts.Wanted = Jobs.size() > 1 || (Store && Jobs.size() == 1 && isCxx(Jobs[0].How));
  Facts.Root = Read.Root;
  // Who names a file wants it parsed.
  Demand Wanted(Jobs, Read.Parsed == Depth::Whole || !Read.Files.empty() || Jobs.size() == 1, Seen);
  Progress Shown(Jobs.size());
  std::optional<UnitCache> Known;
  if (Store)
    Known.emplace(*Store, Read.Root,
                  Read.Parsed == Depth::Whole ? "whole"
                  : Read.SharedHeader         ? "as needed"
                                              : "as needed, nothing shared",
                  Seen);
  SharedHeaders Shared(Known ? &*Known : nullptr);
  std::mutex Guard;
  auto Lint = [&](unsigned Number) {
    const auto &[How, Use] = Jobs[Number];
    if (!Known) {
      Results[Number] = runUnit(How, *Use, Facts, Read.Parsed, &Shared);
      return;
    }
    FactsWanted Recorded = Facts;
    Footprint Own;
    lookAtOptions(*Use, Own);
    Recorded.Seen = &Own;
    Results[Number] = runUnit(How, *Use, Recorded, Read.Parsed, &Shared);
    Known->keep(How, *Use, Results[Number], Own);
    std::lock_guard<std::mutex> Lock(Guard);
    Seen.add(Own);
  };
  const unsigned Workers = Read.Jobs ? Read.Jobs : usualWorkers();
  Timing::count("workers", Workers);
  llvm::DefaultThreadPool Pool(llvm::hardware_concurrency(Workers));
  MemoryGate Memory;
  for (std::vector<unsigned> Now = Wanted.first(Known ? &*Known : nullptr); !Now.empty();
       Now = Wanted.next(Results, Read.Root)) {
    // What nobody wants is not taken from the cache either: it could answer otherwise.
    std::vector<unsigned> New;
    for (const unsigned Number : Now) {
      auto Kept = Known ? Known->find(Jobs[Number].How, *Jobs[Number].Use) : std::nullopt;
      if (!Kept) {
        New.push_back(Number);
        continue;
      }
      Results[Number] = std::move(*Kept);
      Shown.done(Jobs[Number].How.File);
    }
    if (Read.SharedHeader) {
      std::vector<const Command *> Units;
      for (const unsigned Number : New)
        Units.push_back(&Jobs[Number].How);
      Shared.prepare(Units, Pool);
    }
    sortByLength(New, Jobs);
    for (const unsigned Number : New)
      Pool.async([&, Number] {
        Memory.begin();
        Lint(Number);
        Memory.end();
        Shown.done(Jobs[Number].How.File);
      });
    Pool.wait();
  }
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
