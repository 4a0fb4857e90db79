// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the library models, and attributes, say of a call by itself, without
// looking into any function.
#pragma once

#include "facts/Calls.h"

#include "llvm/ADT/DenseMap.h"

namespace asynciter {

/// For one `Unit`; ask for it with `unit.facts<Catalogue>()`. Names are made and
/// looked up once for each function, as a unit calls few of them very often.
class Catalogue {
public:
  explicit Catalogue(const Unit &In) : In(In) {}

  /// Fills in what is known of the call: `Blocking`, and `Range` with `Ranges`.
  void lookUp(CallSite &Site) const;
  /// Whether a function runs its callable arguments before it returns, and goes
  /// through its ranges.
  bool runsHere(const clang::FunctionDecl &Callee) const;

  /// By an attribute or annotation.
  static bool isAnnotatedBlocking(const clang::FunctionDecl &Callee);
  static bool isDeclaredNonBlocking(const clang::FunctionDecl &Callee);

private:
  const BlockingCalls *blocking(const CallSite &Site) const;
  const BlockingCalls *blockingByObject(const clang::FunctionDecl &Callee,
                                        const clang::CXXRecordDecl *Object) const;
  void findRange(CallSite &Site) const;

  const Unit &In;
  using Key = std::pair<const clang::FunctionDecl *, const clang::CXXRecordDecl *>;
  mutable llvm::DenseMap<Key, const BlockingCalls *> Blocking;
  mutable llvm::DenseMap<const clang::FunctionDecl *, bool> Runs;
};

/// The call or construction that made a value: through variables and pipes.
const clang::Expr *makerOf(const clang::Expr &Value);

} // namespace asynciter
