// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Libraries.h"

#include "Embedded.h"
#include "model/LibrariesYaml.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"

#include <gtest/gtest.h>

#include <set>

using namespace asynciter;

namespace {

/// The message for a mistake in `Yaml`, or empty.
std::string mistakeIn(llvm::StringRef Yaml) {
  Libraries Made;
  std::string Error;
  const bool Added = Made.add(Yaml, "acme.yaml", Error);
  EXPECT_EQ(Added, Error.empty());
  return Error;
}

Libraries made(llvm::StringRef Yaml) {
  Libraries Made;
  std::string Error;
  EXPECT_TRUE(Made.add(Yaml, "acme.yaml", Error)) << Error;
  return Made;
}

std::vector<LibraryModel> builtInModels() {
  std::vector<LibraryModel> Models;
  for (const EmbeddedFile &File : embeddedLibraries()) {
    llvm::yaml::Input In(File.Text);
    LibraryModel Model;
    In >> Model;
    EXPECT_FALSE(In.error()) << File.Stem.str();
    Models.push_back(std::move(Model));
  }
  return Models;
}

TEST(LibrariesErrors, namePlaceAndMistake) {
  EXPECT_EQ(mistakeIn("library: acme\ncolour: red\n"), "acme.yaml:2:1: unknown key 'colour'");
  EXPECT_EQ(mistakeIn("library: acme\n"
                      "blocking:\n"
                      "  - calls: [::f]\n"
                      "    kind: sleep\n"
                      "    because: sleeps\n"
                      "    unless: [argument 1 is zero,\n"
                      "             argument 1 is nice]\n"),
            "acme.yaml:7:14: not a condition; write one such as "
            "`argument 2 is zero`");
  EXPECT_EQ(mistakeIn("library: acme\nin-memory:\n  - std::vector<int>\n"),
            "acme.yaml:3:5: write the name without template arguments");
  EXPECT_EQ(
      mistakeIn("library: acme\ncleanups:\n  - by: [close]\n    otherwise: it leaks\n"),
      "acme.yaml:3:5: a cleanup is owed by `types`, or by what is given to the functions in `opened-by`");
  EXPECT_EQ(mistakeIn("library: acme\nawaitables:\n  - std::__cxx11::list\n"),
            "acme.yaml:3:5: write the name without inline namespaces");
  EXPECT_EQ(mistakeIn("library: [\n").substr(0, 10), "acme.yaml:");
}

TEST(LibrariesErrors, missingKeys) {
  EXPECT_EQ(mistakeIn("namespaces: [acme]\n"), "acme.yaml:1:1: missing required key 'library'");
  EXPECT_EQ(mistakeIn("library: acme\nblocking:\n  - calls: [::f]\n"
                      "    because: sleeps\n"),
            "acme.yaml:3:5: missing required key 'kind'");
  EXPECT_EQ(mistakeIn("# nothing\n"), "acme.yaml:1:1: no `library` is named");
  EXPECT_NE(mistakeIn("library: acme\nalso-in: [acme_legacy]\n"), "");
}

TEST(LibrariesErrors, nameForms) {
  for (const char *Bad : {"std::", "::", "a b", "1st::f", "'*'", "a::*", "a:b", "'~'", "a::operator()::b"})
    EXPECT_NE(mistakeIn(std::string("library: acme\nawaitables: [") + Bad + "]\n"), "") << Bad;
  for (const char *Good : {"f", "::f", "a::b", "a::b::~b", "'a::operator<<'", "'a::operator bool'",
                           "'a::operator()'", "a::operators"})
    EXPECT_EQ(mistakeIn(std::string("library: acme\nawaitables: [") + Good + "]\n"), "") << Good;
}

TEST(LibrariesErrors, aMistakeAddsNothing) {
  Libraries Made;
  std::string Error;
  EXPECT_FALSE(Made.add("library: acme\nsteps: [fetch]\n"
                        "---\nlibrary: [\n",
                        "acme.yaml", Error));
  EXPECT_FALSE(Made.isStep("fetch"));
  EXPECT_TRUE(Made.add("library: acme\nsteps: [fetch]\n", "acme.yaml", Error));
  EXPECT_EQ(Error, "");
  EXPECT_TRUE(Made.isStep("fetch"));
}

struct Phrase {
  const char *Text;
  Condition::Kind Is;
  int Subject;
  const char *Name;
};

TEST(LibrariesConditions, everyKind) {
  const Phrase Phrases[] = {
      {"argument 2 is zero", Condition::Zero, 2, ""},
      {"argument 5 points to zero", Condition::PointsToZero, 5, ""},
      {"argument 3 names MSG_DONTWAIT", Condition::Names, 3, "MSG_DONTWAIT"},
      {"object does not name move", Condition::DoesNotName, 0, "move"},
      {"argument 12 is missing", Condition::Missing, 12, ""},
      {"argument 1 has type std::unique_lock", Condition::HasType, 1, "std::unique_lock"},
      {"object is in memory", Condition::InMemory, 0, ""},
      {"argument 1 is non-blocking", Condition::NonBlocking, 1, ""},
      {"object is checked ready", Condition::CheckedReady, 0, ""},
      {"result is awaitable", Condition::Awaitable, Condition::Result, ""},
  };
  for (const Phrase &Expected : Phrases) {
    std::optional<Condition> Read = Condition::parse(Expected.Text);
    ASSERT_TRUE(Read) << Expected.Text;
    EXPECT_EQ(Read->Is, Expected.Is) << Expected.Text;
    EXPECT_EQ(Read->Subject, Expected.Subject) << Expected.Text;
    EXPECT_EQ(Read->Name, Expected.Name) << Expected.Text;
  }
}

TEST(LibrariesConditions, whatIsNone) {
  for (const char *Text :
       {"", "object", "is zero", "argument is zero", "argument 0 is zero", "argument -1 is zero",
        "argument 1 is", "argument 1 is zero or two", "argument 1 names ", "argument 1 names A B",
        "object is missing", "result is zero", "object is awaitable", "objects is zero",
        "argument 1  is zero", "argument 1 has type std::vector<int>"})
    EXPECT_FALSE(Condition::parse(Text)) << Text;
}

TEST(LibrariesLookUp, everyKey) {
  const Libraries Known = made(R"(
library: Acme
namespaces: [acme]
also-in: [acme_legacy]
replacements: {sleep: nap}
blocking:
  - calls: [acme::sleep, ::acme_sleep, acmes::sleep]
    kind: sleep
    because: puts the thread to sleep
    unless: [argument 1 is zero, argument 1 is missing]
blocking-ranges:
  - {types: [acme::Rows], kind: database, because: fetches each row}
runs-here: [acme::each, 'acme::algorithms::*']
in-memory: [acme::Text]
thread-pools: [acme::Workers]
executor-tags: [acme::on_workers]
ready-checks: [has_rows]
streams:
  - types: [acme::Feed]
    first-step-is-safe: true
    unchecked-accessors: [raw]
    end-is-final: true
awaitables: [::Ticket]
steps: [fetch]
cleanups:
  - {types: [acme::Feed], by: [hang_up], otherwise: it rings for ever, after-step: true}
  - {opened-by: [acme::subscribe], by: [hang_up], otherwise: it rings for ever}
combines: [acme::when_all]
spawns: [acme::start]
eager-awaitables: [acme::Job]
locks:
  - {take: [::acme_enter], try: [acme::Latch::try_close], release: [acme::Latch::open]}
guards: [acme::Keeper]
async-locks: [acme::TicketLock]
scopes:
  - {types: [acme::Jobs], kind: job group, closed-by: [join], opens-with-use: true}
idles: [acme::relax]
not-followed: [acme::check]
cancellations: [acme::Cancelled]
stop-tokens: [acme::StopToken]
releases: [hang_up]
)");
  const CleanupFacts *Cleanup = Known.cleanup("acme_legacy::Feed");
  ASSERT_TRUE(Cleanup);
  EXPECT_EQ(Cleanup->By, std::vector<std::string>{"hang_up"});
  EXPECT_TRUE(Cleanup->AfterStep);
  ASSERT_TRUE(Known.cleanupOpenedBy("acme_legacy::subscribe"));
  EXPECT_FALSE(Known.cleanupOpenedBy("acme_legacy::subscribe")->AfterStep);
  EXPECT_TRUE(Known.combines("acme::when_all") && Known.combines("acme_legacy::when_all"));
  EXPECT_TRUE(Known.spawns("acme::start") && Known.isEager("acme_legacy::Job"));
  const BlockingCalls *Sleep = Known.blocking("acme::sleep");
  ASSERT_TRUE(Sleep);
  EXPECT_EQ(Sleep->Kind, "sleep");
  EXPECT_EQ(Sleep->Because, "puts the thread to sleep");
  EXPECT_EQ(Sleep->Unless.size(), 2u);
  EXPECT_EQ(Known.blocking("acme_legacy::sleep"), Sleep);
  EXPECT_EQ(Known.blocking("::acme_sleep"), Sleep);
  EXPECT_EQ(Known.blocking("acme_sleep"), Sleep);
  EXPECT_EQ(Known.blocking("acme_legacys::sleep"), nullptr);
  EXPECT_EQ(Known.blocking("sleep"), nullptr);
  EXPECT_EQ(Known.blocking("acme::sleep_more"), nullptr);
  ASSERT_TRUE(Known.blockingRange("acme_legacy::Rows"));
  EXPECT_EQ(Known.blockingRange("acme::Rows")->Kind, "database");

  EXPECT_TRUE(Known.runsHere("acme::each"));
  EXPECT_FALSE(Known.runsHere("acme::each_later"));
  EXPECT_TRUE(Known.runsHere("acme::algorithms::sort"));
  EXPECT_TRUE(Known.runsHere("acme_legacy::algorithms::sort::run"));
  EXPECT_FALSE(Known.runsHere("acme::algorithm"));

  EXPECT_TRUE(Known.isInMemory("acme::Text"));
  EXPECT_FALSE(Known.isInMemory("acme::Rows"));
  EXPECT_TRUE(Known.isThreadPool("acme_legacy::Workers"));
  EXPECT_FALSE(Known.isThreadPool("acme::Text"));
  EXPECT_TRUE(Known.isExecutorTag("acme_legacy::on_workers"));
  EXPECT_FALSE(Known.isExecutorTag("acme::Workers"));
  EXPECT_TRUE(Known.isReadyCheck("has_rows"));
  EXPECT_TRUE(Known.isAwaitable("Ticket"));
  EXPECT_TRUE(Known.isStep("fetch"));
  EXPECT_TRUE(Known.isStopToken("acme_legacy::StopToken"));
  EXPECT_TRUE(Known.isRelease("hang_up"));
  EXPECT_EQ(Known.cancellations("acme::task"),
            llvm::ArrayRef<std::string>({"acme::Cancelled", "acme_legacy::Cancelled"}));
  EXPECT_TRUE(Known.cancellations("other::task").empty());
  ASSERT_TRUE(Known.stream("acme::Feed"));
  EXPECT_TRUE(Known.stream("acme::Feed")->FirstStepIsSafe);
  EXPECT_TRUE(Known.stream("acme::Feed")->EndIsFinal);
  EXPECT_FALSE(Known.stream("acme::Feed")->MayBeDropped);
  EXPECT_EQ(Known.stream("acme::Feed")->UncheckedAccessors, std::vector<std::string>{"raw"});

  EXPECT_EQ(Known.lockCall("acme_enter"), Libraries::LockCall::Take);
  EXPECT_EQ(Known.lockCall("acme_legacy::Latch::try_close"), Libraries::LockCall::Try);
  EXPECT_EQ(Known.lockCall("acme::Latch::open"), Libraries::LockCall::Release);
  EXPECT_EQ(Known.lockCall("acme::Latch::close"), Libraries::LockCall::None);
  EXPECT_TRUE(Known.isGuard("acme_legacy::Keeper"));
  EXPECT_TRUE(Known.isAsyncLock("acme::TicketLock"));
  ASSERT_TRUE(Known.scope("acme_legacy::Jobs"));
  EXPECT_EQ(Known.scope("acme::Jobs")->Kind, "job group");
  EXPECT_EQ(Known.scope("acme::Jobs")->ClosedBy, std::vector<std::string>{"join"});
  EXPECT_TRUE(Known.scope("acme::Jobs")->OpensWithUse);
  EXPECT_TRUE(Known.isIdle("acme::relax"));
  EXPECT_FALSE(Known.isFollowed("acme::check::inner::call"));
  EXPECT_FALSE(Known.isFollowed("acme::check"));
  EXPECT_TRUE(Known.isFollowed("acme::checked"));
}

TEST(LibrariesLookUp, replacements) {
  Libraries Known = made("library: general\n"
                         "replacements: {sleep: wait, file: offload}\n"
                         "---\n"
                         "library: Acme\nnamespaces: [acme]\n"
                         "replacements: {sleep: nap}\n"
                         "---\n"
                         "library: Acme.Pro\nnamespaces: [acme::pro]\n"
                         "replacements: {sleep: doze}\n");
  EXPECT_EQ(Known.replacement("acme::task", "sleep"), "nap");
  EXPECT_EQ(Known.replacement("acme::detail::task", "sleep"), "nap");
  EXPECT_EQ(Known.replacement("acme::pro::task", "sleep"), "doze");
  EXPECT_EQ(Known.replacement("acme::task", "file"), "offload");
  EXPECT_EQ(Known.replacement("acmes::task", "sleep"), "wait");
  EXPECT_EQ(Known.replacement("task", "sleep"), "wait");
  EXPECT_EQ(Known.replacement("task", "swimming"), "");

  std::string Error;
  ASSERT_TRUE(Known.add("library: mine\nreplacements: {file: use the cache}\n", "mine.yaml", Error));
  EXPECT_EQ(Known.replacement("task", "file"), "use the cache");
  EXPECT_EQ(Known.replacement("task", "sleep"), "wait");
}

TEST(LibrariesLookUp, theLastModelSpeaksAndCopiesStandAlone) {
  const Libraries Before = made("library: a\nblocking:\n"
                                "  - {calls: [::f], kind: a, because: waits}\n");
  Libraries After = Before;
  std::string Error;
  ASSERT_TRUE(After.add("library: b\nblocking:\n"
                        "  - {calls: [::f], kind: b, because: waits}\n",
                        "b.yaml", Error));
  EXPECT_EQ(Before.blocking("f")->Kind, "a");
  EXPECT_EQ(After.blocking("f")->Kind, "b");
}

class LibrariesPage : public testing::Test {
protected:
  void SetUp() override {
    auto Read = llvm::MemoryBuffer::getFile(ASYNCITER_LIBRARIES_PAGE);
    ASSERT_TRUE(Read);
    Page = std::move(*Read);
    Text = Page->getBuffer();
  }

