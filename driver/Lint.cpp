// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Lint.h"

#include "FactsFile.h"
#include "LinkRun.h"
#include "Output.h"
#include "Paths.h"
#include "Progress.h"
#include "SharedHeaders.h"
#include "SourceScan.h"
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

llvm::Expected<Plan> planFor(const Options &Read, SettingsFor &Find) {
  const Timing::Scope Timed(Timing::Scan);
  std::unique_ptr<clang::tooling::CompilationDatabase> Found;
  if (!Read.Fixed) {
    auto Loaded = findDatabase(Read.BuildPath, Read.Files);
    if (!Loaded)
      return Loaded.takeError();
    Found = std::move(*Loaded);
  }
  const auto &Database = Read.Fixed ? *Read.Fixed : *Found;

  Plan Result;
  for (Command &Each : commandsFor(Database, Read.Files)) {
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
  UnitResult Result = runUnit(One.How, *One.Use, {true, Read.Root, &Inputs}, Read.Parsed);
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
  Demand(llvm::ArrayRef<Job> Jobs, bool All) : IsLeft(Jobs.size(), true) {
    const Timing::Scope Timed(Timing::Scan);
    for (const Job &Each : Jobs)
      Units.push_back(All ? SourceScan::UnitText{{}, true} : Scan.unit(Each.How));
  }

  std::vector<unsigned> first() {
    return take([](const SourceScan::UnitText &Of) { return Of.MayMatter; });
  }

  std::vector<unsigned> next(llvm::ArrayRef<UnitResult> Results) {
    if (!llvm::is_contained(IsLeft, true))
      return {};
    std::vector<Question> Open;
    bool AnyMayDefine = false;
    for (const auto &[By, Name] : missingFrom(Results))
      if (Asked.insert({By, Name}).second) {
        // Of a range nobody knows the name.
        AnyMayDefine = AnyMayDefine || !llvm::StringRef(Name).contains('`');
        llvm::StringRef Rest = Name;
        const llvm::StringRef Last = takeLastWord(Rest);
        const llvm::StringRef Scope = Rest.consume_back("::") ? takeLastWord(Rest) : llvm::StringRef();
        Open.push_back({&Units[By], SourceScan::word(Last),
                        Scope.empty() ? std::nullopt : std::optional(SourceScan::word(Scope))});
      }
    return take([&](const SourceScan::UnitText &Of) {
      return AnyMayDefine || llvm::any_of(Open, [&](const Question &Each) { return mayDefine(Of, Each); });
    });
  }

private:
  /// Where `Name` is defined, in the class or namespace `Of` if it is not global.
  struct Question {
    const SourceScan::UnitText *By;
    SourceScan::Word Name;
    std::optional<SourceScan::Word> Of;
  };

  template <typename T> std::vector<unsigned> take(T IsWanted) {
    std::vector<unsigned> Taken;
    for (unsigned Number = 0; Number != Units.size(); ++Number)
      if (IsLeft[Number] && IsWanted(Units[Number])) {
        IsLeft[Number] = false;
        Taken.push_back(Number);
      }
    return Taken;
  }

  /// What stands in a file that the asking unit has as well, that unit has seen, unless
  /// macros make it another file here. Who defines a member names what it is a member of.
  bool mayDefine(const SourceScan::UnitText &Unit, const Question &Asked) const {
    const bool SeesOthers = Unit.SteersHeaders || Unit.Options != Asked.By->Options;
    const std::vector<unsigned> &Seen = Asked.By->Files;
    return llvm::any_of(Unit.Files,
                        [&](unsigned File) {
                          return (SeesOthers || !std::binary_search(Seen.begin(), Seen.end(), File)) &&
                                 Scan.mentions(File, Asked.Name);
                        }) &&
           (!Asked.Of ||
            llvm::any_of(Unit.Files, [&](unsigned File) { return Scan.mentions(File, *Asked.Of); }));
  }

  /// "`Feed::poll`" is left as "`Feed::", "the destructor of `Worker`" as "the destructor of `".
  static llvm::StringRef takeLastWord(llvm::StringRef &Name) {
    auto IsPart = [](char One) { return llvm::isAlnum(One) || One == '_'; };
    while (!Name.empty() && !IsPart(Name.back()))
      Name = Name.drop_back();
    std::size_t Length = 0;
    while (Length != Name.size() && IsPart(Name[Name.size() - Length - 1]))
      ++Length;
    const llvm::StringRef Word = Name.take_back(Length);
    Name = Name.drop_back(Length);
    return Word;
  }

  SourceScan Scan;
  std::vector<SourceScan::UnitText> Units;
  std::vector<bool> IsLeft;
  std::set<std::pair<unsigned, std::string>> Asked;
};

} // namespace

std::vector<UnitResult> runAll(llvm::ArrayRef<Job> Jobs, const Options &Read) {
  llvm::CrashRecoveryContext::Enable();
  std::vector<UnitResult> Results(Jobs.size());
  FactsWanted Facts;
  // One unit has nobody to tell.
  Facts.Wanted = Jobs.size() > 1;
  Facts.Root = absolutePath("");
  // Who names a file wants it parsed.
  Demand Wanted(Jobs, Read.Parsed == Depth::Whole || !Read.Files.empty() || Jobs.size() == 1);
  Progress Shown(Jobs.size());
  llvm::DefaultThreadPool Pool(llvm::hardware_concurrency(Read.Jobs));
  SharedHeaders Shared;
  for (std::vector<unsigned> Now = Wanted.first(); !Now.empty(); Now = Wanted.next(Results)) {
    if (Read.SharedHeader) {
      std::vector<const Command *> Units;
      for (const unsigned Number : Now)
        Units.push_back(&Jobs[Number].How);
      Shared.prepare(Units, Pool);
    }
    for (const unsigned Number : Now)
      Pool.async([&, Number] {
        Results[Number] = runUnit(Jobs[Number].How, *Jobs[Number].Use, Facts, Read.Parsed, &Shared);
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
  linkUnits(Results);
  return Results;
}

} // namespace asynciter
