// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Options.h"

#include "Output.h"
#include "Paths.h"
#include "Selection.h"
#include "Version.h"
#include "launcher/RunKey.h"

#include "clang/Basic/Version.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace asynciter {
namespace {

cl::OptionCategory Ours("asynciter-lint options");

cl::list<std::string> Files(cl::Positional, cl::cat(Ours), cl::desc("[file...] [-- compiler options...]"));
cl::opt<std::string> BuildPath("p", cl::cat(Ours), cl::value_desc("folder"),
                               cl::desc("Where compile_commands.json is; searched for from the "
                                        "first file upwards when not given"));
cl::opt<std::string> Rules("rules", cl::cat(Ours), cl::value_desc("globs"),
                           cl::desc("Comma-separated globs of rule names to switch on, or off "
                                    "with '-' in front, on top of the default"));
cl::opt<bool> ListRules("list-rules", cl::cat(Ours), cl::desc("Show all rules, and which are on"));
cl::opt<std::string> Explain("explain", cl::cat(Ours), cl::value_desc("rule"),
                             cl::desc("Show a rule's page"));
cl::opt<std::string> FormatName("format", cl::cat(Ours), cl::init("text"), cl::value_desc("text|sarif"),
                                cl::desc("How to write the findings"));
cl::opt<std::string> Output("output", cl::cat(Ours), cl::value_desc("file"),
                            cl::desc("Write the findings to a file, whole or not at all"));
cl::opt<std::string> ConfigFile("config", cl::cat(Ours), cl::value_desc("file"),
                                cl::desc("Use this config file for all sources; by default each "
                                         "uses the nearest .asynciter.yaml above it"));
cl::opt<std::string> Fix("fix", cl::cat(Ours), cl::ValueOptional, cl::value_desc("safe|unsafe"),
                         cl::desc("Apply the fixes that are safe, or also those that a person "
                                  "must read"));
cl::opt<std::string> HeaderFilter("header-filter", cl::cat(Ours), cl::value_desc("regex"),
                                  cl::desc("Report only in headers whose path fits; by default "
                                           "in all that are not system headers"));
cl::opt<std::string> Jobs("j", cl::cat(Ours), cl::Prefix, cl::value_desc("N"),
                          cl::desc("Lint N files at once; when not given, one "
                                   "per core, if there is memory for them"));
cl::opt<bool> Thorough("thorough", cl::cat(Ours),
                       cl::desc("Parse all of all units, also what cannot matter"));
cl::opt<bool> NoSharedHeader("no-shared-header", cl::cat(Ours),
                             cl::desc("Parse headers that many units include for each unit anew"));
cl::opt<bool> Quiet("quiet", cl::cat(Ours), cl::desc("Print no summary"));
cl::alias OutputShort("o", cl::cat(Ours), cl::aliasopt(Output), cl::desc("The same as --output"));
cl::opt<std::string> Root("root", cl::cat(Ours), cl::value_desc("folder"),
                          cl::desc("What paths in facts files and in the cache are relative to; "
                                   "by default this folder"));
cl::opt<std::string> CacheFolder("cache-dir", cl::cat(Ours), cl::value_desc("folder"),
                                 cl::desc("Where to keep what was found, for the next run; by default "
                                          "$ASYNCITER_CACHE_DIR, or asynciter in the user's cache folder"));
cl::opt<std::string> CacheSize("cache-size", cl::cat(Ours), cl::init("1024"), cl::value_desc("MB"),
                               cl::desc("Keep no more than that there"));
cl::opt<bool> NoCache("no-cache", cl::cat(Ours), cl::desc("Read and write no cache"));
cl::opt<std::string> DepFile("depfile", cl::cat(Ours), cl::value_desc("file"),
                             cl::desc("facts: list in this file what the facts were made of, for "
                                      "Make and Ninja"));
cl::opt<std::string>
    CompiledTo("compiled-to", cl::cat(Ours), cl::value_desc("text"),
               cl::desc("facts: of several commands for the source, take the one whose output in the "
                        "compile database has this in it; by default the first"));
cl::opt<bool> NoSourceCheck("no-source-check", cl::cat(Ours),
                            cl::desc("link: do not look whether sources have changed since"));
cl::opt<std::string> FactsOut("facts-out", cl::cat(Ours), cl::value_desc("file"),
                              cl::desc("link: write what blocks to a file, for the option Facts of "
                                       "the clang-tidy module"));
cl::opt<bool> Timed("timing", cl::cat(Ours), cl::Hidden, cl::desc("Say how long each phase and rule took"));
cl::opt<bool> Verify("verify", cl::cat(Ours), cl::Hidden, cl::desc("Compare with 'expected-' comments"));

constexpr llvm::StringLiteral Overview =
    "Finds async iteration bugs in C++20.\n\n"
    "  asynciter-lint -p build             lint all files of a build\n"
    "  asynciter-lint -p build src/a.cpp   lint one of them\n"
    "  asynciter-lint a.cpp -- -std=c++20  lint without a build\n"
    "  asynciter-lint facts -p build -o a.facts src/a.cpp\n"
    "                                      lint one file, and keep what others\n"
    "                                      need of it\n"
    "  asynciter-lint link *.facts @more   report on all, across files\n\n"
    "Findings go to the standard output, everything else to the standard\n"
    "error. The exit status is 0 without findings, 1 with findings, and 2 "
    "when\n"
    "something could not be done: a file did not compile, or the command "
    "line,\n"
    "the config or the compile database was wrong.\n";

void printVersion(llvm::raw_ostream &Out) {
  Out << "asynciter-lint " << Version << " (" << clang::getClangFullVersion() << ")\n";
}

/// Takes what follows `--` off the command line.
std::unique_ptr<clang::tooling::CompilationDatabase> takeFixed(int &argc, const char **argv) {
  for (int I = 1; I < argc; ++I) {
    if (llvm::StringRef(argv[I]) != "--")
      continue;
    std::vector<std::string> After(argv + I + 1, argv + argc);
    argc = I;
    return std::make_unique<clang::tooling::FixedCompilationDatabase>(".", std::move(After));
  }
  return nullptr;
}

bool refuse(const llvm::Twine &What) {
  complain(What);
  return false;
}

bool readFormat(Format &Into) {
  if (FormatName != "text" && FormatName != "sarif")
    return refuse("--format: '" + FormatName + "' is not a format; use 'text' or 'sarif'");
  Into = FormatName == "text" ? Format::Text : Format::Sarif;
  return true;
}

bool readFix(std::optional<FixSafety> &Into) {
  if (Fix.getNumOccurrences() == 0)
    return true;
  if (!Fix.empty() && Fix != "safe" && Fix != "unsafe")
    return refuse("--fix: '" + Fix + "' is not a kind of fixes; use 'safe' or 'unsafe'");
  Into = Fix == "unsafe" ? FixSafety::Unsafe : FixSafety::Safe;
  return true;
}

bool readJobs(unsigned &Into) {
  if (Jobs.getNumOccurrences() == 0)
    return true;
  if (llvm::StringRef(Jobs).getAsInteger(10, Into) || Into == 0 || Into > 4096)
    return refuse("-j: '" + Jobs + "' is not a number of files; use 1 or more");
  return true;
}

bool readCache(Options &Into) {
  std::uint64_t Megabytes = 0;
  if (llvm::StringRef(CacheSize).getAsInteger(10, Megabytes) || Megabytes == 0 || Megabytes > (1u << 30))
    return refuse("--cache-size: '" + CacheSize + "' is not a number of megabytes; use 1 or more");
  Into.CacheBytes = Megabytes << 20;
  if (CacheFolder.getNumOccurrences() && CacheFolder.empty())
    return refuse("--cache-dir: name a folder; --no-cache does without");
  const std::string Folder = CacheFolder.empty() ? usualCacheFolder() : CacheFolder;
  if (!NoCache && !Folder.empty())
    Into.CacheFolder = absolutePath(Folder);
  return true;
}

/// Whether all that a run like this does is printing.
bool onlyPrints(const Options &Read) {
  return Read.Do == Mode::Lint && Read.Output.empty() && !Read.Fix && !Read.Verify && !Read.ListRules &&
         !Read.Timed && Read.Explain.empty();
}

/// Takes the word that says what to do off the command line.
Mode takeMode(int &argc, const char **argv) {
  const llvm::StringRef Word = argc > 1 ? argv[1] : "";
  const Mode Found = Word == "facts" ? Mode::Facts : Word == "link" ? Mode::Link : Mode::Lint;
  if (Found != Mode::Lint) {
    std::copy(argv + 2, argv + argc, argv + 1);
    --argc;
  }
  return Found;
}

/// Takes off the command line what stands for many files: `@list`, for those that `list`
/// names, one per line. Whoever reads options would take spaces for ends.
bool takeLists(int &argc, const char **argv, std::vector<std::string> &Files) {
  int Left = 1;
  for (int I = 1; I < argc; ++I) {
    llvm::StringRef List = argv[I];
    if (!List.consume_front("@")) {
      argv[Left++] = argv[I];
      continue;
    }
    auto Text = llvm::MemoryBuffer::getFile(List);
    if (!Text)
      return refuse("cannot read the list '" + List + "': " + Text.getError().message());
    for (llvm::line_iterator Line(**Text); !Line.is_at_end(); ++Line)
      if (const llvm::StringRef Name = Line->trim(); !Name.empty())
        Files.push_back(Name.str());
  }
  argc = Left;
  return true;
}

bool checkOutputs(const Options &Read) {
  const std::string *Outputs[] = {&Read.Output, &Read.DepFile, &Read.FactsOut};
  for (const std::string *One : Outputs)
    for (const std::string *Other : Outputs)
      if (One < Other && !One->empty() && absolutePath(*One) == absolutePath(*Other))
        return refuse("'" + *One + "' would be written twice; name two files");
  return sparesInputs(Read, Read.Files);
}

bool checkMode(Options &Read) {
  const bool IsFacts = Read.Do == Mode::Facts, IsLink = Read.Do == Mode::Link;
  if (IsFacts && (Read.Files.size() != 1 || Read.Output.empty()))
    return refuse("facts: name one source file, and the facts file with -o");
  if (IsFacts && (Read.Fix || Read.As != Format::Text))
    return refuse("facts: --fix and --format are for reports, which 'asynciter-lint link' makes");
  if (IsLink && Read.Fixed)
    return refuse("link: facts files need no compiler options");
  if (IsLink &&
      (!Read.Settings.Rules.empty() || !Read.Settings.ConfigFile.empty() || Read.Settings.HeaderFilter))
    return refuse("link: --rules, --config and --header-filter decide what is found, which "
                  "'asynciter-lint facts' does; give them to that");
  if (IsLink && Read.Files.empty())
    return refuse("link: name the facts files, or a list of them with '@' in front");
  if (!IsFacts && (!Read.DepFile.empty() || !Read.CompiledTo.empty()))
    return refuse("--depfile and --compiled-to are for 'asynciter-lint facts'");
  if (!IsLink && (!Read.CheckSources || !Read.FactsOut.empty()))
    return refuse("--no-source-check and --facts-out are for 'asynciter-lint link'");
  return true;
}

bool checkRest(const Options &Read) {
  if (llvm::Error Wrong = checkOverrides(Read.Settings))
    return refuse(llvm::toString(std::move(Wrong)));
  if (!Read.Explain.empty() && !findRule(Read.Explain))
    return refuse("--explain: no rule is called '" + Read.Explain +
                  "'; 'asynciter-lint --list-rules' shows all rules");
  if (Read.Fixed && Read.Files.empty() && !Read.ListRules && Read.Explain.empty())
    return refuse("no file to lint; name it before '--'");
  if (Read.Fixed && !Read.BuildPath.empty())
    return refuse("-p: compiler options after '--' leave no use for a compile "
                  "database; give one of the two");
  return true;
}

} // namespace