  std::unique_ptr<llvm::MemoryBuffer> Page;
  llvm::StringRef Text;
};

TEST_F(LibrariesPage, itsExampleIsAModel) {
  const Libraries Known = made(Text.split("```yaml\n").second.split("```").first);
  EXPECT_TRUE(Known.blocking("acme_legacy::Connection::~Connection"));
}

TEST_F(LibrariesPage, itsConditionsAreConditions) {
  std::set<Condition::Kind> Shown;
  llvm::StringRef Rest = Text.split("## Conditions").second;
  while (Rest.contains("\n| `")) {
    Rest = Rest.split("\n| `").second;
    llvm::StringRef Phrase = Rest.split('`').first;
    std::optional<Condition> Read = Condition::parse(Phrase);
    ASSERT_TRUE(Read) << Phrase.str();
    Shown.insert(Read->Is);
  }
  EXPECT_EQ(Shown.size(), size_t(Condition::Awaitable) + 1);
}

TEST_F(LibrariesPage, namesEveryKind) {
  for (const LibraryModel &Model : builtInModels())
    for (const BlockingCalls &Entry : Model.Blocking)
      EXPECT_TRUE(Text.contains("`" + Entry.Kind + "`")) << Entry.Kind;
}

TEST(BuiltIn, parses) {
  const Libraries &Known = Libraries::builtIn();
  EXPECT_TRUE(Known.blocking("read"));
  EXPECT_TRUE(Known.blocking("std::jthread::~jthread"));
  EXPECT_TRUE(Known.blocking("asio::read"));
  EXPECT_TRUE(Known.blocking("boost::asio::ip::basic_resolver::resolve"));
  EXPECT_TRUE(Known.blocking("folly::coro::blocking_wait_fn::operator()"));
  EXPECT_FALSE(Known.blocking("printf"));
  EXPECT_FALSE(Known.blocking("asio::io_context::poll"));
  EXPECT_TRUE(Known.blockingRange("std::filesystem::directory_iterator"));
  EXPECT_TRUE(Known.isInMemory("std::basic_stringstream"));
}

TEST(BuiltIn, whatRunsItsCallable) {
  const Libraries &Known = Libraries::builtIn();
  EXPECT_TRUE(Known.runsHere("std::for_each"));
  EXPECT_TRUE(Known.runsHere("std::ranges::__sort_fn::operator()"));
  EXPECT_TRUE(Known.runsHere("std::ranges::__for_each::operator()"));
  // A view keeps its callable for later.
  EXPECT_FALSE(Known.runsHere("std::ranges::views::_Transform::operator()"));
  EXPECT_FALSE(Known.runsHere("std::ranges::transform_view::transform_view"));
}

TEST(BuiltIn, everyKindHasGeneralAdvice) {
  const Libraries &Known = Libraries::builtIn();
  for (const LibraryModel &Model : builtInModels()) {
    for (const BlockingCalls &Entry : Model.Blocking)
      EXPECT_NE(Known.replacement("", Entry.Kind), "") << Model.Library << ": " << Entry.Kind;
    for (const BlockingRanges &Entry : Model.BlockingSyncRanges)
      EXPECT_NE(Known.replacement("", Entry.Kind), "") << Model.Library << ": " << Entry.Kind;
    for (const auto &[Kind, Text] : Model.Replacements) {
      EXPECT_NE(Known.replacement("", Kind), "")
          << Model.Library << " has a replacement for a kind nobody uses: " << Kind;
      EXPECT_EQ(llvm::StringRef(Text).count('`') % 2, 0u) << Text;
    }
  }
}

/// A function object may be listed beside the name it is called by, but no
/// name may have two entries: only one of them would speak.
TEST(BuiltIn, noNameIsListedTwice) {
  llvm::StringSet<> Calls, Ranges;
  for (LibraryModel &Model : builtInModels()) {
    auto AddAll = [&](std::vector<std::string> &Names, llvm::StringSet<> &To) {
      for (llvm::StringRef Name : Names) {
        EXPECT_TRUE(To.insert(Name).second) << Name.str();
        llvm::StringRef Inside = Name;
        if (Model.AlsoIn.empty() || !Inside.consume_front(Model.Namespaces.front() + "::"))
          continue;
        for (const std::string &Also : Model.AlsoIn)
          EXPECT_TRUE(To.insert(Also + "::" + Inside.str()).second) << Name.str();
      }
    };
    for (BlockingCalls &Entry : Model.Blocking)
      AddAll(Entry.Calls, Calls);
    for (BlockingRanges &Entry : Model.BlockingSyncRanges)
      AddAll(Entry.Types, Ranges);
  }
  EXPECT_GT(Calls.size(), 700u);
}

/// A name without `::` is a global one by mistake: those are written `::read`.
TEST(BuiltIn, globalNamesSaySo) {
  for (const LibraryModel &Model : builtInModels())
    for (const BlockingCalls &Entry : Model.Blocking)
      for (llvm::StringRef Name : Entry.Calls)
        EXPECT_TRUE(Name.contains("::")) << Name.str();
}

TEST(LibrariesLookUp, lifetimes) {
  const Libraries Made = made("library: acme\nnamespaces: [acme]\nalso-in: [acme_legacy]\n"
                              "views: [acme::Slice]\nholders: [acme::Either]\n"
                              "owners: [acme::Handle]\ncallables: [acme::Callback]\n"
                              "spawns: [acme::start]\ndetached-tasks: [acme::Job]\n"
                              "forgets-callables: [acme::Job::then]\n"
                              "removes: ['acme::Table::operator=']\n"
                              "thread-bound: [::acme_self]\n"
                              "streams:\n  - types: [acme::Feed]\n    item: until-next-step\n");
  EXPECT_TRUE(Made.isView("acme::Slice"));
  EXPECT_TRUE(Made.isView("acme_legacy::Slice"));
  EXPECT_FALSE(Made.isView("acme::Either"));
  EXPECT_TRUE(Made.isHolder("acme::Either"));
  EXPECT_TRUE(Made.isOwner("acme::Handle"));
  EXPECT_TRUE(Made.isCallable("acme::Callback"));
  EXPECT_TRUE(Made.spawns("acme::start"));
  EXPECT_TRUE(Made.isDetachedTask("acme::Job"));
  EXPECT_TRUE(Made.forgetsCallables("acme::Job::then"));
  EXPECT_TRUE(Made.removes("acme::Table::operator="));
  EXPECT_TRUE(Made.isThreadBound("::acme_self"));
  EXPECT_EQ(Made.stream("acme::Feed")->Item, StreamFacts::UntilNextStep);
  EXPECT_NE(mistakeIn("library: acme\nstreams:\n  - types: [acme::Feed]\n    item: sometimes\n"), "");
}

} // namespace
