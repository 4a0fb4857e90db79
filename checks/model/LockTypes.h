// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which types are locks and guards, told by attributes, by shape, and only then
// by the library models.
#pragma once

#include "model/Unit.h"

#include "clang/AST/Type.h"

namespace clang {
class CallExpr;
class CXXConstructExpr;
class CXXConstructorDecl;
class Expr;
} // namespace clang

namespace asynciter {

/// For one `Unit`; ask for it with `unit.facts<LockTypes>()`. Types are looked at
/// once, as a unit uses few of them very often.
class LockTypes {
public:
  explicit LockTypes(const Unit &In) : In(In) {}

  enum class Lock {
    None,
    Sync,  ///< taking it waits on the thread, and a thread owns it
    Async, ///< taking it is awaited; a coroutine owns it
  };
  /// What an object, or what a pointer points to, is.
  Lock lockOf(clang::QualType Type) const;

  enum class Guard {
    None,
    Own,     ///< it releases a lock in its destructor
    Wrapper, ///< a class with a member that does
    Holder,  ///< an optional, a smart pointer, a pair or tuple of such
  };
  Guard guardOf(clang::QualType Type) const;
  /// Whether what a guard refers to is an async lock.
  bool isOfAsyncLock(clang::QualType Guard) const { return refersTo(Guard, Lock::Async); }
  /// Whether a guard that somebody else made is surely one of a sync lock.
  bool isOfSyncLock(clang::QualType Guard) const;
  /// Whether to take such a lock by this guard is to lock a mutex: a document that
  /// is locked while it is edited has `lock()`, too.
  bool locksFor(clang::QualType Guard, clang::QualType Locked) const;
  /// Whether a guard can let go of its lock before it is destroyed.
  bool canLetGo(clang::QualType Type) const;

  enum class Act { None, Take, Try, Release };
  /// What a call does to a lock that is its object, or its argument. Of a guard's
  /// own methods: what it does to what is guarded.
  Act actOf(const clang::CallExpr &Call) const;
  /// The locks that the call acts on: what it is called on, its arguments, or
  /// what an attribute names.
  std::vector<const clang::Expr *> actedOn(const clang::CallExpr &Call) const;

  /// Whether a guard's constructor takes the lock itself, rather than to release
  /// one that was taken before.
  bool takes(const clang::CXXConstructorDecl &Constructor) const;

private:
  Lock lockOf(const clang::CXXRecordDecl &Class) const;
  bool findPlainLock(const clang::CXXRecordDecl &Class) const;
  Lock findLock(const clang::CXXRecordDecl &Class) const;
  Act actOf(const clang::FunctionDecl &Callee) const;
  bool isDeclaredGuard(clang::QualType Guard) const;
  bool refersTo(clang::QualType Guard, Lock Wanted) const;
  bool releasesInDestructor(const clang::CXXRecordDecl &Class) const;
  bool isNothingButALock(const clang::CXXRecordDecl &Class) const;
  Guard findGuard(const clang::CXXRecordDecl &Class, clang::QualType Type) const;

  const Unit &In;
  mutable llvm::DenseMap<const clang::CXXRecordDecl *, Lock> Locks;
  mutable llvm::DenseMap<const clang::CXXRecordDecl *, bool> PlainLocks;
  mutable llvm::DenseMap<const clang::CXXRecordDecl *, Guard> Guards;
  mutable llvm::DenseMap<const clang::FunctionDecl *, Act> Acts;
};

/// A method by whose name a lock is taken at once, tried, or released.
LockTypes::Act actByName(const clang::NamedDecl &Method);

} // namespace asynciter
