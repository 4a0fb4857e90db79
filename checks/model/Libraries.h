// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is known of named libraries, as data. The built-in models are the YAML
// files in `checks/libraries/`, compiled in; a user's config file may add more
// in the same form (LibrariesYaml.h reads it). docs/libraries.md explains every
// key.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace asynciter {

/// A circumstance in which a catalogued call does not block. Written in YAML
/// as one phrase; `Subject` is what it speaks of.
struct Condition {
  enum Kind {
    /// `argument 2 is zero`: a constant 0, nullptr or empty duration.
    Zero,
    /// `argument 5 points to zero`: the address of an object of zeros.
    PointsToZero,
    /// `argument 3 names MSG_DONTWAIT`: the spelling has that name.
    Names,
    /// `argument 2 does not name F_SETLKW`.
    DoesNotName,
    /// `argument 1 is missing`: absent or defaulted.
    Missing,
    /// `argument 1 has type std::unique_lock`: references, const and template
    /// arguments aside, its class or enumeration is that or derives from it.
    HasType,
    /// `object is in memory`: its type is on the `in-memory` list.
    InMemory,
    /// `argument 1 is non-blocking`: the caller shows it expects "would block".
    NonBlocking,
    /// `object is checked ready`: a ready test of it came before, or an await
    /// gave it.
    CheckedReady,
    /// `result is awaitable`.
    Awaitable,
    /// A constant that is not `Zero`; what makes the user's own `if (!wait)` harmless, and
    /// not written in YAML.
    NotZero,
  };
  /// The subject that is neither the object of a member call (0) nor an
  /// argument (from 1).
  static constexpr int Result = -1;

  Kind Is = Zero;
  int Subject = 0;
  /// The name or type that `Names`, `DoesNotName` and `HasType` speak of.
  std::string Name;

  /// Reads a phrase; nothing if it is none.
  static std::optional<Condition> parse(llvm::StringRef Phrase);
};

/// Functions that hold up the calling thread.
struct BlockingCalls {
  /// Qualified names without template arguments and inline namespaces:
  /// `::read`, `std::future::get`, `std::jthread::~jthread`, `asio::read`.
  std::vector<std::string> Calls;
  /// Which replacement fits: sleep, file, descriptor, socket, dns, process,
  /// signal, terminal, database, http, queue, condition, future, join,
  /// semaphore, lock, sync-wait, run-loop; a library may have more.
  std::string Kind;
  /// Completes "`x` ..." and "it calls `x`, which ...": `waits for the child
  /// process`.
  std::string Because;
  /// Any of these holding makes the call harmless.
  std::vector<Condition> Unless;
};

/// Ranges and iterators whose advance holds up the thread. The arguments that
/// conditions speak of are those which the range or iterator is made from.
struct BlockingRanges {
  std::vector<std::string> Types;
  std::string Kind;
  std::string Because;
  std::vector<Condition> Unless;
};

/// What a type's shape does not tell about a stream.
struct StreamFacts {
  std::vector<std::string> Types;
  /// A fresh stream's first step needs no test for end (Boost.Cobalt).
  bool FirstStepIsSafe = false;
  /// Accessors of its step result that do not check for end.
  std::vector<std::string> UncheckedAccessors;
  /// A step after its end crashes or hangs, rather than telling the end again.
  bool EndIsFinal = false;
  /// Calling, or dropping, such a stream has an effect of its own.
  bool MayBeDropped = false;
  /// How long an item lives. Left open, the shape decides: what a generator's
  /// iterator refers to lasts until the next step, all else is the consumer's.
  enum Life {
    ByShape,
    UntilNextStep, ///< it refers to what the producer holds
    OfReference,   ///< so it does where the item's type is written as a reference
    OwnValue,      ///< it belongs to whoever has it
  };
  Life Item = ByShape;
  /// How a step tells the end.
  enum Ending {
    InResult,    ///< its result says whether there is an item
    ByException, ///< it throws, so that what it returns is an item
    ByErrorCode, ///< an error code beside the item says so, or it throws
  };
  Ending End = InResult;
  /// Methods that step it, beside those that every stream has.
  std::vector<std::string> Steps;
};

/// Read the words that models and annotations use; false if they are none.
bool readLife(llvm::StringRef Word, StreamFacts::Life &Into);
bool readEnding(llvm::StringRef Word, StreamFacts::Ending &Into);

/// Objects whose destructor cannot do what is left to do: that has to be awaited
/// before.
struct CleanupFacts {
  std::vector<std::string> Types;
  /// Functions that make whatever they are given first owe it, of any type; of
  /// a method its object.
  std::vector<std::string> OpenedBy;
  /// Method names that do it.
  std::vector<std::string> By;
  /// Completes "`x` can leave its scope without `cleanup`, and ...".
  std::string Otherwise;
  /// It is owed only once a step was taken.
  bool AfterStep = false;
  /// Only where that template argument, counted from 1, is true; 0 for always.
  unsigned IfTemplateArgument = 0;
  /// Only where the call that makes the object was given that argument, counted
  /// from 1; 0 for always.
  unsigned IfMadeWithArgument = 0;
  /// An exception of an await that is not caught leaves without it, too.
  bool OnExceptions = false;
  /// A stream that has told its end owes nothing any more.
  bool UntilEnd = false;
};

