// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Variables that refer to something which is good for a while only, and are used
// after that: an item after the next step, a thread's own data after a
// suspension. Dataflow over the coroutine's graph.
#pragma once

#include "model/Borrows.h"

#include <set>

namespace clang {
class VarDecl;
} // namespace clang

namespace asynciter {

/// What is followed: the asker names the things and tells when they end.
class Perishable {
public:
  /// A thing, by the variable or member that it comes from.
  using Thing = const clang::ValueDecl *;
  /// The things that a variable may refer to at this point.
  using Knowledge = llvm::function_ref<std::set<Thing>(const clang::ValueDecl &)>;

  virtual ~Perishable() = default;
  /// What a variable that is given `Value` refers to.
  virtual std::set<Thing> referredBy(const clang::VarDecl &Variable, const clang::Expr &Value,
                                     Knowledge Known) const = 0;
  /// The thing that ends there, null for all of them; nothing for most elements.
  virtual std::optional<Thing> endedBy(const clang::Stmt &Element) const = 0;
};

struct LateUse {
  const clang::Expr *Use;
  const clang::VarDecl *Variable;
  Perishable::Thing Of;
  /// Where the variable was given what it refers to, and what ended that.
  const clang::Expr *Given;
  const clang::Stmt *Ended;
};

/// The first late use of each variable on each path, in source order.
///
/// Deliberately blind: a variable whose address is taken, or that a lambda
/// captures by reference, may be given another value at any time.
std::vector<LateUse> lateUses(const Unit &In, const Function &Coroutine, const Perishable &Asked);

} // namespace asynciter
