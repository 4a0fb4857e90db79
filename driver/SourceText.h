// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <vector>

namespace asynciter {

/// From one character to before another, as people count: lines and columns
/// from one, columns in characters (Unicode code points).
struct Region {
  unsigned StartLine, StartColumn, EndLine, EndColumn;
};

/// The text of source files, by line. Reads every file once.
class SourceText {
public:
  Region region(llvm::StringRef File, unsigned Offset, unsigned Length);
  /// Of a place as compilers count; 0 when there is none such.
  unsigned offset(llvm::StringRef File, unsigned Line, unsigned Column);
  bool has(llvm::StringRef File, unsigned Offset) {
    return !text(File).Buffer->getBuffer().empty() && Offset <= text(File).Buffer->getBufferSize();
  }
  /// A line without its end; empty when there is none such.
  llvm::StringRef line(llvm::StringRef File, unsigned Number);

private:
  struct Text {
    std::unique_ptr<llvm::MemoryBuffer> Buffer;
    std::vector<unsigned> LineStarts;
  };
  const Text &text(llvm::StringRef File);

  llvm::StringMap<Text> Texts;
};

} // namespace asynciter
