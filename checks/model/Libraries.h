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
  /// Calling, or dropping, such a stream has an effect of its own.
  bool MayBeDropped = false;
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
  /// Methods that tell whether an object is ready, or wait until it is; for
  /// C libraries functions that do so for their first argument.
  std::vector<std::string> ReadyChecks;
  std::vector<StreamFacts> Streams;
  /// Types that can be awaited though their members do not show it.
  std::vector<std::string> Awaitables;
  /// Method names that advance a stream, beside `next`.
  std::vector<std::string> Steps;
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
  bool isReadyCheck(llvm::StringRef Method) const;
  bool isAwaitable(llvm::StringRef QualifiedType) const;
  bool isStep(llvm::StringRef Method) const;
  /// What to write instead of a blocking call of `Kind` in a coroutine whose
  /// type has `QualifiedType`; the general advice where the library has none.
  llvm::StringRef replacement(llvm::StringRef QualifiedType, llvm::StringRef Kind) const;

private:
  void index(const LibraryModel &Model);
  const LibraryModel *modelOf(llvm::StringRef QualifiedName) const;

  /// Owns what the maps point to; shared with copies.
  std::vector<std::shared_ptr<const LibraryModel>> Models;
  llvm::StringMap<const LibraryModel *> ModelByNamespace;
  llvm::StringMap<const BlockingCalls *> BlockingByName;
  llvm::StringMap<const BlockingRanges *> RangeByType;
  llvm::StringMap<const StreamFacts *> StreamByType;
  llvm::StringSet<> RunsHereExact, InMemoryTypes, PoolTypes, ReadyCheckMethods, AwaitableTypes, StepMethods;
  std::vector<std::string> RunsHerePrefixes;
};

} // namespace asynciter