/// Functions and methods that take and release a lock, where their names and
/// attributes do not show it. Of a method the lock is its object, of a function
/// each argument.
struct LockCalls {
  std::vector<std::string> Take;
  /// Those whose result tells whether they have taken it.
  std::vector<std::string> Try;
  std::vector<std::string> Release;
};

/// Objects of coroutine libraries that are open from some point on until they
/// are awaited, closed or destroyed.
struct ScopeFacts {
  std::vector<std::string> Types;
  /// What a message calls one: `timeout`, `task group`.
  std::string Kind;
  /// Methods that close it.
  std::vector<std::string> ClosedBy;
  /// It is open from its first use on, not from its making.
  bool OpensWithUse = false;
};

/// One library.
struct LibraryModel {
  std::string Library;
  /// Coroutine types declared in these belong to the library. A model without
  /// namespaces gives general advice.
  std::vector<std::string> Namespaces;
  /// Namespaces that hold the same library once more: each name that starts
  /// with the first of `Namespaces` is known in these, too (Boost.Asio).
  std::vector<std::string> AlsoIn;
  /// Blocking kind to what to write instead in this library's coroutines, as a
  /// phrase with its code in backticks.
  std::vector<std::pair<std::string, std::string>> Replacements;
  std::vector<BlockingCalls> Blocking;
  std::vector<BlockingRanges> BlockingSyncRanges;
  /// Functions that run their callable arguments before they return; a trailing
  /// `*` stands for any ending.
  std::vector<std::string> RunsHere;
  /// Types that hold their data in memory, for the condition `is in memory`.
  std::vector<std::string> InMemory;
  /// Executors whose threads are there to be blocked.
  std::vector<std::string> ThreadPools;
  /// Classes; a coroutine with such a parameter runs where another one says.
  std::vector<std::string> ExecutorTags;
  /// Methods that tell whether an object is ready, or wait until it is; for
  /// C libraries functions that do so for their first argument.
  std::vector<std::string> ReadyChecks;
  std::vector<StreamFacts> Streams;
  /// Types that can be awaited though their members do not show it.
  std::vector<std::string> Awaitables;
  /// Method names that advance a stream, beside `next`.
  std::vector<std::string> Steps;
  /// Functions that step the stream which they are given first (libunifex).
  std::vector<std::string> StepFunctions;
  /// Functions that make a step deliver an empty result at the end.
  std::vector<std::string> EmptyAtEnd;
  std::vector<CleanupFacts> Cleanups;
  /// Functions that run all awaitables they are given beside each other.
  std::vector<std::string> Combines;
  /// Functions that start what they are given and do not wait for it.
  std::vector<std::string> Spawns;
  /// Awaitables whose operation runs from their creation on.
  std::vector<std::string> EagerAwaitables;
  std::vector<LockCalls> Locks;
  /// Classes that hold a lock until they are destroyed.
  std::vector<std::string> Guards;
  /// Locks that no thread owns, so that a coroutine may keep one while it is
  /// suspended, though they have a `lock()` that is not awaited.
  std::vector<std::string> AsyncLocks;
  std::vector<ScopeFacts> Scopes;
  /// Functions that only pass the time: `std::this_thread::yield`.
  std::vector<std::string> Idles;
  /// Functions, classes and namespaces that are not looked into for what blocks.
  std::vector<std::string> NotFollowed;
  /// Exceptions by which a wait of this library tells that it was cancelled.
  std::vector<std::string> Cancellations;
  /// Types that tell a coroutine to stop, or let it ask whether it is to.
  std::vector<std::string> StopTokens;
  /// Method names that release what their object holds.
  std::vector<std::string> Releases;
  /// Types that refer to what they are made from, and do not keep it.
  std::vector<std::string> Views;
  /// Types that hold their template arguments, and borrow where these do.
  std::vector<std::string> Holders;
  /// Smart pointers: what they point to may end with them.
  std::vector<std::string> Owners;
  /// Types that wrap a callable and hand their arguments on to it.
  std::vector<std::string> Callables;
  /// Functions that destroy the callable they are given once it has returned,
  /// whatever it returned.
  std::vector<std::string> ForgetsCallables;
  /// Coroutine types whose coroutines run on when their handle is dropped.
  std::vector<std::string> DetachedTasks;
  /// Methods that remove elements of a container, or replace all of it.
  std::vector<std::string> Removes;
  /// Functions whose result is good on the calling thread only.
  std::vector<std::string> ThreadBound;
};

/// All models in force, indexed for look-up by qualified name. Immutable once
/// built; may be shared between threads. A copy shares the models, so that a
/// tool can add its user's to a copy of the built-in ones.
///
/// Qualified names are looked up as the models write them, except that the
/// leading `::` of a name in the global namespace may be left out. Where two
/// models know a name, the one added last speaks.
class Libraries {
public:
  /// The models compiled in.
  static const Libraries &builtIn();

