// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a blocking chain is told: the words that its rules share.
#pragma once

#include "Rule.h"
#include "facts/Blocking.h"

namespace asynciter {

/// "`load`", "the destructor of `Worker`".
std::string calleeForPeople(const CallSite &Link);

/// "`load` calls `read` here", or, at the end of a chain, "`load` calls `::read`,
/// which waits". `Callee` is as `calleeForPeople` has it.
std::string tellLink(llvm::StringRef Caller, CallSite::Kind How, llvm::StringRef Callee,
                     llvm::StringRef Because);

/// "it calls `load`", "it destroys a `Worker`", "it runs `parse`".
std::string describe(const CallSite &Link);

/// "`std::filesystem::directory_iterator` reads the directory at each step".
std::string describeEnd(const Blocked &Why);

/// One note per link below the first, and what to write instead.
std::vector<Note> notesFor(const Blocked &Why, const Function &Coroutine, const Unit &In);

/// Opening a file that a later call in the same coroutine reads or writes is the
/// same mistake, and so is each call but the last of a chain (`in >> a >> b`); the
/// later call speaks.
bool isRepeatedBelow(const CallSite &Site, const Blocked &Why, const std::vector<CallSite> &Sites,
                     const Function &Coroutine, const BlockingFacts &Facts, bool WithLocks);

} // namespace asynciter