bool sparesInputs(const Options &Read, llvm::ArrayRef<std::string> Inputs) {
  for (const std::string *One : {&Read.Output, &Read.DepFile, &Read.FactsOut})
    for (const std::string &Input : Inputs)
      if (isSameFile(*One, Input))
        return refuse("'" + *One +
                      "' is read, and would be overwritten; name another file for what is written");
  return true;
}

void complain(const llvm::Twine &What) {
  llvm::WithColor::error(llvm::errs(), "asynciter-lint") << What << '\n';
}

std::optional<Options> parseOptions(int argc, const char **argv) {
  Options Read;
  std::string RunKey = runKey(pathOfTool(), argc, argv);
  // Files with options are read past all that watches.
  if (llvm::any_of(llvm::ArrayRef(argv, argc), [](llvm::StringRef Each) { return Each.starts_with("@"); }))
    RunKey.clear();
  Read.Do = takeMode(argc, argv);
  if (Read.Do == Mode::Link && !takeLists(argc, argv, Read.Files))
    return std::nullopt;
  Read.Fixed = takeFixed(argc, argv);
  cl::HideUnrelatedOptions(Ours);
  cl::SetVersionPrinter(printVersion);
  if (!cl::ParseCommandLineOptions(argc, argv, Overview, &llvm::errs()))
    return std::nullopt;

  llvm::append_range(Read.Files, Files);
  Read.BuildPath = BuildPath;
  Read.Settings.Rules = Rules;
  if (HeaderFilter.getNumOccurrences())
    Read.Settings.HeaderFilter = HeaderFilter;
  Read.Settings.ConfigFile = ConfigFile;
  Read.Settings.Search = !Verify;
  Read.ListRules = ListRules;
  Read.Explain = Explain;
  Read.Output = Output;
  Read.Quiet = Quiet;
  Read.Parsed = Thorough ? Depth::Whole : Depth::Needed;
  Read.SharedHeader = !NoSharedHeader && !Thorough;
  Read.Verify = Verify;
  Read.Timed = Timed;
  Read.Root = absolutePath(Root);
  Read.DepFile = DepFile;
  Read.FactsOut = FactsOut;
  Read.CompiledTo = CompiledTo;
  Read.CheckSources = !NoSourceCheck;
  if (!readFormat(Read.As) || !readFix(Read.Fix) || !readJobs(Read.Jobs) || !readCache(Read) ||
      !checkMode(Read) || !checkOutputs(Read) || !checkRest(Read))
    return std::nullopt;
  if (onlyPrints(Read))
    Read.RunKey = std::move(RunKey);
  return Read;
}

} // namespace asynciter
