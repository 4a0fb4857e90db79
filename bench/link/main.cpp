// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// bench-link UNITS [FOLDER]: makes facts of that many units, 60 functions with 300
// calls and one question each, and links them, or writes them into a folder for
// `asynciter-lint link`. Of ten calls four stay in the unit, four go to a tenth of
// the program, two anywhere; one function of 400 blocks. No two functions are the
// same, which is the worst case. Only what linking does is counted; each unit is
// made just before.
#include "FactsFile.h"
#include "Program.h"
#include "Selection.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

#include <ctime>
#include <sys/resource.h>

using namespace asynciter;

namespace {

constexpr unsigned Functions = 60, Calls = 5;

double cpuSeconds() {
  timespec Now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &Now);
  return Now.tv_sec + Now.tv_nsec / 1e9;
}

std::uint64_t mix(std::uint64_t Value) {
  Value ^= Value >> 33;
  Value *= 0xff51afd7ed558ccdULL;
  Value ^= Value >> 33;
  Value *= 0xc4ceb9fe1a85ec53ULL;
  return (Value ^ Value >> 33) | 1;
}

/// The same numbers on every machine.
struct Random {
  std::uint64_t State;
  std::uint64_t below(std::uint64_t Limit) { return (mix(State += 0x9e3779b97f4a7c15ULL) >> 1) % Limit; }
};

class Generator {
public:
  explicit Generator(unsigned Units) : Units(Units), Pool(std::uint64_t(Units / 10 + 1) * Functions) {}

  std::string make(unsigned Number) {
    UnitResult Result;
    Result.File = "/project/src/unit" + std::to_string(Number) + ".cpp";
    UnitFacts Known;
    Known.Sources = {{Result.File, std::uint32_t(mix(Number))}};
    for (unsigned Index = 0; Index != Functions; ++Index)
      Known.Functions.push_back(function(std::uint64_t(Number) * Functions + Index, Number, Result.File));
    FactsQuestion Asked;
    Asked.IfSo.By = &findRule("blocking-call")->Info;
    Asked.IfSo.At = place(Result.File, 7);
    Asked.IfSo.Message = "`work` blocks its thread: it calls `f`";
    Asked.Ways.push_back(call(idOf(std::uint64_t(Number) * Functions), Result.File, 7));
    Known.Questions.push_back(std::move(Asked));
    return encodeFacts(Result, Known, "/project");
  }

private:
  static std::uint64_t idOf(std::uint64_t Which) { return mix(mix(Which) + 1); }

  static Place place(const std::string &File, unsigned Line) { return {File, Line * 40, 4, Line, 3}; }

  static FactsWay call(std::uint64_t Id, const std::string &File, unsigned Line) {
    return {{Id}, {CallSite::Called, "`function" + std::to_string(Id % 1000) + "`", place(File, Line)}};
  }

  FactsFunction function(std::uint64_t Which, unsigned Number, const std::string &File) {
    Random Body{mix(Which)};
    FactsFunction Made;
    Made.Id = idOf(Which);
    Made.Name = "`function" + std::to_string(Made.Id % 1000) + "`";
    Made.At = place(File, 10 + Which % 500);
    if (Body.below(400) == 0) {
      Made.Chain = {{CallSite::Called, "`::read`", place(File, 12 + Which % 500)}};
      Made.End = "::read";
      Made.Because = "waits for data on the descriptor";
      Made.Kind = "descriptor";
      return Made;
    }
    for (unsigned Left = Body.below(2 * Calls + 1); Left; --Left) {
      const unsigned Kind = Body.below(10);
      const std::uint64_t To = Kind < 4   ? std::uint64_t(Number) * Functions + Body.below(Functions)
                               : Kind < 8 ? Body.below(Pool)
                                          : Body.below(std::uint64_t(Units) * Functions);
      Made.Ways.push_back(call(idOf(To), File, 11 + Which % 500 + Left));
    }
    return Made;
  }

  const unsigned Units;
  const std::uint64_t Pool;
};

} // namespace

int main(int argc, const char **argv) {
  unsigned Units = 0;
  if (argc < 2 || llvm::StringRef(argv[1]).getAsInteger(10, Units) || Units < 2) {
    llvm::errs() << "usage: asynciter-bench-link UNITS [FOLDER]\n";
    return 2;
  }
  Generator Make(Units);
  if (argc > 2) {
    for (unsigned Number = 0; Number != Units; ++Number) {
      std::error_code Wrong;
      llvm::raw_fd_ostream Out((argv[2] + llvm::Twine("/") + llvm::Twine(Number) + ".facts").str(), Wrong);
      Out << Make.make(Number);
    }
    return 0;
  }
  Program All;
  double Spent = 0;
  std::uint64_t Bytes = 0;
  for (unsigned Number = 0; Number != Units; ++Number) {
    const std::string Facts = Make.make(Number);
    Bytes += Facts.size();
    const double Start = cpuSeconds();
    auto Read = FactsReader::open(Facts);
    if (!Read || !All.add(*Read))
      return 2;
    Spent += cpuSeconds() - Start;
  }
  const double Loaded = Spent, Start = cpuSeconds();
  All.solve();
  unsigned Answered = 0;
  for (unsigned Number = 0; Number != Units; ++Number)
    Answered += All.hasAnswers(Number);
  Spent += cpuSeconds() - Start;
  rusage Used;
  getrusage(RUSAGE_SELF, &Used);
  llvm::outs() << llvm::formatv("{0} units, {1} functions, {2} calls; {3} bytes per unit\n"
                                "read {4:f2} s, solved {5:f2} s, together {6:f2} s of CPU; peak {7} MB; {8} "
                                "of {0} questions answered\n",
                                Units, All.functions(), All.calls(), Bytes / Units, Loaded, Spent - Loaded,
                                Spent, Used.ru_maxrss / 1024, Answered);
  return 0;
}
