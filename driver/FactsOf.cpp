// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "FactsOf.h"

#include "Paths.h"
#include "facts/Linked.h"
#include "model/Unit.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/Path.h"

#include <map>
#include <set>

using namespace clang;

namespace asynciter {
namespace {

std::string absoluteName(FileEntryRef Entry, const SourceManager &SM) {
  llvm::SmallString<256> Path(Entry.getName());
  SM.getFileManager().makeAbsolutePath(Path);
  llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return std::string(Path);
}

template <typename T> void forEachFile(const SourceManager &SM, T Visit) {
  for (unsigned Index = 0; Index != SM.local_sloc_entry_size(); ++Index) {
    const SrcMgr::SLocEntry &Entry = SM.getLocalSLocEntry(Index);
    if (!Entry.isFile())
      continue;
    if (const auto &Content = Entry.getFile().getContentCache(); Content.OrigEntry)
      Visit(*Content.OrigEntry, Entry.getFile().getFileCharacteristic(), Content);
  }
}

class Collector {
public:
  Collector(const Unit &Source, UnitFacts &Into)
      : SM(Source.context().getSourceManager()), Language(Source.context().getLangOpts()), Into(Into) {}

  void addSources() {
    std::map<std::string, std::uint32_t> Sorted;
    forEachFile(
        SM, [&](FileEntryRef Entry, SrcMgr::CharacteristicKind Kind, const SrcMgr::ContentCache &Content) {
          if (Kind == SrcMgr::C_User)
            if (const auto Text = Content.getBufferDataIfLoaded())
              Sorted.emplace(absoluteName(Entry, SM), hashOfContents(*Text));
        });
    if (const auto Main = SM.getFileEntryRefForID(SM.getMainFileID())) {
      const auto Known = Sorted.extract(absoluteName(*Main, SM));
      if (Known)
        Into.Sources.push_back({Known.key(), Known.mapped()});
    }
    for (const auto &[File, Hash] : Sorted)
      Into.Sources.push_back({File, Hash});
  }

  void addFunctions(const Summary &From) {
    for (const Outline &Each : From.functions())
      Index[Each.Body] = Index.size();
    for (const Outline &Each : From.functions()) {
      FactsFunction Made;
      Made.Id = Each.Id;
      Made.Name = Each.Name;
      Made.At = place(Each.At);
      for (const Step &Link : Each.Chain)
        Made.Chain.push_back(step(Link));
      Made.End = Each.Why.Name;
      Made.Because = Each.Why.Because;
      Made.Kind = Each.Why.Kind;
      for (const Condition &One : Each.Why.Open)
        Made.Open.push_back({unsigned(One.Is), unsigned(One.Subject)});
      llvm::sort(Made.Open);
      Made.Open.erase(std::unique(Made.Open.begin(), Made.Open.end()), Made.Open.end());
      Made.Ways = ways(Each.Ways);
      Made.Slot = Each.Slot;
      Made.Overrides = Each.Overrides;
      Into.Functions.push_back(std::move(Made));
    }
    Into.Harmless = From.harmless();
    for (const Borrowing &Each : From.borrowings())
      Into.Borrowings.push_back({Each.Of, Each.Parameters});
    for (const Assigned &Each : From.assigned())
      Into.Variables.push_back({Each.Variable, Each.Held ? target(*Each.Held) : FactsTarget()});
  }

  void addQuestions(llvm::ArrayRef<Asked> Open) {
    for (const Asked &Each : Open)
      Into.Questions.push_back({toResult({Each.By, Each.What.IfSo}, SM, Language), Each.What.EndsWithReason,
                                Each.What.ButFor, ways(Each.What.Ways), Each.What.Instead});
  }

private:
  Place place(SourceLocation At) const {
    const SourceLocation Written = SM.getFileLoc(At);
    return Written.isValid() ? toPlace(Written, SM, Language) : Place();
  }

  FactsStep step(const Step &Of) const { return {Of.How, Of.Callee, place(Of.At), Of.IsOverriddenElsewhere}; }

  FactsTarget target(const Target &Of) const {
    const auto Known = Index.find(Of.Body);
    return {Of.Id, Known == Index.end() ? FactsTarget::Nowhere : Known->second};
  }

  std::vector<FactsWay> ways(const std::vector<Way> &Of) const {
    std::vector<FactsWay> Made;
    for (const Way &Each : Of)
      Made.push_back({target(Each.To), step(Each.By), Each.Given});
    return Made;
  }

  const SourceManager &SM;
  const LangOptions &Language;
  UnitFacts &Into;
  llvm::DenseMap<const FunctionDecl *, unsigned> Index;
};

} // namespace

UnitFacts factsOf(const Unit &Source, llvm::ArrayRef<Asked> Open, const Settings &Use) {
  UnitFacts Made;
  Made.Settings = Use.Hash;
  Collector Collect(Source, Made);
  Collect.addSources();
  if (!Use.ConfigFile.empty())
    Made.Sources.push_back({absolutePath(Use.ConfigFile), Use.ConfigHash});
  Collect.addFunctions(Source.facts<Summary>());
  Collect.addQuestions(Open);
  return Made;
}

std::vector<std::string> inputsOf(const SourceManager &SM) {
  std::set<std::string> Sorted;
  forEachFile(SM, [&](FileEntryRef Entry, SrcMgr::CharacteristicKind, const SrcMgr::ContentCache &) {
    Sorted.insert(absoluteName(Entry, SM));
  });
  return {Sorted.begin(), Sorted.end()};
}

} // namespace asynciter
