// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The names by which declarations are looked up in the library models and
// spoken of in messages. Always of resolved, canonical declarations.
#pragma once

#include "clang/AST/Type.h"

#include "llvm/ADT/SmallVector.h"

#include <string>

namespace clang {
class ASTContext;
class CXXRecordDecl;
class FunctionDecl;
class NamedDecl;
} // namespace clang

namespace asynciter {

/// `std::future::get`, `::read`: the path of enclosing namespaces and classes
/// without template arguments, inline and anonymous namespaces. Something in the
/// global namespace starts with `::`.
std::string qualifiedName(const clang::NamedDecl &Named);

/// As `qualifiedName`, but a global name has no leading `::` unless it is a C
/// function, where `::read` is how people write it. For messages.
std::string nameForPeople(const clang::NamedDecl &Named);

/// A function's own name for a message: `fetch`, `Feed::poll`, `operator()` of
/// a lambda becomes `the lambda`.
std::string functionForPeople(const clang::FunctionDecl &Function);

/// The class behind a type, through references, aliases and `auto`; for a
/// dependent specialisation, and one that was never instantiated, the
/// template's own class. Null if there is none.
const clang::CXXRecordDecl *classOf(clang::QualType Type);

/// Adds the direct bases of a class to a list that has each class once. (The
/// pattern of a recursive template is a base of itself.)
void addBases(const clang::CXXRecordDecl &Class, llvm::SmallVectorImpl<const clang::CXXRecordDecl *> &To);

/// The class of that qualified name, if the unit declares it.
const clang::CXXRecordDecl *classNamed(llvm::StringRef QualifiedName, const clang::ASTContext &Context);

/// The qualified name of the class behind a type; empty if there is none.
std::string className(clang::QualType Type);

} // namespace asynciter
