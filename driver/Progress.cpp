// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Progress.h"

#include "Paths.h"

#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

namespace asynciter {
namespace {

/// Back to the first column, and nothing right of it.
constexpr llvm::StringLiteral Wipe = "\r\x1b[K";

} // namespace

Progress::Progress(unsigned Total) : Total(Total), OnTerminal(llvm::sys::Process::StandardErrIsDisplayed()) {}

Progress::~Progress() {
  if (Shown)
    llvm::errs() << Wipe;
}

void Progress::done(llvm::StringRef File) {
  std::lock_guard<std::mutex> Lock(Guard);
  ++Finished;
  if (!OnTerminal || Clock::now() - Start < std::chrono::seconds(1))
    return;
  Shown = true;
  std::string Line =
      (llvm::Twine("[") + llvm::Twine(Finished) + "/" + llvm::Twine(Total) + "] " + displayPath(File)).str();
  // A line that wraps could not be wiped.
  if (unsigned Width = llvm::sys::Process::StandardErrColumns())
    Line.resize(std::min<size_t>(Line.size(), Width - 1));
  llvm::errs() << Wipe << Line;
}

} // namespace asynciter
