// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Precompiled headers as the cache keeps them.
//
// Little-endian, numbers of 64 bits.
//
//   units           for how many the headers were chosen
//   headers         count, (tokens, count of prints, prints..., bytes, packed bytes, packed by zstd)...
#pragma once

#include "TokenWatch.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <memory>
#include <optional>

namespace asynciter {

/// One precompiled header. It cannot be changed, and may be used by several threads.
struct SharedHeader {
  /// As Clang writes it.
  llvm::SmallVector<char, 0> Bytes;
  /// As in a `TokenRecord`.
  std::vector<TokenRecord::Print> Prints;
  unsigned Tokens;
};

/// Those for units with the same options.
struct SharedSet {
  std::vector<std::unique_ptr<const SharedHeader>> Headers;
  std::uint64_t Units = 0;
};

/// Nothing where zstd is missing: they are too large to be kept as they are.
std::optional<std::string> encode(const SharedSet &Of);

/// Nothing if it is damaged.
std::optional<SharedSet> decodeSharedSet(llvm::StringRef Bytes);

} // namespace asynciter
