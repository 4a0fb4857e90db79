// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How the end of something that a frame borrows is told: the words that the
// lifetime rules share.
#pragma once

#include "Rule.h"
#include "model/Frames.h"

namespace asynciter {

/// "`lines`", "the lambda": the coroutine that borrows, or the closure by whose
/// name it is called.
std::string borrowerOf(const Frame &Made, const Loan &Lent);

/// "ends with this expression, before `all` is used", "ends when `f` returns".
std::string endOf(const Frame &Made, const Fate &Becomes, Gone When, const Function &Where);

/// Where wrappers hand the borrow on, and the parameter that keeps it.
std::vector<Note> notesFor(const Loan &Lent, const Unit &In);

/// "`name`"; "this parameter" and the like where there is no name.
std::string nameOf(const clang::NamedDecl &Entity, llvm::StringRef IfNone);

} // namespace asynciter
