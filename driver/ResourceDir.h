// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

namespace asynciter {

/// The folder with the headers that belong to the Clang we are linked with:
/// beside its library, or where the build found it.
std::string resourceDir();

} // namespace asynciter
