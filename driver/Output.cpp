// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Output.h"

#include "Options.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

namespace fs = llvm::sys::fs;

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

/// A plain file, or none yet.
bool isPlain(llvm::StringRef File) {
  fs::file_status Seen;
  return fs::status(File, Seen) ? !fs::is_symlink_file(File) : fs::is_regular_file(Seen);
}

/// What a link leads to, not the link.
llvm::Error replace(llvm::StringRef File, llvm::StringRef Text) {
  llvm::SmallString<256> Place;
  if (fs::real_path(File, Place))
    Place = File;
  return llvm::writeToOutput(Place, [&](llvm::raw_ostream &Out) {
    Out << Text;
    return llvm::Error::success();
  });
}

/// To what is no plain file, a device or a pipe; and to what a link leads to that is not there
/// yet.
llvm::Error writeThrough(llvm::StringRef File, llvm::StringRef Text) {
  std::error_code Wrong;
  llvm::raw_fd_ostream Out(File, Wrong, fs::CD_OpenAlways, fs::FA_Write, fs::OF_None);
  if (!Wrong) {
    Out << Text;
    Out.close();
    Wrong = Out.error();
    Out.clear_error();
  }
  return llvm::errorCodeToError(Wrong);
}

} // namespace

bool writeOutput(llvm::StringRef File, llvm::StringRef Text) {
  if (File.empty())
    return writeToStandardOutput(Text);
  llvm::Error Wrong = isPlain(File) ? replace(File, Text) : writeThrough(File, Text);
  if (!Wrong)
    return true;
  complain("cannot write '" + File + "': " + llvm::toString(std::move(Wrong)));
  return false;
}

void discardOutput(llvm::StringRef File) {
  fs::file_status Seen;
  if (!fs::status(File, Seen) && fs::is_regular_file(Seen))
    fs::remove(File);
}

bool isSameFile(llvm::StringRef One, llvm::StringRef Other) {
  bool Same = false;
  return !One.empty() && !fs::equivalent(One, Other, Same) && Same;
}

bool coloursWanted(llvm::StringRef File) {
  return File.empty() && !std::getenv("NO_COLOR") && llvm::sys::Process::StandardOutHasColors();
}

} // namespace asynciter
