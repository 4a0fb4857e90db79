// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Timing.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <atomic>
#include <cstdint>
#include <ctime>
#include <map>
#include <mutex>

namespace asynciter {
namespace {

constexpr llvm::StringLiteral Names[] = {"scan", "share", "parse", "facts", "rules", "link", "report"};

std::atomic<std::int64_t> OfPhase[std::size(Names)];
std::mutex Guard;
std::map<llvm::StringRef, std::int64_t> OfRule;
std::map<llvm::StringRef, unsigned> Counts;

/// The innermost scope of this thread, and since when its time is not yet taken.
thread_local Timing::Scope *Current = nullptr;
thread_local std::int64_t Since = 0;

/// This thread's CPU time in nanoseconds.
std::int64_t now() {
  timespec Time;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &Time);
  return std::int64_t(Time.tv_sec) * 1'000'000'000 + Time.tv_nsec;
}

void printLine(llvm::raw_ostream &Out, llvm::StringRef Kind, llvm::StringRef Name, std::int64_t Nanoseconds) {
  Out << "timing: " << Kind << ' ' << Name << llvm::format(" %.3f ms\n", double(Nanoseconds) / 1e6);
}

} // namespace

void Timing::Scope::begin() {
  if (Current)
    Current->take();
  else
    Since = now();
  Outer = Current;
  Current = this;
}

/// What crashed may have left scopes within that did not end: their time is this one's.
void Timing::Scope::end() {
  take();
  Current = Outer;
}

void Timing::Scope::take() const {
  const std::int64_t Now = now(), Taken = Now - Since;
  Since = Now;
  OfPhase[Of] += Taken;
  if (Rule.empty())
    return;
  const std::lock_guard<std::mutex> Lock(Guard);
  OfRule[Rule] += Taken;
}

void Timing::count(llvm::StringRef What, unsigned Times) {
  if (!IsOn)
    return;
  const std::lock_guard<std::mutex> Lock(Guard);
  Counts[What] += Times;
}

void Timing::print(llvm::raw_ostream &Out) {
  if (!IsOn)
    return;
  for (std::size_t Each = 0; Each != std::size(Names); ++Each)
    printLine(Out, "phase", Names[Each], OfPhase[Each]);
  for (const auto &[Rule, Taken] : OfRule)
    printLine(Out, "rule", Rule, Taken);
  for (const auto &[What, Number] : Counts)
    Out << "timing: " << What << ' ' << Number << '\n';
}

} // namespace asynciter
