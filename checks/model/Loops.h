// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Range-`for` loops that suspend, and what other code may do to their containers
// meanwhile.
#pragma once

#include "model/Unit.h"

#include <map>
#include <set>

namespace clang {
class CallExpr;
class CXXForRangeStmt;
class ValueDecl;
} // namespace clang

namespace asynciter {

/// The first suspension below a statement, as written; null if there is none.
const clang::Stmt *firstSuspension(const clang::Stmt &Part);

/// The loops that go on to another element, or use the one at hand, after they
/// have suspended.
std::set<const clang::CXXForRangeStmt *> loopsThatGoOn(const Unit &In, const Function &Coroutine);

/// Whether the coroutine holds something that an await has given it and that it
/// never mentions: a lock.
bool holdsALock(const Function &Coroutine);

/// The calls that remove elements of containers, or replace all of them. For one
/// `Unit`; ask for it with `unit.facts<Removals>()`.
class Removals {
public:
  explicit Removals(const Unit &In);
  struct Removal {
    const clang::CallExpr *Call;
    const Function *Where;
  };
  /// The first one in another function; null if there is none.
  const Removal *from(const clang::ValueDecl &Container, const Function &NotIn) const;

private:
  void find(const clang::Stmt &Part, const Function &Where);

  const Unit &In;
  std::map<const clang::ValueDecl *, std::vector<Removal>> Known;
};

} // namespace asynciter
