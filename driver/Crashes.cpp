// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Crashes.h"

#include "llvm/Support/CrashRecoveryContext.h"

#include <csignal>
#include <memory>
#include <pthread.h>
#include <sys/resource.h>

namespace asynciter {
namespace {

/// What Clang's own programs ask for is 8 MB; rules and facts go through expressions that
/// Clang parses without going deeper. Only what is used takes memory.
constexpr std::size_t StackBytes = 64 << 20;

/// Where a handler runs when the stack is used up.
class SpareStack {
public:
  SpareStack() {
    stack_t Use{};
    Use.ss_sp = Bytes.get();
    Use.ss_size = Size;
    sigaltstack(&Use, nullptr);
  }
  ~SpareStack() {
    stack_t None{};
    None.ss_flags = SS_DISABLE;
    sigaltstack(&None, nullptr);
  }

private:
  static constexpr std::size_t Size = 64 << 10;
  std::unique_ptr<char[]> Bytes = std::make_unique<char[]>(Size);
};

} // namespace

void prepareForCrashes() {
  llvm::CrashRecoveryContext::Enable();
  for (const int Signal : {SIGSEGV, SIGBUS}) {
    struct sigaction Handler;
    sigaction(Signal, nullptr, &Handler);
    Handler.sa_flags |= SA_ONSTACK;
    sigaction(Signal, &Handler, nullptr);
  }
  rlimit Stack;
  if (getrlimit(RLIMIT_STACK, &Stack) == 0 && Stack.rlim_cur < StackBytes) {
    Stack.rlim_cur = Stack.rlim_max < StackBytes ? Stack.rlim_max : StackBytes;
    setrlimit(RLIMIT_STACK, &Stack);
  }
#ifdef __GLIBC__
  // Without a size of their own, threads have what the limit was when the program began.
  pthread_attr_t Usual;
  if (pthread_attr_init(&Usual) == 0) {
    pthread_attr_setstacksize(&Usual, StackBytes);
    pthread_setattr_default_np(&Usual);
    pthread_attr_destroy(&Usual);
  }
#endif
}

void prepareThreadForCrashes() { thread_local const SpareStack Spare; }

} // namespace asynciter
