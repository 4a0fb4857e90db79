// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SourceText.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace asynciter {
namespace {

/// Every byte but the first of a character has these upper bits.
bool continuesCharacter(char Byte) { return (Byte & 0xC0) == 0x80; }

} // namespace

const SourceText::Text &SourceText::text(llvm::StringRef File) {
  auto [At, New] = Texts.try_emplace(File);
  Text &Result = At->second;
  if (!New)
    return Result;
  auto Read = llvm::MemoryBuffer::getFile(File);
  Result.Buffer = Read ? std::move(*Read) : llvm::MemoryBuffer::getMemBuffer("", File);
  Result.LineStarts.push_back(0);
  for (auto [Offset, Byte] : llvm::enumerate(Result.Buffer->getBuffer()))
    if (Byte == '\n')
      Result.LineStarts.push_back(Offset + 1);
  return Result;
}

Region SourceText::region(llvm::StringRef File, unsigned Offset, unsigned Length) {
  const Text &Of = text(File);
  llvm::StringRef All = Of.Buffer->getBuffer();
  auto Place = [&](size_t At) {
    At = std::min(At, All.size());
    auto Next = llvm::upper_bound(Of.LineStarts, At);
    unsigned Line = Next - Of.LineStarts.begin();
    llvm::StringRef Before = All.slice(Of.LineStarts[Line - 1], At);
    return std::make_pair(Line, unsigned(Before.size() - llvm::count_if(Before, continuesCharacter) + 1));
  };
  auto [StartLine, StartColumn] = Place(Offset);
  auto [EndLine, EndColumn] = Place(size_t(Offset) + Length);
  return {StartLine, StartColumn, EndLine, EndColumn};
}

unsigned SourceText::offset(llvm::StringRef File, unsigned Line, unsigned Column) {
  const Text &Of = text(File);
  if (Line == 0 || Column == 0 || Line > Of.LineStarts.size())
    return 0;
  return std::min<size_t>(Of.LineStarts[Line - 1] + Column - 1, Of.Buffer->getBufferSize());
}

llvm::StringRef SourceText::line(llvm::StringRef File, unsigned Number) {
  const Text &Of = text(File);
  if (Number == 0 || Number > Of.LineStarts.size())
    return {};
  return Of.Buffer->getBuffer().drop_front(Of.LineStarts[Number - 1]).take_until([](char Byte) {
    return Byte == '\n' || Byte == '\r';
  });
}

} // namespace asynciter
