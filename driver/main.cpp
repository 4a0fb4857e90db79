// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// asynciter-lint: the linter as a tool of its own.
#include "Lint.h"
#include "Summary.h"
#include "TextReport.h"

#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace asynciter;

namespace {

enum Status { Clean = 0, Findings = 1, Trouble = 2 };

int lint(const Options &Read) {
  SettingsFor Find(Read.Settings);
  auto Plan = planFor(Read, Find);
  if (!Plan) {
    complain(llvm::toString(Plan.takeError()));
    return Trouble;
  }
  if (Read.Verify) {
    bool Good = Plan->Failed.empty();
    for (const Job &Each : Plan->Jobs)
      Good &= verifyUnit(Each.How, *Each.Use);
    return Good ? Clean : Findings;
  }

  std::vector<UnitResult> Units = runAll(Plan->Jobs, Read.Jobs);
  Units.insert(Units.end(), Plan->Failed.begin(), Plan->Failed.end());
  std::vector<Result> Results = merge(Units);
  writeText(Results, false, llvm::outs());
  for (const UnitResult &Unit : Units)
    for (const std::string &Line : Unit.Errors)
      llvm::errs() << Line << '\n';
  llvm::errs() << summarise(Units, Results, 0) << '\n';
  return Results.empty() ? Clean : Findings;
}

} // namespace

int main(int argc, const char **argv) {
  llvm::InitLLVM Init(argc, argv, /*InstallPipeSignalExitHandler=*/false);
  std::optional<Options> Read = parseOptions(argc, argv);
  return Read ? lint(*Read) : Trouble;
}
