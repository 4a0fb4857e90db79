// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A unit that makes the compiler or a rule crash costs itself and no other, also where
// it nests so deeply that the stack is not enough for it.
#pragma once

namespace asynciter {

/// Makes what `CrashRecoveryContext` runs come back from crashes, and threads that are
/// started from now on, and the caller's, have much stack. Once, from the first thread.
void prepareForCrashes();

/// The same for what else a thread has to have. On each thread that parses; more often
/// than once does no harm.
void prepareThreadForCrashes();

} // namespace asynciter
