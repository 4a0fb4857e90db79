// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Commands.h"

#include "Paths.h"
#include "RecordingFileSystem.h"
#include "ResourceDir.h"

#include "clang/Driver/Driver.h"
#include "clang/Driver/Options.h"
#include "clang/Driver/Types.h"
#include "clang/Tooling/ArgumentsAdjusters.h"
#include "clang/Tooling/JSONCompilationDatabase.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <map>
#include <set>

using namespace clang;
using namespace clang::driver;
using namespace clang::tooling;
namespace path = llvm::sys::path;
namespace fs = llvm::sys::fs;

namespace asynciter {
namespace {

constexpr llvm::StringLiteral DatabaseName = "compile_commands.json";

llvm::Error noDatabase(const llvm::Twine &Where) {
  return llvm::createStringError("no compile database (" + DatabaseName + ") " + Where +
                                 ". Make one with 'cmake -S . -B build "
                                 "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON' or 'bear -- make' and name its "
                                 "folder with -p, or give the compiler's options after '--'");
}

/// The nearest database in `Directory` or above it.
std::string searchUpwards(llvm::StringRef Directory, Footprint &Seen) {
  for (; !Directory.empty(); Directory = path::parent_path(Directory)) {
    llvm::SmallString<256> Candidate(Directory);
    path::append(Candidate, DatabaseName);
    if (Seen.look(Candidate) != Being::Missing)
      return std::string(Candidate);
  }
  return {};
}

llvm::Expected<std::unique_ptr<CompilationDatabase>> loadDatabase(llvm::StringRef File, Footprint &Seen) {
  Seen.look(absolutePath(File));
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer)
    return llvm::createStringError("cannot read the compile database '" + File +
                                   "': " + Buffer.getError().message());
  // Clang's own reader says no more than that it failed.
  auto Parsed = llvm::json::parse((*Buffer)->getBuffer());
  auto Remade = [](const llvm::Twine &What) {
    return llvm::createStringError(What + "; make it anew, for example with "
                                          "'cmake -S . -B build "
                                          "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON'");
  };
  if (!Parsed)
    return Remade("the compile database '" + File + "' is broken: " + llvm::toString(Parsed.takeError()));
  std::string Error;
  std::unique_ptr<CompilationDatabase> Database = JSONCompilationDatabase::loadFromBuffer(
      (*Buffer)->getBuffer(), Error, JSONCommandLineSyntax::AutoDetect);
  if (!Database)
    return Remade("the compile database '" + File + "' is broken: " + Error);
  if (Database->getAllCompileCommands().empty())
    return Remade("the compile database '" + File + "' has no entries");
  return inferMissingCompileCommands(expandResponseFiles(inferTargetAndDriverMode(std::move(Database)),
                                                         recording(llvm::vfs::getRealFileSystem(), Seen)));
}

/// The arguments that must go: what this Clang does not know (options of
/// another compiler), and what would write files beside the build's own.
bool mustGo(const llvm::opt::Arg &Each) {
  switch (Each.getOption().getID()) {
  case options::OPT_UNKNOWN:
  case options::OPT_save_temps:
  case options::OPT_save_temps_EQ:
  case options::OPT_ftime_trace:
  case options::OPT_ftime_trace_EQ:
  case options::OPT__serialize_diags:
    return true;
  default:
    return false;
  }
}

/// A command line as the driver reads it.
struct ReadArguments {
  explicit ReadArguments(const CommandLineArguments &Arguments) {
    std::vector<const char *> Raw;
    for (const std::string &Each : Arguments)
      Raw.push_back(Each.c_str());
    llvm::ArrayRef<const char *> Rest = llvm::ArrayRef(Raw).drop_front();
    Mode = getDriverMode(Raw[0], Rest).str();
    IsCl = IsClangCL(Mode);
    unsigned MissingIndex, MissingCount;
    Parsed =
        getDriverOptTable().ParseArgs(Rest, MissingIndex, MissingCount,
                                      llvm::opt::Visibility(IsCl ? options::CLOption : options::ClangOption));
  }

