// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a type's shape says about async iteration. Recognised by members first;
// names from the library models only refine. docs/model.md has the vocabulary.
#pragma once

#include "clang/AST/Type.h"

namespace clang {
class CXXRecordDecl;
class FunctionDecl;
class NamedDecl;
} // namespace clang

namespace asynciter {

class Libraries;
struct StreamFacts;

/// How a consumer steps a stream.
enum class Protocol {
  None,
  AwaitedIterator, ///< `co_await s.begin()`, `it != s.end()`, `co_await ++it`
  AwaitedNext,     ///< `while (auto item = co_await s.next())`
  AwaitedCall,     ///< `while (auto item = co_await s())`
  AwaitedObject,   ///< `while (s) item = co_await s;`
  SenderStream,    ///< `while (auto item = co_await done_as_optional(next(s)))`
};

/// Answers questions about types. Cheap to make; keeps no state.
class Types {
public:
  explicit Types(const Libraries &Known) : Known(Known) {}

  /// The protocol of a stream type. A type with several has the one that comes
  /// first in `Protocol`; `steps` asks about one in particular.
  Protocol protocol(clang::QualType Type) const;
  bool isStream(clang::QualType Type) const { return protocol(Type) != Protocol::None; }
  /// Whether `Type` is a stream that can be stepped in this way.
  bool steps(clang::QualType Type, Protocol Way) const;

  /// A method by whose name a stream is stepped: `next`, and what the models add.
  bool isStepMethod(const clang::NamedDecl &Method) const;
  /// A method that a model names as a step of that type.
  bool isStepMethod(const clang::NamedDecl &Method, clang::QualType Stream) const;
  /// What the models say of a stream type; null if they do not name it.
  const StreamFacts *facts(clang::QualType Stream) const;
  /// A function that steps the stream which it is given first.
  bool isStepFunction(const clang::FunctionDecl &Function) const;
  /// A function that makes the step which it is given tell the end in its result.
  bool isEmptyAtEnd(const clang::FunctionDecl &Function) const;

  /// Whether `co_await` accepts it, as far as the type itself shows.
  bool isAwaitable(clang::QualType Type) const;
  /// What awaiting it gives; null where the type does not show it.
  clang::QualType awaitedResult(clang::QualType Awaitable) const;

  /// Converts to bool, or can be asked whether it has a value.
  bool isTestable(clang::QualType Type) const;
  /// An error code: tested, it says that something went wrong.
  bool isErrorCode(clang::QualType Type) const;
  /// Can be tested for emptiness and then read: optional-like types, pointers.
  bool isOptionalLike(clang::QualType Type) const;

  /// What `*result` gives, without references; null if there is no such operator.
  clang::QualType itemOf(clang::QualType Result) const;

  /// A range whose iterators are there, and go on, without an await.
  bool isSyncRange(clang::QualType Type) const;

  /// An optional or expected that names a promise: `co_await` in such a function
  /// goes on or leaves it at once, and nothing is ever suspended.
  bool isResult(clang::QualType Type) const;

  /// A type that names a promise, so that a coroutine may return it.
  bool isCoroutine(clang::QualType Type) const;
  /// When the body of a coroutine begins to run, by its promise's first
  /// suspension; of a type, by the promise that it names.
  enum class Start { Unknown, AtOnce, WhenAwaited };
  static Start startOf(const clang::CXXRecordDecl &Promise);
  Start startOf(clang::QualType Type) const;

  /// A coroutine's return type whose promise takes `co_yield`.
  bool isGenerator(clang::QualType Type) const;

private:
  const Libraries &Known;
};

/// The public method `Name` of the class or a base that can be called without
/// arguments; null if there is none.
const clang::FunctionDecl *nullaryMethod(const clang::CXXRecordDecl &Class, llvm::StringRef Name);

} // namespace asynciter
