// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "LinkRun.h"

#include "FactsFile.h"
#include "Output.h"
#include "Paths.h"
#include "Program.h"
#include "SourceText.h"
#include "facts/Linked.h"
#include "model/Timing.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

#include <memory>

namespace asynciter {
namespace {

/// Places in facts have no offsets: their files say, if they are there.
void findOffsets(std::vector<Result> &Results, SourceText &Sources) {
  for (Result &Each : Results)
    for (ResultNote &Note : Each.Notes)
      if (!Note.At.Offset)
        Note.At.Offset = Sources.offset(Note.At.File, Note.At.Line, Note.At.Column);
}

/// Facts whose bytes are in memory, or can be read again.
class Units {
public:
  explicit Units(std::string Root) : Root(std::move(Root)) {}

  unsigned addBytes(llvm::StringRef Bytes) {
    All.push_back({Bytes, {}, nullptr, nullptr});
    return All.size() - 1;
  }
  unsigned addFile(std::string Path) {
    All.push_back({{}, std::move(Path), nullptr, nullptr});
    return All.size() - 1;
  }

  const FactsDetails *open(unsigned Number) {
    Each &Of = All[Number];
    if (Of.Details)
      return Of.Details.get();
    llvm::StringRef Bytes = Of.Bytes;
    if (!Of.Path.empty()) {
      auto Read = llvm::MemoryBuffer::getFile(Of.Path);
      if (!Read)
        return nullptr;
      Of.Buffer = std::move(*Read);
      Bytes = Of.Buffer->getBuffer();
    }
    auto Reader = FactsReader::open(Bytes);
    if (!Reader) {
      llvm::consumeError(Reader.takeError());
      return nullptr;
    }
    Of.Details = std::make_unique<FactsDetails>(*Reader, Root);
    return Of.Details.get();
  }

private:
  struct Each {
    llvm::StringRef Bytes;
    std::string Path;
    std::unique_ptr<llvm::MemoryBuffer> Buffer;
    std::unique_ptr<FactsDetails> Details;
  };
  std::string Root;
  std::vector<Each> All;
};

/// Takes away what other units refute, and adds the answers to the results of the units, which the program
/// knows by the given numbers.
void answerAll(const Program &Linked, Units &Facts, llvm::ArrayRef<UnitResult *> Of) {
  SourceText Sources;
  for (unsigned Number = 0; Number != Of.size(); ++Number) {
    llvm::erase_if(Of[Number]->Results, [&](const Result &Each) {
      return Each.AssumedOf && Linked.borrows(Each.AssumedOf, Each.AssumedParameter) == false;
    });
    if (!Linked.hasAnswers(Number))
      continue;
    std::vector<FactsQuestion> Questions;
    const FactsDetails *From = Facts.open(Number);
    auto Read = From ? From->unit(&Questions) : llvm::createStringError("gone");
    if (!Read) {
      llvm::consumeError(Read.takeError());
      continue;
    }
    std::vector<Result> Found =
        Linked.answer(Number, Questions, [&](unsigned Unit) { return Facts.open(Unit); });
    findOffsets(Found, Sources);
    llvm::append_range(Of[Number]->Results, std::move(Found));
  }
}

class Linker {
public:
  explicit Linker(const LinkOptions &How) : How(How), Facts(absolutePath(How.Root)) {}

  std::vector<UnitResult> run() {
    std::vector<UnitResult> Results;
    std::vector<std::size_t> Linked;
    for (const std::string &File : How.Files) {
      UnitResult &Into = Results.emplace_back();
      Into.File = absolutePath(File);
      if (llvm::Error Wrong = add(File, Into)) {
        Into = UnitResult();
        Into.File = absolutePath(File);
        Into.Is = UnitResult::Failed;
        Into.Errors = {"asynciter-lint: error: " + File + ": " + llvm::toString(std::move(Wrong))};
        continue;
      }
      Linked.push_back(Results.size() - 1);
    }
    All.solve();
    // One unit alone is no program.
    if (Linked.size() > 1) {
      std::vector<UnitResult *> Known;
      for (const std::size_t Index : Linked)
        Known.push_back(&Results[Index]);
      answerAll(All, Facts, Known);
    }
    if (!How.FactsOut.empty())
      writeBlocking();
    return Results;
  }

  bool failed() const { return Failed; }

private:
  /// For `Linked`, which reads it.
  void writeBlocking() {
    const std::string Root = absolutePath(How.Root), Out = absolutePath(How.FactsOut);
    llvm::json::Object Functions, Files;
    All.forEachBlocking([&](unsigned Unit) { return Facts.open(Unit); },
                        [&](const Program::Witness &Each) {
                          llvm::json::Array Notes, Unless;
                          for (const ResultNote &Note : Each.Notes) {
                            llvm::StringRef File = Note.At.File;
                            const auto Hash = Hashes.find(File);
                            File.consume_front(Root + "/");
                            if (Hash != Hashes.end())
                              Files[File] = Hash->second;
                            Notes.push_back(llvm::json::Object{{"file", File.str()},
                                                               {"line", Note.At.Line},
                                                               {"column", Note.At.Column},
                                                               {"text", llvm::json::fixUTF8(Note.Message)}});
                          }
                          for (const FactsCondition &One : Each.Open) {
                            Unless.push_back(One.Kind);
                            Unless.push_back(One.Subject);
                          }
                          Functions[llvm::utohexstr(Each.Id)] =
                              llvm::json::Object{{"name", Each.End},
                                                 {"because", Each.Because},
                                                 {"kind", Each.Kind},
                                                 {"unless", std::move(Unless)},
                                                 {"notes", std::move(Notes)}};
                        });
    llvm::json::Value Whole =
        llvm::json::Object{{"version", Linked::FormatVersion},
                           {"root", relativeTo(llvm::sys::path::parent_path(Out), Root)},
                           {"files", std::move(Files)},
                           {"functions", std::move(Functions)}};
    Failed = !writeOutput(How.FactsOut, llvm::formatv("{0}\n", Whole).str());
  }

