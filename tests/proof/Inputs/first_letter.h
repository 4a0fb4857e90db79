// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What other files than the one with `main` may call.
#pragma once

#include <asynciter/task.h>

#include <string>
#include <string_view>

#ifdef BAD
asynciter::task<int> first_letter(std::string_view text);
#else
asynciter::task<int> first_letter(std::string text);
#endif
