// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file system that notes what is asked of it, so that nothing that a parse may
// depend on is forgotten: headers, but also where they were looked for in vain,
// response files, module maps, the folders of compilers.
#pragma once

#include "Footprint.h"

#include "llvm/Support/VirtualFileSystem.h"

namespace asynciter {

/// The real file system of `On`, with a note in `Into` of each look.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> recording(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> On,
                                                          Footprint &Into);

} // namespace asynciter
