// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: what has to be awaited cannot be done by a destructor, so an object
// whose library, class or destructor demands an awaited cleanup must get it on
// every way out of its scope.
//
// Does not see: members and objects in containers; what becomes of one that is
// handed to a function, captured or stored; exceptions that calls may throw,
// other than where the library's model says that they count.
#include "Rule.h"
#include "model/Duties.h"

#include "clang/AST/Decl.h"

using namespace clang;

namespace asynciter {

static std::string told(const MissedExit &Exit, const std::string &Cleanup) {
  switch (Exit.How) {
  case MissedExit::Return:
  case MissedExit::Jump:
    return "this leaves its scope without " + Cleanup;
  case MissedExit::Throw:
    return "the exception leaves its scope without " + Cleanup;
  case MissedExit::Escape:
    return "an exception of this await leaves its scope without " + Cleanup;
  case MissedExit::ScopeEnd:
    return "its scope ends here without " + Cleanup;
  case MissedExit::Overwritten:
    return "what it held is assigned over without " + Cleanup;
  }
  return "";
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Where : In.functions())
    for (const MissedDuty &Missed : missedDuties(In, Where)) {
      const std::string Cleanup = "`" + Missed.Owed.By.front() + "`";
      Finding Found{Missed.Owner->getLocation(), "`" + Missed.Owner->getNameAsString() +
                                                     "` can be destroyed without " + Cleanup + ": " +
                                                     Missed.Owed.Otherwise};
      for (const MissedExit &Exit : Missed.Exits)
        Found.Notes.push_back({Exit.At, told(Exit, Cleanup)});
      Out.report(std::move(Found));
    }
}

extern const Rule missing_cleanup;
const Rule missing_cleanup = {{"missing-cleanup",
                               "a stream that demands an awaited cleanup can leave its scope without it",
                               Tier::Correctness, "0.1.0"},
                              check};

} // namespace asynciter
