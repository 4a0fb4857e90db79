// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Linked.h"

#include "facts/Chain.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

#include <map>
#include <mutex>

using namespace clang;

namespace asynciter {

namespace {

namespace json = llvm::json;

std::string text(const json::Object &In, llvm::StringRef Name) {
  return In.getString(Name).value_or("").str();
}

std::string pathIn(llvm::StringRef Root, llvm::StringRef File) {
  llvm::SmallString<256> Path(File);
  if (!llvm::sys::path::is_absolute(Path))
    Path = (Root + "/" + File).str();
  llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return std::string(Path);
}

Linked::Entry readEntry(const json::Object &From, llvm::StringRef Root) {
  Linked::Entry Read{text(From, "name"), text(From, "because"), text(From, "kind"), {}, {}};
  if (const json::Array *Open = From.getArray("unless"))
    for (std::size_t At = 0; At + 1 < Open->size(); At += 2)
      Read.Open.push_back({static_cast<Condition::Kind>((*Open)[At].getAsInteger().value_or(0)),
                           static_cast<int>((*Open)[At + 1].getAsInteger().value_or(0)), ""});
  if (const json::Array *Notes = From.getArray("notes"))
    for (const json::Value &Each : *Notes)
      if (const json::Object *Note = Each.getAsObject())
        Read.Notes.push_back(
            {{pathIn(Root, text(*Note, "file")), unsigned(Note->getInteger("line").value_or(0)),
              unsigned(Note->getInteger("column").value_or(0))},
             text(*Note, "text")});
  return Read;
}

/// Where a chain goes on: a call, and the call before it.
struct Stop {
  const Way *By;
  int Before;
};

/// Of a function of this unit, how it leads out.
const Outline *outlineOf(const FunctionDecl *Body, const Summary &Known) {
  for (const Outline &Each : Known.functions())
    if (Body && Each.Body == Body->getCanonicalDecl())
      return &Each;
  return nullptr;
}

/// Whether nothing that is passed on the way there makes it harmless.
bool isMet(std::vector<Condition> Open, llvm::ArrayRef<Stop> Stops, int Last) {
  for (int At = Last; At >= 0; At = Stops[At].Before) {
    const std::optional<std::vector<Passed>> &Given = Stops[At].By->Given;
    if (!Given && Open.empty())
      continue;
    if (!Given)
      return false;
    std::vector<Condition> Left;
    for (const Passed &Each : *Given)
      for (const Condition::Kind Kind : GuardKinds)
        if (Each.Subject == Passed::Guard && (Each.Holds >> Kind & 1))
          Left.push_back({Kind, Each.From, ""});
    for (const Condition &Asked : Open)
      for (const Passed &Each : *Given) {
        if (Each.Subject != Asked.Subject)
          continue;
        if (Each.Holds >> Asked.Is & 1)
          return false;
        if (Each.From)
          Left.push_back({Asked.Is, Each.From, ""});
      }
    Open = std::move(Left);
  }
  return true;
}

void report(const Linked::Entry &Why, llvm::ArrayRef<Stop> Stops, int Last, Question Open, const Unit &In,
            Reporter &Out) {
  SourceManager &Sources = In.context().getSourceManager();
  Finding Found = std::move(Open.IfSo);
  if (Open.EndsWithReason)
    Found.Message += "`" + Why.Name + "` " + Why.Because;
  std::vector<Note> Chain;
  for (int At = Last; Stops[At].Before >= 0; At = Stops[At].Before) {
    const Step &By = Stops[At].By->By;
    Chain.push_back({By.At, tellLink(Stops[Stops[At].Before].By->By.Callee, By.How, By.Callee, "")});
  }
  std::reverse(Chain.begin(), Chain.end());
  for (const auto &[At, Text] : Why.Notes) {
    std::string Told = Text;
    if (const std::size_t Name = Told.find(Linked::Callee[0]); Name != std::string::npos)
      Told.replace(Name, 1, Stops[Last].By->By.Callee);
    SourceLocation Place;
    if (const auto File = Sources.getFileManager().getOptionalFileRef(At.File))
      Place = Sources.translateLineCol(Sources.getOrCreateFileID(*File, SrcMgr::C_User), At.Line, At.Column);
    if (Place.isInvalid()) {
      Place = Found.At;
      Told = At.File + ":" + std::to_string(At.Line) + ": " + Told;
    }
    Chain.push_back({Place, std::move(Told)});
  }
  for (const auto &[Kind, What] : Open.Instead)
    if (Kind == Why.Kind)
      Chain.push_back({Found.At, "instead, " + What});
  Found.Notes.insert(Found.Notes.begin(), Chain.begin(), Chain.end());
  Found.NotesAreAChain = true;
  Out.report(std::move(Found));
}

/// Whether this unit has been told that the file is of no use.
struct Complaints {
  explicit Complaints(const Unit &) {}
  mutable bool Made = false;
};

} // namespace

llvm::Expected<std::shared_ptr<const Linked>> Linked::load(llvm::StringRef Path) {
  static std::mutex Guard;
  static std::map<std::string, std::shared_ptr<const Linked>> Known;
  const std::lock_guard<std::mutex> Held(Guard);
  std::shared_ptr<const Linked> &Kept = Known[Path.str()];
  if (Kept)
    return Kept;
  auto Text = llvm::MemoryBuffer::getFile(Path);
  if (!Text)
    return llvm::createStringError("cannot be read: " + Text.getError().message());
  auto Parsed = json::parse((*Text)->getBuffer());
  if (!Parsed) {
    llvm::consumeError(Parsed.takeError());
    return llvm::createStringError("is damaged");
  }
  const json::Object *All = Parsed->getAsObject();
  const json::Object *Functions = All ? All->getObject("functions") : nullptr;
  if (!Functions || All->getInteger("version") != FormatVersion)
    return llvm::createStringError("was made by another version of asynciter-lint");
  llvm::SmallString<256> Root(llvm::sys::path::parent_path(Path));
  llvm::sys::path::append(Root, text(*All, "root"));
  auto Made = std::make_shared<Linked>();
  for (const auto &[Name, Value] : *Functions) {
    GlobalId Id = 0;
    if (const json::Object *Each = Value.getAsObject(); Each && !llvm::StringRef(Name).getAsInteger(16, Id))
      Made->Entries[Id] = readEntry(*Each, Root);
  }
  if (const json::Object *Files = All->getObject("files"))
    for (const auto &[Name, Hash] : *Files)
      Made->Hashes[pathIn(Root, Name)] = std::uint32_t(Hash.getAsInteger().value_or(0));
  return Kept = std::move(Made);
}

std::optional<std::string> Linked::changedSince(const Entry &Of, FileManager &Files) const {
  for (const auto &[At, Text] : Of.Notes)
    if (const auto Then = Hashes.find(At.File); Then != Hashes.end())
      if (const auto Now = Files.getBufferForFile(At.File);
          Now && hashOfContents((*Now)->getBuffer()) != Then->second)
        return At.File;
  return std::nullopt;
}

std::uint32_t hashOfContents(llvm::StringRef Text) { return std::uint32_t(llvm::xxh3_64bits(Text)); }

void askOrAnswer(Question Open, llvm::StringRef File, const Unit &In, Reporter &Out) {
  if (File.empty())
    return Out.ask(std::move(Open));
  SourceManager &Sources = In.context().getSourceManager();
  auto Complain = [&](const std::string &Why) {
    if (!std::exchange(In.facts<Complaints>().Made, true))
      Out.report({Sources.getLocForStartOfFile(Sources.getMainFileID()),
                  "what blocks in other files is not known: `" + File.str() + "` " + Why});
  };
  auto Known = Linked::load(File);
  if (!Known)
    return Complain(llvm::toString(Known.takeError()));
  // Breadth first, so that the shortest way is told.
  std::vector<Stop> Stops;
  llvm::DenseSet<const FunctionDecl *> Seen;
  for (const Way &Each : Open.Ways)
    Stops.push_back({&Each, -1});
  for (std::size_t At = 0; At != Stops.size(); ++At) {
    const Way &By = *Stops[At].By;
    const Linked::Entry *Why = By.To.Id ? (*Known)->find(By.To.Id) : nullptr;
    if (Why && (Open.ButFor.empty() || Why->Kind != Open.ButFor) && isMet(Why->Open, Stops, At)) {
      if (const auto Changed = (*Known)->changedSince(*Why, Sources.getFileManager()))
        return Complain("is stale: `" + *Changed + "` has changed since; link anew");
      return report(*Why, Stops, At, Open, In, Out);
    }
    if (By.To.Body && Seen.insert(By.To.Body).second)
      if (const Outline *Inner = outlineOf(By.To.Body, In.facts<Summary>()))
        for (const Way &Each : Inner->Ways)
          Stops.push_back({&Each, int(At)});
  }
}

} // namespace asynciter
