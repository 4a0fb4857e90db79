// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is known of locks on the paths that lead to one point, and what
// conditions say there.
#pragma once

#include "model/Locks.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <map>
#include <optional>

namespace clang {
class ASTContext;
class Decl;
class ValueDecl;
} // namespace clang

namespace asynciter {

/// One taking of a lock.
struct Hold {
  const void *Origin;
  Held Told;
  /// The locks themselves, as far as they have names.
  std::vector<const clang::Decl *> Locks;
};

/// What a variable or condition is known by: a declaration, an expression, or a
/// condition that is written more than once.
using Key = std::uint64_t;
inline Key keyOf(const void *Named) { return reinterpret_cast<std::uintptr_t>(Named); }

struct LockPath {
  /// Guards, temporaries and bare locks to what they hold; null: known to hold
  /// nothing. Of what is not in here nothing is known.
  std::map<Key, const Hold *> Holds;
  /// A guard that is on its way from one variable into another.
  std::map<Key, const Hold *> Moving;
  /// The values of variables, tries and conditions.
  std::map<Key, bool> Known;

  bool operator==(const LockPath &Other) const {
    return Holds == Other.Holds && Moving == Other.Moving && Known == Other.Known;
  }
};

/// The paths that lead to one point; past `Most` merged into what all agree on.
struct LockPaths {
  static constexpr std::size_t Most = 24;

  std::vector<LockPath> All;
  bool Merged = false;

  void add(LockPath One) {
    if (!llvm::is_contained(All, One))
      All.push_back(std::move(One));
  }
  bool join(const LockPaths &Other);
};

/// What making a guard gives: one hold, none (null), or either.
using Outcomes = llvm::SmallVector<const Hold *, 2>;

/// The variable, parameter or member that an expression stands for, through
/// references to what they were bound to.
const clang::ValueDecl *resolved(const clang::ValueDecl *Named);
const clang::ValueDecl *guardNamed(const clang::Expr &Object);
/// The variable whose member, or member's member, an expression is.
const clang::ValueDecl *wrapperOf(const clang::Expr &Object);
/// The guard that a condition asks whether it holds its lock; null if it does not.
const clang::Expr *askedGuard(const clang::Expr &Condition);

/// Reads conditions, and remembers what they speak of.
class LockConditions {
public:
  explicit LockConditions(clang::ASTContext &Context) : Context(Context) {}

  /// The condition without what negates it.
  static const clang::Expr &plain(const clang::Expr &Condition, bool &Negated);
  /// The same for conditions that are written alike.
  Key keyFor(const clang::Expr &Condition);
  std::optional<bool> value(const clang::Expr &Condition, const LockPath &On);
  /// Forgets what was known of conditions that speak of `Changed`.
  void invalidate(const clang::ValueDecl &Changed, LockPath &On) const;

private:
  clang::ASTContext &Context;
  std::map<Key, std::vector<const clang::ValueDecl *>> Mentions;
};

} // namespace asynciter
