// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Libraries.h"

#include "Embedded.h"
#include "model/LibrariesYaml.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/SourceMgr.h"

#include <algorithm>
#include <map>

using namespace asynciter;
using llvm::StringRef;

namespace {

/// A name as the models write it; checked where it is written, since one in
/// the wrong form would never match and nobody would notice.
struct QualifiedName {
  std::string Text;
};

/// A name, or the beginning of one and a star.
struct NamePattern {
  std::string Text;
};

/// The map of `replacements`, whose keys are not known beforehand.
struct Replacements {
  std::vector<std::pair<std::string, std::string>> &ByKind;
};

bool isIdentifier(StringRef Word) {
  return !Word.empty() && !llvm::isDigit(Word.front()) &&
         llvm::all_of(Word, [](char C) { return llvm::isAlnum(C) || C == '_'; });
}

/// What is wrong with a qualified name, or empty.
StringRef flawOf(StringRef Name) {
  Name.consume_front("::");
  while (!Name.empty()) {
    auto [Part, Rest] = Name.split("::");
    // Names such as `operator<<` and `operator()` end in what is no word.
    if (Part.starts_with("operator") && !isIdentifier(Part))
      return Rest.empty() ? "" : "an operator has nothing inside";
    if (Part.contains('<'))
      return "write the name without template arguments";
    if (Part.starts_with("__cxx11") || Part == "__1")
      return "write the name without inline namespaces";
    Part.consume_front("~");
    if (!isIdentifier(Part))
      return "not a qualified name";
    if (Rest.empty())
      return Name.ends_with("::") ? "not a qualified name" : "";
    Name = Rest;
  }
  return "not a qualified name";
}

/// In the maps, a name in the global namespace has no leading `::`.
StringRef key(StringRef Name) {
  Name.consume_front("::");
  return Name;
}

constexpr std::pair<const char *, StreamFacts::Life> Lives[] = {
    {"until-next-step", StreamFacts::UntilNextStep},
    {"reference", StreamFacts::OfReference},
    {"value", StreamFacts::OwnValue},
};
constexpr std::pair<const char *, StreamFacts::Ending> Endings[] = {
    {"result", StreamFacts::InResult},
    {"exception", StreamFacts::ByException},
    {"error-code", StreamFacts::ByErrorCode},
};

template <typename Words, typename Value> bool readWord(const Words &Known, StringRef Word, Value &Into) {
  for (const auto &[Text, Means] : Known)
    if (Word == Text) {
      Into = Means;
      return true;
    }
  return false;
}

template <typename NameT = QualifiedName>
void mapNames(llvm::yaml::IO &In, const char *Key, std::vector<std::string> &Names, bool Required = false) {
  std::vector<NameT> Read;
  if (Required)
    In.mapRequired(Key, Read);
  else
    In.mapOptional(Key, Read);
  for (NameT &Name : Read)
    Names.push_back(std::move(Name.Text));
}

} // namespace

LLVM_YAML_IS_SEQUENCE_VECTOR(QualifiedName)
LLVM_YAML_IS_SEQUENCE_VECTOR(NamePattern)
LLVM_YAML_IS_SEQUENCE_VECTOR(asynciter::Condition)
LLVM_YAML_IS_SEQUENCE_VECTOR(asynciter::BlockingCalls)
LLVM_YAML_IS_SEQUENCE_VECTOR(asynciter::BlockingRanges)
LLVM_YAML_IS_SEQUENCE_VECTOR(asynciter::StreamFacts)
LLVM_YAML_IS_SEQUENCE_VECTOR(asynciter::CleanupFacts)
LLVM_YAML_IS_SEQUENCE_VECTOR(asynciter::LockCalls)
LLVM_YAML_IS_SEQUENCE_VECTOR(asynciter::ScopeFacts)

