// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What conditions say of the end of a stream, on one path through a consumer.
#pragma once

#include "model/Types.h"

#include "llvm/ADT/APSInt.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace clang {
class Expr;
class Stmt;
class ValueDecl;
} // namespace clang

namespace asynciter {

/// What one outcome of a condition says of a cursor: a variable that holds a
/// step's result, an iterator, or a stream with an end flag of its own.
struct EndOutcome {
  enum Kind { IsItem, IsEnd, OfAnotherStream };
  Kind Says;
  const clang::ValueDecl *Cursor;
  /// The test, and the stream whose end it asked for, where it is another one.
  const clang::Expr *Test = nullptr;
  const clang::ValueDecl *OtherStream = nullptr;

  bool operator==(const EndOutcome &Other) const {
    return Says == Other.Says && Cursor == Other.Cursor && Test == Other.Test;
  }
};

/// What is known of one cursor.
struct Cursor {
  /// What may be the case: several, after paths were merged.
  enum Case : unsigned { Untested = 1, Item = 2, End = 4 };
  unsigned May = Untested;
  std::set<const clang::Expr *> Steps;
  const clang::ValueDecl *Stream = nullptr;
  /// A test on the way that asked another stream.
  const clang::Expr *ForeignTest = nullptr;
  const clang::ValueDecl *ForeignStream = nullptr;

  bool operator==(const Cursor &Other) const {
    return May == Other.May && Steps == Other.Steps && ForeignTest == Other.ForeignTest;
  }
};

/// A variable that holds the outcome of a test, as it was when it was stored.
struct StoredTest {
  std::vector<EndOutcome> IfTrue, IfFalse;
  bool operator==(const StoredTest &Other) const {
    return IfTrue == Other.IfTrue && IfFalse == Other.IfFalse;
  }
};

/// A stream that is known to be at its end.
struct EndedStream {
  /// What told so, and by which outcome.
  const clang::Expr *Test = nullptr;
  bool Outcome = false;
  /// What was changed since, and so may remember that the stream has ended; the
  /// flag is for what is not local.
  std::set<const clang::ValueDecl *> Changed;
  bool OthersChanged = false;

  bool operator==(const EndedStream &Other) const {
    return Test == Other.Test && Outcome == Other.Outcome && Changed == Other.Changed &&
           OthersChanged == Other.OthersChanged;
  }
};

/// What is known on one path. A variable that is in no map may be anything.
struct Path {
  std::map<const clang::ValueDecl *, Cursor> Cursors;
  std::map<const clang::ValueDecl *, StoredTest> Tests;
  /// Variables that were last given a constant.
  std::map<const clang::ValueDecl *, llvm::APSInt> Constants;
  /// Streams, and the cursors that told of it.
  std::map<const clang::ValueDecl *, EndedStream> Ended;
  /// Where streams were begun.
  std::map<const clang::ValueDecl *, const clang::Expr *> Begun;
  /// How many further items a stream is sure to give, where that is not as many
  /// as it was made with; and the steps that were sure to give one.
  std::map<const clang::ValueDecl *, unsigned> Left;
  std::set<const clang::Expr *> Certain;

  void forget(const clang::ValueDecl &Variable);
  bool operator==(const Path &Other) const;
};

/// Reads conditions. Keeps no state.
class EndTests {
public:
  explicit EndTests(const Types &Shapes) : Shapes(Shapes) {}

  /// The local, parameter or member of `*this` that an expression stands for:
  /// through references, assignments, the awaited advance of an iterator and
  /// the right side of a comma.
  const clang::ValueDecl *cursorOf(const clang::Expr *Written) const;
  /// What `Condition` having the value `Truth` says of the cursors of `On`.
  std::vector<EndOutcome> outcomes(const clang::Expr &Condition, bool Truth, const Path &On) const;
  /// The condition's value, where constants and tests before it tell.
  std::optional<bool> value(const clang::Expr &Condition, const Path &On) const;
  /// Calls `Visit` for the cursors and stored tests of `On` that an expression
  /// uses other than by reading an item.
  void forEachMention(const clang::Stmt &Part, const Path &On,
                      llvm::function_ref<void(const clang::ValueDecl &)> Visit) const;

private:
  void collect(const clang::Expr &Condition, bool Truth, const Path &On,
               std::vector<EndOutcome> &Found) const;
  void compare(const clang::Expr &Whole, const clang::Expr &Left, const clang::Expr &Right, bool Equal,
               const Path &On, std::vector<EndOutcome> &Found) const;

  const Types &Shapes;
};

/// The variable that a reference was bound to, or the variable itself.
const clang::ValueDecl *referred(const clang::ValueDecl *Named);

/// The two sides of an assignment, built in or overloaded.
bool isAssignment(const clang::Expr &Written, const clang::Expr *&Left, const clang::Expr *&Right);

} // namespace asynciter
