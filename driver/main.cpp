// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// asynciter-lint-engine: the linter as a tool of its own, which the launcher starts.
#include "CacheStore.h"
#include "Fixes.h"
#include "LinkRun.h"
#include "Lint.h"
#include "Output.h"
#include "Page.h"
#include "Paths.h"
#include "RunMemory.h"
#include "SarifReport.h"
#include "Selection.h"
#include "Summary.h"
#include "TextReport.h"
#include "UnitCache.h"
#include "model/Timing.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace asynciter;

namespace {

enum Status { Clean = 0, Findings = 1, Trouble = 2 };

int trouble(llvm::Error Wrong) {
  llvm::handleAllErrors(std::move(Wrong), [](const llvm::ErrorInfoBase &Each) { complain(Each.message()); });
  return Trouble;
}

int listRules(const Options &Read, SettingsFor &Find) {
  // As they are for a file in this folder.
  auto Use = Find.file(absolutePath("file.cpp"));
  if (!Use)
    return trouble(Use.takeError());
  std::vector<const Rule *> On;
  for (const ActiveRule &Each : (*Use)->Rules)
    On.push_back(Each.The);
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  listRules(On, Out);
  return writeOutput(Read.Output, Text) ? Clean : Trouble;
}

int explain(const Options &Read) {
  std::string Page = renderPage(pageOf(Read.Explain), coloursWanted(Read.Output));
  return writeOutput(Read.Output, Page) ? Clean : Trouble;
}

int verify(const Plan &What) {
  bool Good = What.Failed.empty() && !What.Jobs.empty();
  for (const UnitResult &Each : What.Failed)
    llvm::errs() << llvm::join(Each.Errors, "\n") << '\n';
  for (const Job &Each : What.Jobs)
    Good &= verifyUnit(Each.How, *Each.Use);
  return Good ? Clean : Findings;
}

std::string report(const Options &Read, llvm::ArrayRef<UnitResult> Units, llvm::ArrayRef<Result> Results) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  if (Read.As == Format::Sarif)
    writeSarif(Units, Results, Out);
  else
    writeText(Results, coloursWanted(Read.Output), Out);
  return Text;
}

Told finish(const Options &Read, std::vector<UnitResult> Units) {
  const Timing::Scope Timed(Timing::Report);
  std::vector<Result> Results = merge(Units);
  FixPlan Fixes;
  if (Read.Fix) {
    Fixes = planFixes(Results, *Read.Fix);
    Results = Fixes.Left;
  }

  // The text first: it quotes the files as they were linted.
  Told Said;
  Said.Output = report(Read, Units, Results);
  bool Good = true;
  if (llvm::Error Wrong = applyFixes(Fixes))
    Good = trouble(std::move(Wrong)) == Clean;
  Good &= writeOutput(Read.Output, Said.Output);
  Said.IsCertain = Good;

  llvm::raw_string_ostream Errors(Said.Errors);
  for (const UnitResult &Unit : Units) {
    if (Unit.Is == UnitResult::Failed) {
      Good = false;
      Said.IsCertain &= !Unit.Facts.empty();
    }
    for (const auto *Lines : {&Unit.Warnings, &Unit.Errors})
      for (const std::string &Line : *Lines)
        Errors << Line << '\n';
  }
  for (const std::string &Line : Fixes.Skipped)
    Errors << Line << '\n';
  if (!Read.Quiet)
    Errors << summarise(Units, Results, Fixes.Fixed) << '\n';
  llvm::errs() << Said.Errors;
  Said.Status = !Good ? Trouble : Results.empty() ? Clean : Findings;
  return Said;
}

int lint(const Options &Read, Plan What, Footprint &Seen) {
  std::optional<CacheStore> Store;
  if (!Read.CacheFolder.empty()) {
    Store.emplace(Read.CacheFolder, Read.CacheBytes);
    lookAtTool(Seen);
  }
  std::vector<UnitResult> Units = runAll(What.Jobs, Read, Store ? &*Store : nullptr, Seen);
  Units.insert(Units.begin(), What.Failed.begin(), What.Failed.end());
  Told Said = finish(Read, std::move(Units));
  const int Status = Said.Status;
  if (Store) {
    if (!Read.RunKey.empty() && Said.IsCertain)
      keepRun(*Store, Read.RunKey, Seen, std::move(Said));
    Store->shrink();
  }
  return Status;
}

int facts(const Options &Read, const Plan &What) {
  std::vector<UnitResult> Units = What.Failed;
  if (Units.empty())
    Units.push_back(makeFacts(What.Jobs, Read));
  bool Good = true;
  for (const UnitResult &Unit : Units) {
    Good &= Unit.Is != UnitResult::Failed && Unit.Errors.empty();
    for (const std::string &Line : Unit.Errors)
      llvm::errs() << Line << '\n';
  }
  return Good ? Clean : Trouble;
}

int run(const Options &Read) {
  if (Read.Do == Mode::Link)
    return finish(Read, linkFiles({Read.Files, Read.Root, Read.CheckSources, Read.FactsOut})).Status;
  if (!Read.Explain.empty())
    return explain(Read);
  // What no cache compares need not be noted.
  Footprint Seen = Read.CacheFolder.empty() ? Footprint::unnoted() : Footprint();
  SettingsFor Find(Read.Settings, Seen);
  if (Read.ListRules)
    return listRules(Read, Find);
  auto What = planFor(Read, Find, Seen);
  if (!What)
    return trouble(What.takeError());
  for (const Job &Each : What->Jobs)
    if (!sparesInputs(Read, Each.How.File))
      return Trouble;
  if (Read.Do == Mode::Facts)
    return facts(Read, *What);
  return Read.Verify ? verify(*What) : lint(Read, std::move(*What), Seen);
}

} // namespace

int main(int argc, const char **argv) {
#ifdef __GLIBC__
  // Otherwise glibc keeps ever larger blocks of what a unit took, for each thread.
  mallopt(M_TRIM_THRESHOLD, 4 << 20);
#endif
  // Without a handler of LLVM's a closed pipe ends us as it ends any program.
  llvm::InitLLVM Init(argc, argv, /*InstallPipeSignalExitHandler=*/false);
  std::optional<Options> Read = parseOptions(argc, argv);
  if (Read && Read->Timed)
    Timing::switchOn();
  int Status = Read ? run(*Read) : Trouble;
  Timing::print(llvm::errs());
  // No destructors: a unit that crashed may have left anything behind.
  llvm::sys::Process::Exit(Status, /*NoCleanup=*/true);
}
