// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What one `co_await` does, as far as the awaiter's own functions show it.
#pragma once

#include "model/Unit.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace clang {
class CoawaitExpr;
} // namespace clang

namespace asynciter {

/// Whether the coroutine may stop there. An awaiter that says of itself that it
/// is always ready never stops one, nor does a task in sight that never waits;
/// what is not in sight may.
bool canSuspend(const clang::CoawaitExpr &Await, const Unit &In);

/// Calls `Visit` for each `co_await` that a person wrote in the body, in order.
void forEachAwait(const clang::Stmt &Body, llvm::function_ref<void(const clang::CoawaitExpr &)> Visit);

/// Whether a body has a `co_await`, or what a template will make one of.
bool awaits(const clang::Stmt &Body);

} // namespace asynciter
