// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a new guard holds: by its constructor's arguments, by what it is moved
// from, by the function that gives it.
#pragma once

#include "model/LockPaths.h"
#include "model/LockTypes.h"

#include <deque>

namespace asynciter {

/// `defer_lock`, `adopt_lock`, `try_to_lock` are objects of classes that are
/// named after them, in whichever library.
enum class Tag { None, Defer, Adopt, Try };
Tag tagOf(const clang::Expr &Argument);

/// A null pointer.
bool isNull(const clang::Expr &Value);

/// Makes the holds of one function, each taking once.
class GuardMaker {
public:
  explicit GuardMaker(const Unit &In) : In(In), Kinds(In.facts<LockTypes>()) {}

  struct Making {
    const void *Origin;
    clang::SourceLocation At;
    llvm::StringRef Holder;
    bool IsTemporary = false;
  };
  /// What a guard of a type made of `Value` holds; nothing where that is not known.
  Outcomes made(const clang::Expr &Value, clang::QualType Type, const Making &By, LockPath &On,
                unsigned Depth = 0);
  /// The same for one that is made of these arguments in its place.
  Outcomes constructedOwn(llvm::ArrayRef<const clang::Expr *> Arguments, clang::QualType Type,
                          const clang::CXXConstructorDecl *Constructor, const Making &By, LockPath &On);

  const Hold *hold(const Making &By, llvm::ArrayRef<const clang::Expr *> Locks);
  const Hold *asyncHold(const Making &By, llvm::StringRef Lock, llvm::StringRef Kind);

  /// What a lock is known by.
  const clang::Decl *lockNamed(const clang::Expr &Object) const;

private:
  Outcomes constructed(const clang::CXXConstructExpr &Construct, clang::QualType Type, const Making &By,
                       LockPath &On, unsigned Depth);
  const Hold *adopted(llvm::ArrayRef<const clang::Expr *> Locks, LockPath &On);
  bool mayDefer(const clang::CallExpr &Call) const;

  const Unit &In;
  const LockTypes &Kinds;
  std::deque<Hold> Made;
  std::map<const void *, const Hold *> ByOrigin;
  /// What the parameters of a wrapper's constructor stand for.
  std::map<const clang::Decl *, const clang::Expr *> Bound;
};

} // namespace asynciter