  /// Adds the models in `Yaml`. On a mistake returns false and puts
  /// "file:line:column: what" into `Error`, and adds nothing.
  bool add(llvm::StringRef Yaml, llvm::StringRef FileName, std::string &Error);
  /// Adds models that were parsed elsewhere (a config file).
  void add(LibraryModel Model);

  const BlockingCalls *blocking(llvm::StringRef QualifiedName) const;
  const BlockingRanges *blockingRange(llvm::StringRef QualifiedType) const;
  const StreamFacts *stream(llvm::StringRef QualifiedType) const;
  bool runsHere(llvm::StringRef QualifiedName) const;
  bool isInMemory(llvm::StringRef QualifiedType) const;
  bool isThreadPool(llvm::StringRef QualifiedType) const;
  bool isExecutorTag(llvm::StringRef QualifiedType) const;
  bool isReadyCheck(llvm::StringRef Method) const;
  bool isAwaitable(llvm::StringRef QualifiedType) const;
  bool isStep(llvm::StringRef Method) const;
  bool isStepFunction(llvm::StringRef QualifiedName) const;
  bool isEmptyAtEnd(llvm::StringRef QualifiedName) const;
  const CleanupFacts *cleanup(llvm::StringRef QualifiedType) const;
  const CleanupFacts *cleanupOpenedBy(llvm::StringRef QualifiedName) const;
  bool combines(llvm::StringRef QualifiedName) const;
  bool spawns(llvm::StringRef QualifiedName) const;
  bool isEager(llvm::StringRef QualifiedType) const;
  enum class LockCall { None, Take, Try, Release };
  LockCall lockCall(llvm::StringRef QualifiedName) const;
  bool isGuard(llvm::StringRef QualifiedType) const;
  bool isAsyncLock(llvm::StringRef QualifiedType) const;
  const ScopeFacts *scope(llvm::StringRef QualifiedType) const;
  bool isIdle(llvm::StringRef QualifiedName) const;
  /// Whether what a function does may count against its callers.
  bool isFollowed(llvm::StringRef QualifiedName) const;
  bool isStopToken(llvm::StringRef QualifiedType) const;
  bool isRelease(llvm::StringRef Method) const;
  /// The exceptions by which coroutines of that type are cancelled.
  llvm::ArrayRef<std::string> cancellations(llvm::StringRef QualifiedType) const;
  bool isView(llvm::StringRef QualifiedType) const;
  bool isHolder(llvm::StringRef QualifiedType) const;
  bool isOwner(llvm::StringRef QualifiedType) const;
  bool isCallable(llvm::StringRef QualifiedType) const;
  bool forgetsCallables(llvm::StringRef QualifiedName) const;
  bool isDetachedTask(llvm::StringRef QualifiedType) const;
  bool removes(llvm::StringRef QualifiedName) const;
  bool isThreadBound(llvm::StringRef QualifiedName) const;
  /// What to write instead of a blocking call of `Kind` in a coroutine whose
  /// type has `QualifiedType`; the general advice where the library has none.
  llvm::StringRef replacement(llvm::StringRef QualifiedType, llvm::StringRef Kind) const;
  /// All that `replacement` has for the type: kind and text, by kind.
  std::vector<std::pair<std::string, std::string>> replacements(llvm::StringRef QualifiedType) const;

private:
  void index(const LibraryModel &Model);
  const LibraryModel *modelOf(llvm::StringRef QualifiedName) const;

  /// Owns what the maps point to; shared with copies.
  std::vector<std::shared_ptr<const LibraryModel>> Models;
  llvm::StringMap<const LibraryModel *> ModelByNamespace;
  llvm::StringMap<const BlockingCalls *> BlockingByName;
  llvm::StringMap<const BlockingRanges *> RangeByType;
  llvm::StringMap<const StreamFacts *> StreamByType;
  llvm::StringMap<const CleanupFacts *> CleanupByType, CleanupByOpening;
  llvm::StringSet<> CombiningCalls, SpawnCalls, EagerTypes;
  llvm::StringMap<LockCall> LockCallByName;
  llvm::StringSet<> GuardTypes, AsyncLockTypes, IdleCalls, NotFollowed;
  llvm::StringMap<const ScopeFacts *> ScopeByType;
  llvm::StringSet<> RunsHereExact, InMemoryTypes, PoolTypes, ExecutorTagTypes, ReadyCheckMethods,
      AwaitableTypes, StepMethods, TokenTypes, ReleaseMethods;
  llvm::StringSet<> ViewTypes, HolderTypes, OwnerTypes, CallableTypes, ForgettingCalls;
  llvm::StringSet<> DetachedTypes, RemovingMethods, ThreadBoundCalls, StepFunctions, EmptyAtEndCalls;
  std::vector<std::string> RunsHerePrefixes;
};

} // namespace asynciter