  std::string Mode;
  bool IsCl;
  llvm::opt::InputArgList Parsed;
};

CommandLineArguments dropRefused(const CommandLineArguments &Arguments, llvm::StringRef) {
  ReadArguments Read(Arguments);
  std::set<size_t> Gone;
  for (const llvm::opt::Arg *Each : Read.Parsed) {
    if (Read.IsCl || !mustGo(*Each))
      continue;
    size_t Index = Each->getIndex() + 1;
    Gone.insert(Index);
    if (Each->getOption().getKind() == llvm::opt::Option::SeparateClass)
      Gone.insert(Index + 1);
  }
  // A precompiled header of another compiler cannot be read; the header that
  // it was made from is named beside it.
  for (size_t I = 0; I + 3 < Arguments.size(); ++I)
    if (Arguments[I] == "-Xclang" && Arguments[I + 1] == "-include-pch")
      Gone.insert({I, I + 1, I + 2, I + 3});

  CommandLineArguments Kept;
  for (auto [Index, Each] : llvm::enumerate(Arguments))
    if (!Gone.count(Index))
      Kept.push_back(Each);
  return Kept;
}

/// Notes where a program is, and where it is not.
void lookWhereProgramsAre(llvm::StringRef Name, Footprint &Seen) {
  if (Name.contains('/')) {
    Seen.look(absolutePath(Name));
    return;
  }
  llvm::SmallVector<llvm::StringRef> Folders;
  llvm::StringRef(std::getenv("PATH")).split(Folders, ':', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (const llvm::StringRef Each : Folders) {
    const std::string Path = absolutePath((Each + "/" + Name).str());
    if (Seen.look(Path) != Being::Missing)
      return;
  }
}

/// Clang finds its libraries beside its binary, which a link may stand for.
CommandLineArguments resolveCompiler(CommandLineArguments Arguments, Footprint &Seen) {
  if (!path::filename(Arguments[0]).contains("clang"))
    return Arguments;
  llvm::SmallString<256> Real;
  auto Found = llvm::sys::findProgramByName(Arguments[0]);
  lookWhereProgramsAre(Arguments[0], Seen);
  if (Found && !fs::real_path(*Found, Real))
    Arguments[0] = std::string(Real);
  return Arguments;
}

ArgumentsAdjuster adjuster() {
  CommandLineArguments Ours = {"-Wno-everything", "-fsyntax-only", "-resource-dir=" + resourceDir()};
  ArgumentsAdjuster Result =
      combineAdjusters(getClangStripOutputAdjuster(), getClangStripDependencyFileAdjuster());
  Result = combineAdjusters(Result, getStripPluginsAdjuster());
  Result = combineAdjusters(Result, dropRefused);
  return combineAdjusters(Result, getInsertArgumentAdjuster(Ours, ArgumentInsertPosition::END));
}

std::string outputOf(const CompileCommand &Each) {
  if (!Each.Output.empty())
    return Each.Output;
  const auto Option = llvm::find(Each.CommandLine, "-o");
  return Option == Each.CommandLine.end() || Option + 1 == Each.CommandLine.end() ? "" : *(Option + 1);
}

} // namespace

llvm::Expected<std::unique_ptr<CompilationDatabase>>
findDatabase(llvm::StringRef BuildPath, llvm::ArrayRef<std::string> Files, Footprint &Seen) {
  if (!BuildPath.empty()) {
    llvm::SmallString<256> File(BuildPath);
    if (fs::is_directory(File))
      path::append(File, DatabaseName);
    if (!fs::exists(File))
      return noDatabase("at '" + BuildPath + "'");
    return loadDatabase(File, Seen);
  }
  std::string Start = Files.empty() ? absolutePath(".") : path::parent_path(absolutePath(Files[0])).str();
  std::string File = searchUpwards(Start, Seen);
  if (File.empty())
    return noDatabase("in '" + Start + "' or above");
  return loadDatabase(File, Seen);
}

std::vector<Command> commandsFor(const CompilationDatabase &Database, llvm::ArrayRef<std::string> Files,
                                 Footprint &Seen) {
  std::vector<std::string> Named(Files);
  if (Named.empty())
    Named = Database.getAllFiles();
  for (std::string &File : Named)
    File = absolutePath(File);
  llvm::sort(Named);
  Named.erase(std::unique(Named.begin(), Named.end()), Named.end());

  ArgumentsAdjuster Adjust = adjuster();
  std::vector<Command> Result;
  for (const std::string &File : Named) {
    std::map<std::vector<std::string>, std::size_t> Known;
    for (const CompileCommand &Each : Database.getCompileCommands(File))
      if (!Each.CommandLine.empty()) {
        auto Arguments = resolveCompiler(Adjust(Each.CommandLine, File), Seen);
        const auto [At, IsNew] = Known.try_emplace(Arguments, Result.size());
        if (IsNew)
          Result.push_back({File, Each.Directory, std::move(Arguments)});
        Result[At->second].Outputs.push_back(outputOf(Each));
      }
    if (Known.empty())
      Result.push_back({File, {}, {}});
  }
  return Result;
}

std::vector<std::string> optionsOf(const Command &Each) {
  std::vector<std::string> Options = {Each.Directory};
  for (const std::string &Argument : Each.Arguments) {
    llvm::SmallString<256> Path(Argument);
    llvm::sys::fs::make_absolute(Each.Directory, Path);
    path::remove_dots(Path, /*remove_dot_dot=*/true);
    if (Path != Each.File)
      Options.push_back(Argument);
  }
  return Options;
}

bool isCxx(const Command &Each) {
  ReadArguments Read(Each.Arguments);
  if (Read.Parsed.hasArg(options::OPT__SLASH_TP))
    return true;
  types::ID Type;
  if (const llvm::opt::Arg *Named = Read.Parsed.getLastArg(options::OPT_x))
    Type = types::lookupTypeForTypeSpecifier(Named->getValue());
  else
    Type = types::lookupTypeForExtension(path::extension(Each.File).ltrim('.'));
  // A C++ driver takes C files for C++.
  if (Read.Mode == "g++" && (Type == types::TY_C || Type == types::TY_CHeader))
    return true;
  return Type != types::TY_INVALID && types::isCXX(Type);
}

} // namespace asynciter
