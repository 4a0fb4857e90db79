// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Async comprehensions: all adaptors of streams, and what is awaited at their end.
//
//     auto names = co_await (users(db) | filter(&user::active) | transform(&user::name) | take(10)
//                                      | to<std::vector>());
//
// is what `[u.name async for u in users(db) if u.active]` is in Python, cut off after ten. Each part is in a
// header of its own, which says what it does and what it costs; timing.h, which needs Asio, is not included.
//
// Lifetime. An lvalue is borrowed by an adaptor and must outlive it; an rvalue is owned, and closed when the
// adaptor is closed, which for_each and the ends of collect.h do.
//
// Cost. Nothing per adaptor where the callables are no coroutines: they become one loop over the stream's own
// step.
#pragma once

#include "asynciter/async_stream.h"
#include "asynciter/buffer.h"
#include "asynciter/chunk.h"
#include "asynciter/collect.h"
#include "asynciter/combine.h"
#include "asynciter/filter.h"
#include "asynciter/for_each.h"
#include "asynciter/merge.h"
#include "asynciter/take.h"
#include "asynciter/timeout.h"
#include "asynciter/transform.h"
