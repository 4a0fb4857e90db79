// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SharedSet.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/DataExtractor.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/Support/raw_ostream.h"

namespace zstd = llvm::compression::zstd;

namespace asynciter {

std::optional<std::string> encode(const SharedSet &Of) {
  if (!zstd::isAvailable())
    return std::nullopt;
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  llvm::support::endian::Writer Into(Out, llvm::endianness::little);
  Into.write<std::uint64_t>(Of.Units);
  Into.write<std::uint64_t>(Of.Headers.size());
  for (const auto &Each : Of.Headers) {
    Into.write<std::uint64_t>(Each->Tokens);
    Into.write<std::uint64_t>(Each->Prints.size());
    Into.write(llvm::ArrayRef(Each->Prints));
    llvm::SmallVector<std::uint8_t, 0> Packed;
    zstd::compress(llvm::arrayRefFromStringRef(llvm::toStringRef(Each->Bytes)), Packed,
                   zstd::BestSpeedCompression);
    Into.write<std::uint64_t>(Each->Bytes.size());
    Into.write<std::uint64_t>(Packed.size());
    Out << llvm::toStringRef(Packed);
  }
  return Text;
}

std::optional<SharedSet> decodeSharedSet(llvm::StringRef Bytes) {
  llvm::DataExtractor From(Bytes, /*IsLittleEndian=*/true, /*AddressSize=*/8);
  llvm::DataExtractor::Cursor At(0);
  SharedSet Made;
  Made.Units = From.getU64(At);
  for (std::uint64_t Left = From.getU64(At); At && Left; --Left) {
    auto Header = std::make_unique<SharedHeader>();
    Header->Tokens = From.getU64(At);
    for (std::uint64_t Prints = From.getU64(At); At && Prints; --Prints)
      Header->Prints.push_back(From.getU64(At));
    const std::uint64_t Size = From.getU64(At), PackedSize = From.getU64(At);
    const llvm::StringRef Packed = From.getBytes(At, PackedSize);
    // A damaged size is not to take all memory: zstd makes no more of it.
    if (!At || !zstd::isAvailable() || Size >> 16 > Packed.size())
      break;
    llvm::SmallVector<std::uint8_t, 0> Unpacked;
    if (llvm::errorToBool(zstd::decompress(llvm::arrayRefFromStringRef(Packed), Unpacked, Size))) {
      llvm::consumeError(At.takeError());
      return std::nullopt;
    }
    Header->Bytes.assign(Unpacked.begin(), Unpacked.end());
    Made.Headers.push_back(std::move(Header));
  }
  if (llvm::errorToBool(At.takeError()) || At.tell() != Bytes.size())
    return std::nullopt;
  return Made;
}

} // namespace asynciter
