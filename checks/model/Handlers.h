// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exception handlers: which one gets an exception, and whether it goes on.
#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <string>

namespace clang {
class ASTContext;
class CXXCatchStmt;
class CXXTryStmt;
class Stmt;
} // namespace clang

namespace asynciter {

/// The first handler that gets one of the exceptions, which are classes by their
/// qualified names; null if none does.
const clang::CXXCatchStmt *handlerOf(const clang::CXXTryStmt &Try, llvm::ArrayRef<std::string> Exceptions,
                                     const clang::ASTContext &Context);

/// Whether a handler only takes note of an exception: it neither throws nor
/// leaves, keeps nothing of it, and changes nothing that others may look at.
bool goesOn(const clang::CXXCatchStmt &Handler);

} // namespace asynciter
