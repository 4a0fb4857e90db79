// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which locals owe an awaited cleanup, and on which written ways out of their
// scope it was neither done nor handed on: dataflow over the coroutine's graph.
#pragma once

#include "model/Unit.h"

#include <optional>

namespace clang {
class Stmt;
class ValueDecl;
} // namespace clang

namespace asynciter {

/// What a type owes before its objects may be destroyed.
struct Duty {
  /// Method names that do it.
  std::vector<std::string> By;
  /// Completes "... without `cleanup`, and ...".
  std::string Otherwise;
  bool AfterStep = false;
  /// A stream that has told its end owes nothing any more.
  bool UntilEnd = false;
  /// Only where the call that makes the object is given that argument, from 1.
  unsigned IfMadeWithArgument = 0;
  bool OnExceptions = false;
};

/// The duty that a library model, an annotation of a method or the shape of the
/// type lays on objects of `Type`. The shape is a stream, no generator, with an
/// awaitable `close` or `cleanup` whose destructor can end the program; it is owed
/// between the first step and the end.
std::optional<Duty> dutyOf(clang::QualType Type, const Unit &In);

/// A way out of a scope on which a duty was not done.
struct MissedExit {
  enum Kind {
    Return,
    Jump,     ///< `break`, `continue`, `goto`
    Throw,    ///< a written one
    Escape,   ///< an exception of what is awaited
    ScopeEnd, ///< control falls through
    Overwritten,
  };
  Kind How;
  clang::SourceLocation At;
};

struct MissedDuty {
  /// A variable, a parameter or a structured binding.
  const clang::ValueDecl *Owner;
  Duty Owed;
  /// In source order, each place once.
  std::vector<MissedExit> Exits;
};

/// In the order of the declarations. Whatever else uses an object than by its
/// own steps and tests is taken to have it handed on: functions that are given
/// it, lambdas that capture it, methods that are not const.
std::vector<MissedDuty> missedDuties(const Unit &In, const Function &Where);

} // namespace asynciter
