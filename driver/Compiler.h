// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Clang, set up as a command says, to read and not to write.
#pragma once

#include "Commands.h"

#include "llvm/ADT/IntrusiveRefCntPtr.h"

#include <memory>

namespace clang {
class CompilerInstance;
class CompilerInvocation;
class DiagnosticConsumer;
} // namespace clang
namespace llvm::vfs {
class FileSystem;
}

namespace asynciter {

class Footprint;

/// The files of the machine. Each unit has its own view of them: the working
/// directory is the command's, while that of the process belongs to all threads. `Seen`,
/// if it is there, gets what was looked at.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> filesOf(const Command &How, Footprint *Seen);

/// What the command asks for; null if it cannot be told. `Unread` hears of the
/// command line, which may hold what only other compilers know: no reason to give up.
std::shared_ptr<clang::CompilerInvocation>
invocationFor(const Command &How, const llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> &Files,
              clang::DiagnosticConsumer &Unread);

/// Ready to execute an action. Not for the stack: after a crash global lists may
/// still lead there. `Errors` must outlive it.
std::unique_ptr<clang::CompilerInstance> compilerFor(std::shared_ptr<clang::CompilerInvocation> What,
                                                     llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
                                                     clang::DiagnosticConsumer &Errors);

} // namespace asynciter
