// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Compiler.h"

#include "RecordingFileSystem.h"

#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/Utils.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace clang;

namespace asynciter {

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> filesOf(const Command &How, Footprint *Seen) {
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Own = llvm::vfs::createPhysicalFileSystem();
  Own->setCurrentWorkingDirectory(How.Directory);
  return Seen ? recording(std::move(Own), *Seen) : Own;
}

/// Writes nothing, and needs nothing that another compiler wrote.
static void restrict(CompilerInvocation &Invocation) {
  Invocation.getDependencyOutputOpts() = DependencyOutputOptions();
  Invocation.getDiagnosticOpts().DiagnosticSerializationFile.clear();
  // Else Clang sums up its errors.
  Invocation.getDiagnosticOpts().ShowCarets = false;
  Invocation.getFrontendOpts().OutputFile.clear();
  Invocation.getFrontendOpts().DisableFree = false;
  Invocation.getCodeGenOpts().ClearASTBeforeBackend = false;
  // Comments and spell-checking cost time, and only explain errors.
  Invocation.getLangOpts().CommentOpts = CommentOptions();
  Invocation.getLangOpts().SpellChecking = false;
}

std::shared_ptr<CompilerInvocation>
invocationFor(const Command &How, const llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> &Files,
              DiagnosticConsumer &Unread) {
  std::vector<const char *> Arguments;
  for (const std::string &Each : How.Arguments)
    Arguments.push_back(Each.c_str());
  CreateInvocationOptions Options;
  Options.VFS = Files;
  Options.RecoverOnError = true;
  Options.Diags =
      CompilerInstance::createDiagnostics(new DiagnosticOptions, &Unread, /*ShouldOwnClient=*/false);
  std::shared_ptr<CompilerInvocation> Made = createInvocation(Arguments, Options);
  if (Made)
    restrict(*Made);
  return Made;
}

std::unique_ptr<CompilerInstance> compilerFor(std::shared_ptr<CompilerInvocation> What,
                                              llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
                                              DiagnosticConsumer &Errors) {
  auto Made = std::make_unique<CompilerInstance>();
  Made->setInvocation(std::move(What));
  Made->createFileManager(std::move(Files));
  Made->createDiagnostics(&Errors, /*ShouldOwnClient=*/false);
  return Made;
}

} // namespace asynciter