  /// How to get from one folder to another.
  static std::string relativeTo(llvm::StringRef From, llvm::StringRef To) {
    std::string Up;
    for (; !From.empty() && From != "/"; From = llvm::sys::path::parent_path(From)) {
      llvm::StringRef Rest = To;
      if (Rest.consume_front(From) && (Rest.empty() || Rest.consume_front("/")))
        return Up + Rest.str();
      Up += "../";
    }
    return To.str();
  }

  llvm::Error add(const std::string &File, UnitResult &Into) {
    auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!Buffer)
      return llvm::createStringError("cannot be read: " + Buffer.getError().message() +
                                     "; make it with 'asynciter-lint facts'");
    auto Reader = FactsReader::open((*Buffer)->getBuffer());
    if (!Reader)
      return Reader.takeError();
    const FactsDetails Details(*Reader, absolutePath(How.Root));
    if (How.CheckSources)
      for (const FactsSource &Each : Details.sources())
        if (Each.Hash && hasChanged(Each))
          return llvm::createStringError("is stale: '" + displayPath(Each.File) +
                                         "' has changed since; make it anew");
    if (!How.FactsOut.empty())
      for (const FactsSource &Each : Details.sources())
        if (Each.Hash)
          Hashes[Each.File] = Each.Hash;
    auto Unit = Details.unit(nullptr);
    if (!Unit)
      return Unit.takeError();
    if (!All.add(*Reader))
      return llvm::createStringError("is damaged; make it anew");
    Into = std::move(*Unit);
    Facts.addFile(File);
    return llvm::Error::success();
  }

  /// A source that is not here cannot be told from one that is as it was.
  bool hasChanged(const FactsSource &Source) {
    const auto [Known, IsNew] = Now.try_emplace(Source.File, 0);
    if (IsNew)
      if (auto Text = llvm::MemoryBuffer::getFile(Source.File))
        Known->second = hashOfContents((*Text)->getBuffer());
    return Known->second && Known->second != Source.Hash;
  }

  const LinkOptions &How;
  Program All;
  Units Facts;
  llvm::StringMap<std::uint32_t> Now;
  /// Of the sources, as they were.
  llvm::StringMap<std::uint32_t> Hashes;
  bool Failed = false;
};

/// The facts of units in memory.
struct InMemory {
  InMemory(llvm::ArrayRef<UnitResult> Units, llvm::StringRef Root) : Facts(Root.str()) {
    for (unsigned Number = 0; Number != Units.size(); ++Number) {
      if (Units[Number].Facts.empty())
        continue;
      auto Reader = FactsReader::open(Units[Number].Facts);
      if (!Reader || !All.add(*Reader))
        llvm::report_fatal_error("facts in memory are damaged");
      Facts.addBytes(Units[Number].Facts);
      Numbers.push_back(Number);
    }
  }

  Program All;
  Units Facts;
  /// Of the units that have facts.
  std::vector<unsigned> Numbers;
};

} // namespace

std::set<Program::Missing> missingFrom(llvm::ArrayRef<UnitResult> Units, llvm::StringRef Root) {
  const Timing::Scope Timed(Timing::Link);
  InMemory Known(Units, Root);
  std::set<Program::Missing> Found;
  for (const Program::Missing &Each :
       Known.All.missing([&](unsigned Unit) { return Known.Facts.open(Unit); }))
    Found.insert({Known.Numbers[Each.Unit], Each.Name, Each.HasManyPlaces});
  for (unsigned Number = 0; Number != Units.size(); ++Number)
    for (const Result &Each : Units[Number].Results)
      if (Each.AssumedOf && !Known.All.borrows(Each.AssumedOf, Each.AssumedParameter))
        Found.insert({Number, Each.AssumedName, false});
  return Found;
}

void linkUnits(std::vector<UnitResult> &Results, llvm::StringRef Root) {
  const Timing::Scope Timed(Timing::Link);
  InMemory Known(Results, Root);
  std::vector<UnitResult *> Linked;
  for (const unsigned Number : Known.Numbers)
    Linked.push_back(&Results[Number]);
  if (Linked.size() < 2)
    return;
  Known.All.solve();
  answerAll(Known.All, Known.Facts, Linked);
}

std::vector<UnitResult> linkFiles(const LinkOptions &How) {
  const Timing::Scope Timed(Timing::Link);
  Linker Run(How);
  std::vector<UnitResult> Results = Run.run();
  if (Run.failed()) {
    Results.emplace_back().Is = UnitResult::Failed;
    Results.back().File = absolutePath(How.FactsOut);
  }
  return Results;
}

} // namespace asynciter
