// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What values refer to without keeping it: references, pointers, views, spans,
// iterators, reference wrappers, closures that capture by reference.
#pragma once

#include "model/Unit.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace clang {
class CallExpr;
class CXXMethodDecl;
class Expr;
class ValueDecl;
} // namespace clang

namespace asynciter {

/// An object that a value refers to.
struct Lender {
  enum Kind {
    Temporary, ///< gone at the end of the full expression
    Local,     ///< a local, or parameter by value, of the function itself
    Parameter, ///< what a parameter refers to
    This,      ///< the object, or a member of it
    Source,    ///< what the asker said to look for
  };
  Kind Is;
  /// The temporary, or the mention of the variable.
  const clang::Expr *At;
  const clang::ValueDecl *Variable = nullptr;
  /// Of a parameter: not itself, but what the pointer or view in it refers to.
  bool ByValue = false;
};

/// Answers questions about types and expressions of one unit. Cheap to make.
class Borrows {
public:
  explicit Borrows(const Unit &In) : In(In) {}

  /// Whether a value of the type refers to something that it does not keep.
  /// References to empty classes, functions and null do not count.
  bool isBorrow(clang::QualType Type) const;
  /// What a variable of type `As` that is made from `Value` refers to, as far as
  /// that is certain; what outlives every function is left out.
  std::vector<Lender> lenders(const clang::Expr &Value, clang::QualType As) const;
  /// What an lvalue or temporary is part of.
  std::vector<Lender> referents(const clang::Expr &Object) const;
  /// What a value such as a pointer or a view refers to.
  std::vector<Lender> held(const clang::Expr &Value) const;
  /// The expressions within `Value`, as lvalues or as values, that `IsSource` says
  /// yes to and that a variable of type `As` which is made from it refers to.
  std::vector<const clang::Expr *>
  sources(const clang::Expr &Value, clang::QualType As,
          llvm::function_ref<bool(const clang::Expr &, bool AsValue)> IsSource) const;

  /// Whether the class keeps what its methods return references to: containers,
  /// strings, optionals. What a smart pointer points to may outlive it.
  bool isOwner(clang::QualType Type) const;
  bool isSmartPointer(clang::QualType Type) const;

private:
  struct Search;
  const Unit &In;
};

/// The object of a call by member, operator or closure, and the arguments that
/// stand for the parameters; null where there is none.
const clang::Expr *objectOf(const clang::CallExpr &Call);
const clang::Expr *argumentFor(const clang::CallExpr &Call, unsigned Parameter);

} // namespace asynciter
