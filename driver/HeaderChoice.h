// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "TokenWatch.h"

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <vector>

namespace asynciter {

/// Which system headers to precompile together for units with the same options, given
/// what some of them are made of. Each unit includes all that one of the results
/// names. `Share` is how many units each of `Units` stands for, itself among them.
std::vector<std::vector<std::string>> chooseHeaders(llvm::ArrayRef<TokenRecord> Units, double Share);

} // namespace asynciter
