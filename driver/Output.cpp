// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Output.h"

#include "Options.h"

#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

namespace asynciter {
namespace {

bool writeToStandardOutput(llvm::StringRef Text) {
  llvm::raw_fd_ostream &Out = llvm::outs();
  Out << Text;
  Out.flush();
  std::error_code Wrong = Out.error();
  // Else the stream would end the program on its own behalf.
  Out.clear_error();
  if (!Wrong || Wrong == std::errc::broken_pipe)
    return true;
  complain("cannot write to the standard output: " + Wrong.message());
  return false;
}

} // namespace

bool writeOutput(llvm::StringRef File, llvm::StringRef Text) {
  if (File.empty())
    return writeToStandardOutput(Text);
  llvm::Error Wrong = llvm::writeToOutput(File, [&](llvm::raw_ostream &Out) {
    Out << Text;
    return llvm::Error::success();
  });
  if (!Wrong)
    return true;
  complain("--output: cannot write '" + File + "': " + llvm::toString(std::move(Wrong)));
  return false;
}

bool coloursWanted(llvm::StringRef File) {
  return File.empty() && !std::getenv("NO_COLOR") && llvm::sys::Process::StandardOutHasColors();
}

} // namespace asynciter