namespace llvm::yaml {

template <> struct ScalarTraits<QualifiedName> {
  static void output(const QualifiedName &Name, void *, raw_ostream &Out) { Out << Name.Text; }
  static StringRef input(StringRef Text, void *, QualifiedName &Name) {
    Name.Text = Text.str();
    return flawOf(Text);
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<NamePattern> {
  static void output(const NamePattern &Name, void *, raw_ostream &Out) { Out << Name.Text; }
  static StringRef input(StringRef Text, void *, NamePattern &Name) {
    Name.Text = Text.str();
    if (Text.consume_back("*"))
      Text.consume_back("::");
    return flawOf(Text);
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<Condition> {
  static void output(const Condition &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *, Condition &Parsed) {
    std::optional<Condition> Read = Condition::parse(Text);
    if (!Read)
      return "not a condition; write one such as `argument 2 is zero`";
    Parsed = std::move(*Read);
    return "";
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct CustomMappingTraits<Replacements> {
  static void inputOne(IO &In, StringRef Kind, Replacements &Into) {
    std::string Text;
    In.mapRequired(Kind.str().c_str(), Text);
    Into.ByKind.emplace_back(Kind.str(), std::move(Text));
  }
  static void output(IO &, Replacements &) {}
};

template <> struct MappingTraits<BlockingCalls> {
  static void mapping(IO &In, BlockingCalls &Entry) {
    mapNames(In, "calls", Entry.Calls, /*Required=*/true);
    In.mapRequired("kind", Entry.Kind);
    In.mapRequired("because", Entry.Because);
    In.mapOptional("unless", Entry.Unless);
  }
};

template <> struct MappingTraits<BlockingRanges> {
  static void mapping(IO &In, BlockingRanges &Entry) {
    mapNames(In, "types", Entry.Types, /*Required=*/true);
    In.mapRequired("kind", Entry.Kind);
    In.mapRequired("because", Entry.Because);
    In.mapOptional("unless", Entry.Unless);
  }
};

template <> struct ScalarEnumerationTraits<StreamFacts::Life> {
  static void enumeration(IO &In, StreamFacts::Life &Item) {
    for (const auto &[Word, Means] : Lives)
      In.enumCase(Item, Word, Means);
  }
};

template <> struct ScalarEnumerationTraits<StreamFacts::Ending> {
  static void enumeration(IO &In, StreamFacts::Ending &End) {
    for (const auto &[Word, Means] : Endings)
      In.enumCase(End, Word, Means);
  }
};

template <> struct MappingTraits<StreamFacts> {
  static void mapping(IO &In, StreamFacts &Entry) {
    mapNames(In, "types", Entry.Types, /*Required=*/true);
    In.mapOptional("first-step-is-safe", Entry.FirstStepIsSafe);
    In.mapOptional("unchecked-accessors", Entry.UncheckedAccessors);
    In.mapOptional("end-is-final", Entry.EndIsFinal);
    In.mapOptional("may-be-dropped", Entry.MayBeDropped);
    In.mapOptional("item", Entry.Item);
    In.mapOptional("end", Entry.End);
    In.mapOptional("steps", Entry.Steps);
  }
};

template <> struct MappingTraits<CleanupFacts> {
  static void mapping(IO &In, CleanupFacts &Entry) {
    mapNames(In, "types", Entry.Types);
    mapNames(In, "opened-by", Entry.OpenedBy);
    In.mapRequired("by", Entry.By);
    In.mapRequired("otherwise", Entry.Otherwise);
    In.mapOptional("after-step", Entry.AfterStep);
    In.mapOptional("if-template-argument", Entry.IfTemplateArgument);
    In.mapOptional("if-made-with-argument", Entry.IfMadeWithArgument);
    In.mapOptional("on-exceptions", Entry.OnExceptions);
    In.mapOptional("until-end", Entry.UntilEnd);
  }
  static std::string validate(IO &, CleanupFacts &Entry) {
    if (Entry.Types.empty() == Entry.OpenedBy.empty())
      return "a cleanup is owed by `types`, or by what is given to the functions in `opened-by`";
    return Entry.By.empty() ? "`by` names no method" : "";
  }
};

template <> struct MappingTraits<LockCalls> {
  static void mapping(IO &In, LockCalls &Entry) {
    mapNames(In, "take", Entry.Take);
    mapNames(In, "try", Entry.Try);
    mapNames(In, "release", Entry.Release);
  }
};

template <> struct MappingTraits<ScopeFacts> {
  static void mapping(IO &In, ScopeFacts &Entry) {
    mapNames(In, "types", Entry.Types, /*Required=*/true);
    In.mapRequired("kind", Entry.Kind);
    In.mapOptional("closed-by", Entry.ClosedBy);
    In.mapOptional("opens-with-use", Entry.OpensWithUse);
  }
};

void MappingTraits<LibraryModel>::mapping(IO &In, LibraryModel &Model) {
  In.mapRequired("library", Model.Library);
  mapNames(In, "namespaces", Model.Namespaces);
  mapNames(In, "also-in", Model.AlsoIn);
  Replacements ByKind{Model.Replacements};
  In.mapOptional("replacements", ByKind);
  In.mapOptional("blocking", Model.Blocking);
  In.mapOptional("blocking-ranges", Model.BlockingSyncRanges);
  mapNames<NamePattern>(In, "runs-here", Model.RunsHere);
  mapNames(In, "in-memory", Model.InMemory);
  mapNames(In, "thread-pools", Model.ThreadPools);
  mapNames(In, "executor-tags", Model.ExecutorTags);
  In.mapOptional("ready-checks", Model.ReadyChecks);
  In.mapOptional("streams", Model.Streams);
  mapNames(In, "awaitables", Model.Awaitables);
  In.mapOptional("steps", Model.Steps);
  mapNames(In, "step-functions", Model.StepFunctions);
  mapNames(In, "empty-at-end", Model.EmptyAtEnd);
  In.mapOptional("cleanups", Model.Cleanups);
  mapNames(In, "combines", Model.Combines);
  mapNames(In, "spawns", Model.Spawns);
  mapNames(In, "eager-awaitables", Model.EagerAwaitables);
  In.mapOptional("locks", Model.Locks);
  mapNames(In, "guards", Model.Guards);
  mapNames(In, "async-locks", Model.AsyncLocks);
  In.mapOptional("scopes", Model.Scopes);
  mapNames(In, "idles", Model.Idles);
  mapNames(In, "not-followed", Model.NotFollowed);
  mapNames(In, "cancellations", Model.Cancellations);
  mapNames(In, "stop-tokens", Model.StopTokens);
  In.mapOptional("releases", Model.Releases);
  mapNames(In, "views", Model.Views);
  mapNames(In, "holders", Model.Holders);
  mapNames(In, "owners", Model.Owners);
  mapNames(In, "callables", Model.Callables);
  mapNames(In, "forgets-callables", Model.ForgetsCallables);
  mapNames(In, "detached-tasks", Model.DetachedTasks);
  mapNames(In, "removes", Model.Removes);
  mapNames(In, "thread-bound", Model.ThreadBound);
}

std::string MappingTraits<LibraryModel>::validate(IO &, LibraryModel &Model) {
  if (!Model.AlsoIn.empty() && Model.Namespaces.empty())
    return "`also-in` repeats the first of `namespaces`, and there is none";
  return "";
}

} // namespace llvm::yaml

bool asynciter::readLife(StringRef Word, StreamFacts::Life &Into) { return readWord(Lives, Word, Into); }

bool asynciter::readEnding(StringRef Word, StreamFacts::Ending &Into) {
  return readWord(Endings, Word, Into);
}

std::optional<Condition> Condition::parse(StringRef Phrase) {
  Condition Parsed;
  bool IsArgument = Phrase.consume_front("argument ");
  if (IsArgument) {
    if (Phrase.consumeInteger(10, Parsed.Subject) || Parsed.Subject < 1)
      return std::nullopt;
  } else if (Phrase.consume_front("result")) {
    Parsed.Subject = Result;
  } else if (!Phrase.consume_front("object")) {
    return std::nullopt;
  }

  struct Predicate {
    StringRef Words;
    Kind Is;
    bool TakesName = false;
  };
  static constexpr Predicate Predicates[] = {
      {" is zero", Zero},
      {" points to zero", PointsToZero},
      {" names ", Names, true},
      {" does not name ", DoesNotName, true},
      {" is missing", Missing},
      {" has type ", HasType, true},
      {" is in memory", InMemory},
      {" is non-blocking", NonBlocking},
      {" is checked ready", CheckedReady},
      {" is awaitable", Awaitable},
  };
  for (const Predicate &P : Predicates) {
    StringRef Rest = Phrase;
    if (!Rest.consume_front(P.Words) || P.TakesName == Rest.empty())
      continue;
    // Only an argument can be absent, and of the result nothing else is known.
    if ((P.Is == Missing && !IsArgument) || (P.Is == Awaitable) != (Parsed.Subject == Result) ||
        (P.TakesName && !flawOf(Rest).empty()))
      return std::nullopt;
    Parsed.Is = P.Is;
    Parsed.Name = Rest.str();
    return Parsed;
  }
  return std::nullopt;
}

const Libraries &Libraries::builtIn() {
  static const Libraries BuiltIn = [] {
    Libraries Made;
    std::string Error;
    for (const EmbeddedFile &File : embeddedLibraries())
      if (!Made.add(File.Text, ("libraries/" + File.Stem + ".yaml").str(), Error))
        llvm::report_fatal_error(llvm::StringRef("mistake in a built-in library model: " + Error),
                                 /*GenCrashDiag=*/false);
    return Made;
  }();
  return BuiltIn;
}

/// Keeps the first diagnostic: those after it tend to follow from it.
static void keepFirst(const llvm::SMDiagnostic &Diagnostic, void *Error) {
  auto &Kept = *static_cast<std::string *>(Error);
  if (Kept.empty())
    Kept = (Diagnostic.getFilename() + ":" + llvm::Twine(std::max(Diagnostic.getLineNo(), 1)) + ":" +
            llvm::Twine(Diagnostic.getColumnNo() + 1) + ": " + Diagnostic.getMessage())
               .str();
}

bool Libraries::add(StringRef Yaml, StringRef FileName, std::string &Error) {
  Error.clear();
  llvm::yaml::Input In(llvm::MemoryBufferRef(Yaml, FileName), nullptr, keepFirst, &Error);
  std::vector<LibraryModel> Read;
  do {
    LibraryModel Model;
    In >> Model;
    if (In.error() || Model.Library.empty()) {
      // Of an empty document the reader says nothing.
      if (Error.empty())
        Error = (FileName + ":1:1: no `library` is named").str();
      return false;
    }
    Read.push_back(std::move(Model));
  } while (In.nextDocument());
  for (LibraryModel &Model : Read)
    add(std::move(Model));
  return true;
}

/// Repeats in the other namespaces what starts with the first.
static void repeatNames(const LibraryModel &Model, std::vector<std::string> &Names) {
  const size_t Written = Names.size();
  for (size_t I = 0; I != Written; ++I) {
    StringRef Inside = Names[I];
    if (!Inside.consume_front(Model.Namespaces.front()) || !Inside.starts_with("::"))
      continue;
    for (const std::string &Namespace : Model.AlsoIn)
      Names.push_back((Namespace + Inside).str());
  }
}

void Libraries::add(LibraryModel Model) {
  if (!Model.Namespaces.empty() && !Model.AlsoIn.empty()) {
    for (BlockingCalls &Entry : Model.Blocking)
      repeatNames(Model, Entry.Calls);
    for (BlockingRanges &Entry : Model.BlockingSyncRanges)
      repeatNames(Model, Entry.Types);
    for (StreamFacts &Entry : Model.Streams)
      repeatNames(Model, Entry.Types);
    repeatNames(Model, Model.RunsHere);
    repeatNames(Model, Model.InMemory);
    repeatNames(Model, Model.ThreadPools);
    repeatNames(Model, Model.ExecutorTags);
    repeatNames(Model, Model.Awaitables);
    for (CleanupFacts &Entry : Model.Cleanups) {
      repeatNames(Model, Entry.Types);
      repeatNames(Model, Entry.OpenedBy);
    }
    repeatNames(Model, Model.Combines);
    repeatNames(Model, Model.Spawns);
    repeatNames(Model, Model.EagerAwaitables);
    for (LockCalls &Entry : Model.Locks)
      for (std::vector<std::string> *Names : {&Entry.Take, &Entry.Try, &Entry.Release})
        repeatNames(Model, *Names);
    repeatNames(Model, Model.Guards);
    repeatNames(Model, Model.Idles);
    repeatNames(Model, Model.NotFollowed);
    repeatNames(Model, Model.AsyncLocks);
    for (ScopeFacts &Entry : Model.Scopes)
      repeatNames(Model, Entry.Types);
    repeatNames(Model, Model.Cancellations);
    repeatNames(Model, Model.StopTokens);
    for (std::vector<std::string> *Names :
         {&Model.Views, &Model.Holders, &Model.Owners, &Model.Callables, &Model.ForgetsCallables,
          &Model.DetachedTasks, &Model.Removes, &Model.ThreadBound, &Model.StepFunctions, &Model.EmptyAtEnd})
      repeatNames(Model, *Names);
    llvm::append_range(Model.Namespaces, Model.AlsoIn);
  }
  Models.push_back(std::make_shared<const LibraryModel>(std::move(Model)));
  index(*Models.back());
}

void Libraries::index(const LibraryModel &Model) {
  for (StringRef Namespace : Model.Namespaces)
    ModelByNamespace[key(Namespace)] = &Model;
  for (const BlockingCalls &Entry : Model.Blocking)
    for (StringRef Name : Entry.Calls)
      BlockingByName[key(Name)] = &Entry;
  for (const BlockingRanges &Entry : Model.BlockingSyncRanges)
    for (StringRef Type : Entry.Types)
      RangeByType[key(Type)] = &Entry;
  for (const StreamFacts &Entry : Model.Streams)
    for (StringRef Type : Entry.Types)
      StreamByType[key(Type)] = &Entry;
  for (StringRef Name : Model.RunsHere) {
    Name = key(Name);
    if (Name.consume_back("*"))
      RunsHerePrefixes.push_back(Name.str());
    else
      RunsHereExact.insert(Name);
  }
  for (StringRef Type : Model.InMemory)
    InMemoryTypes.insert(key(Type));
  for (StringRef Type : Model.ThreadPools)
    PoolTypes.insert(key(Type));
  for (StringRef Type : Model.ExecutorTags)
    ExecutorTagTypes.insert(key(Type));
  for (StringRef Type : Model.Awaitables)
    AwaitableTypes.insert(key(Type));
  for (StringRef Method : Model.ReadyChecks)
    ReadyCheckMethods.insert(Method);
  for (StringRef Method : Model.Steps)
    StepMethods.insert(Method);
  for (const CleanupFacts &Entry : Model.Cleanups) {
    for (StringRef Type : Entry.Types)
      CleanupByType[key(Type)] = &Entry;
    for (StringRef Name : Entry.OpenedBy)
      CleanupByOpening[key(Name)] = &Entry;
  }
  for (StringRef Name : Model.Combines)
    CombiningCalls.insert(key(Name));
  for (StringRef Name : Model.Spawns)
    SpawnCalls.insert(key(Name));
  for (StringRef Type : Model.EagerAwaitables)
    EagerTypes.insert(key(Type));
  for (const LockCalls &Entry : Model.Locks)
    for (const auto &[Names, Does] :
         {std::pair(&Entry.Take, LockCall::Take), std::pair(&Entry.Try, LockCall::Try),
          std::pair(&Entry.Release, LockCall::Release)})
      for (StringRef Name : *Names)
        LockCallByName[key(Name)] = Does;
  for (StringRef Type : Model.Guards)
    GuardTypes.insert(key(Type));
  for (StringRef Name : Model.Idles)
    IdleCalls.insert(key(Name));
  for (StringRef Name : Model.NotFollowed)
    NotFollowed.insert(key(Name));
  for (StringRef Type : Model.AsyncLocks)
    AsyncLockTypes.insert(key(Type));
  for (const ScopeFacts &Entry : Model.Scopes)
    for (StringRef Type : Entry.Types)
      ScopeByType[key(Type)] = &Entry;
  for (StringRef Type : Model.StopTokens)
    TokenTypes.insert(key(Type));
  for (StringRef Method : Model.Releases)
    ReleaseMethods.insert(Method);
  const std::pair<const std::vector<std::string> *, llvm::StringSet<> *> Sets[] = {
      {&Model.Views, &ViewTypes},
      {&Model.Holders, &HolderTypes},
      {&Model.Owners, &OwnerTypes},
      {&Model.Callables, &CallableTypes},
      {&Model.ForgetsCallables, &ForgettingCalls},
      {&Model.DetachedTasks, &DetachedTypes},
      {&Model.Removes, &RemovingMethods},
      {&Model.ThreadBound, &ThreadBoundCalls},
      {&Model.StepFunctions, &StepFunctions},
      {&Model.EmptyAtEnd, &EmptyAtEndCalls},
  };
  for (const auto &[Names, Set] : Sets)
    for (StringRef Name : *Names)
      Set->insert(key(Name));
}

const BlockingCalls *Libraries::blocking(StringRef QualifiedName) const {
  return BlockingByName.lookup(key(QualifiedName));
}

const BlockingRanges *Libraries::blockingRange(StringRef QualifiedType) const {
  return RangeByType.lookup(key(QualifiedType));
}

const StreamFacts *Libraries::stream(StringRef QualifiedType) const {
  return StreamByType.lookup(key(QualifiedType));
}

bool Libraries::runsHere(StringRef QualifiedName) const {
  StringRef Name = key(QualifiedName);
  return RunsHereExact.contains(Name) ||
         llvm::any_of(RunsHerePrefixes, [Name](StringRef Prefix) { return Name.starts_with(Prefix); });
}

bool Libraries::isThreadPool(StringRef QualifiedType) const { return PoolTypes.contains(key(QualifiedType)); }

bool Libraries::isExecutorTag(StringRef QualifiedType) const {
  return ExecutorTagTypes.contains(key(QualifiedType));
}

bool Libraries::isInMemory(StringRef QualifiedType) const {
  return InMemoryTypes.contains(key(QualifiedType));
}

bool Libraries::isReadyCheck(StringRef Method) const { return ReadyCheckMethods.contains(Method); }

bool Libraries::isAwaitable(StringRef QualifiedType) const {
  return AwaitableTypes.contains(key(QualifiedType));
}

bool Libraries::isStep(StringRef Method) const { return StepMethods.contains(Method); }

bool Libraries::isStepFunction(StringRef QualifiedName) const {
  return StepFunctions.contains(key(QualifiedName));
}

bool Libraries::isEmptyAtEnd(StringRef QualifiedName) const {
  return EmptyAtEndCalls.contains(key(QualifiedName));
}

const CleanupFacts *Libraries::cleanup(StringRef QualifiedType) const {
  return CleanupByType.lookup(key(QualifiedType));
}

const CleanupFacts *Libraries::cleanupOpenedBy(StringRef QualifiedName) const {
  return CleanupByOpening.lookup(key(QualifiedName));
}

bool Libraries::combines(StringRef QualifiedName) const {
  return CombiningCalls.contains(key(QualifiedName));
}

bool Libraries::spawns(StringRef QualifiedName) const { return SpawnCalls.contains(key(QualifiedName)); }

bool Libraries::isEager(StringRef QualifiedType) const { return EagerTypes.contains(key(QualifiedType)); }

Libraries::LockCall Libraries::lockCall(StringRef QualifiedName) const {
  return LockCallByName.lookup(key(QualifiedName));
}

bool Libraries::isGuard(StringRef QualifiedType) const { return GuardTypes.contains(key(QualifiedType)); }

bool Libraries::isAsyncLock(StringRef QualifiedType) const {
  return AsyncLockTypes.contains(key(QualifiedType));
}

const ScopeFacts *Libraries::scope(StringRef QualifiedType) const {
  return ScopeByType.lookup(key(QualifiedType));
}

bool Libraries::isIdle(StringRef QualifiedName) const { return IdleCalls.contains(key(QualifiedName)); }

bool Libraries::isFollowed(StringRef QualifiedName) const {
  for (StringRef Name = key(QualifiedName); !Name.empty();) {
    if (NotFollowed.contains(Name))
      return false;
    const size_t Colons = Name.rfind("::");
    Name = Colons == StringRef::npos ? StringRef() : Name.take_front(Colons);
  }
  return true;
}

bool Libraries::isStopToken(StringRef QualifiedType) const { return TokenTypes.contains(key(QualifiedType)); }

bool Libraries::isRelease(StringRef Method) const { return ReleaseMethods.contains(Method); }

llvm::ArrayRef<std::string> Libraries::cancellations(StringRef QualifiedType) const {
  const LibraryModel *Model = modelOf(QualifiedType);
  return Model ? llvm::ArrayRef(Model->Cancellations) : llvm::ArrayRef<std::string>();
}

bool Libraries::isView(StringRef QualifiedType) const { return ViewTypes.contains(key(QualifiedType)); }
bool Libraries::isHolder(StringRef QualifiedType) const { return HolderTypes.contains(key(QualifiedType)); }
bool Libraries::isOwner(StringRef QualifiedType) const { return OwnerTypes.contains(key(QualifiedType)); }
bool Libraries::isCallable(StringRef QualifiedType) const {
  return CallableTypes.contains(key(QualifiedType));
}
bool Libraries::forgetsCallables(StringRef QualifiedName) const {
  return ForgettingCalls.contains(key(QualifiedName));
}
bool Libraries::isDetachedTask(StringRef QualifiedType) const {
  return DetachedTypes.contains(key(QualifiedType));
}
bool Libraries::removes(StringRef QualifiedName) const {
  return RemovingMethods.contains(key(QualifiedName));
}
bool Libraries::isThreadBound(StringRef QualifiedName) const {
  return ThreadBoundCalls.contains(key(QualifiedName));
}

const LibraryModel *Libraries::modelOf(StringRef QualifiedName) const {
  // The innermost namespace that a model claims: Boost.Cobalt is not Boost.
  StringRef Name = key(QualifiedName);
  while (true) {
    if (const LibraryModel *Model = ModelByNamespace.lookup(Name))
      return Model;
    size_t Colons = Name.rfind("::");
    if (Colons == StringRef::npos)
      return nullptr;
    Name = Name.take_front(Colons);
  }
}

std::vector<std::pair<std::string, std::string>> Libraries::replacements(StringRef QualifiedType) const {
  std::map<std::string, std::string> Found;
  for (const auto &Model : Models)
    for (const auto &[Kind, Text] : Model->Replacements)
      if (const StringRef Fits = replacement(QualifiedType, Kind); !Fits.empty())
        Found[Kind] = Fits.str();
  return {Found.begin(), Found.end()};
}

StringRef Libraries::replacement(StringRef QualifiedType, StringRef Kind) const {
  auto In = [Kind](const LibraryModel &Model) -> StringRef {
    for (const auto &[For, Text] : Model.Replacements)
      if (For == Kind)
        return Text;
    return "";
  };
  if (const LibraryModel *Model = modelOf(QualifiedType))
    if (StringRef Text = In(*Model); !Text.empty())
      return Text;
  for (const auto &Model : llvm::reverse(Models))
    if (Model->Namespaces.empty())
      if (StringRef Text = In(*Model); !Text.empty())
        return Text;
  return "";
}
