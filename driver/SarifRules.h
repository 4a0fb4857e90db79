// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "Rule.h"

#include "llvm/Support/JSON.h"

namespace asynciter {

/// The tool and all its rules, as SARIF describes them.
llvm::json::Object sarifDriver();

/// The rule's place among them.
unsigned sarifIndex(const RuleInfo &Info);

/// "warning", or "note" for what is off by default.
llvm::StringRef sarifLevel(const RuleInfo &Info);

} // namespace asynciter
