// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in with the protocol of hiredis; not hiredis's code.
#pragma once
extern "C" {
typedef struct redisContext redisContext;
typedef struct redisAsyncContext redisAsyncContext;
redisContext *redisConnect(const char *, int);
redisContext *redisConnectNonBlock(const char *, int);
void *redisCommand(redisContext *, const char *, ...);
int redisAppendCommand(redisContext *, const char *, ...);
int redisGetReply(redisContext *, void **);
int redisAsyncCommand(redisAsyncContext *,
                      void (*)(redisAsyncContext *, void *, void *), void *,
                      const char *, ...);
}
