// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cache's folder: named bytes, which come and go whole, and no more of them than
// there is room for. Several programs may use it at once: entries are written beside
// their place and moved there, and one program at a time throws away.
#pragma once

#include "llvm/Support/MemoryBuffer.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace asynciter {

class CacheStore {
public:
  /// What cannot be written is said once, and is no failure.
  CacheStore(std::string Folder, std::uint64_t Bytes) : Folder(std::move(Folder)), Limit(Bytes) {}

  /// An entry, which counts as used from now on; null if there is none.
  std::unique_ptr<llvm::MemoryBuffer> read(llvm::StringRef Name) const;
  /// What would push out much of the rest is not kept.
  void write(llvm::StringRef Name, llvm::StringRef Bytes);

  /// Throws away what was not used for longest, if there is too much and something
  /// has been written.
  void shrink() const;

private:
  void complain(llvm::StringRef Why);

  std::string Folder;
  std::uint64_t Limit;
  std::atomic<bool> Wrote = false, Complained = false;
};

} // namespace asynciter
