// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a stream does nothing until it is stepped, so one that is created
// and then neither iterated, stored nor handed on is work that never happens.
//
// Does not see: a stream that is stored in a member, a container or a variable
// that something mentions and still nobody iterates.
#include "Rule.h"
#include "model/Names.h"
#include "model/Step.h"
#include "model/Unit.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

/// The call that makes a new stream; null if `Value` is not one.
static const CallExpr *creation(const Expr &Value, const Unit &In) {
  const Expr *Inner = strip(&Value);
  if (const auto *Await = dyn_cast<CoawaitExpr>(Inner)) {
    // An awaited stream is stepped; an awaitable may deliver a stream.
    if (In.types().isStream(Await->getOperand()->getType()))
      return nullptr;
    const auto *Call = dyn_cast<CallExpr>(strip(Await->getOperand()));
    return Call && Await->isPRValue() && In.types().isStream(Await->getType()) ? Call : nullptr;
  }
  const auto *Call = dyn_cast<CallExpr>(Inner);
  if (!Call || !Call->isPRValue() || !In.types().isStream(Call->getType()) || stepOf(*Call, In.types()))
    return nullptr;
  const StreamFacts *Facts = In.libraries().stream(className(Call->getType()));
  return Facts && Facts->MayBeDropped ? nullptr : Call;
}

static std::string creatorOf(const CallExpr &Call) {
  const FunctionDecl *Creator = Call.getDirectCallee();
  return Creator ? "`" + functionForPeople(*Creator) + "`" : "this call";
}

/// A session or subscription that can also be stepped; a generator's destructor
/// only destroys its frame.
static bool isKeptForItsDestructor(const VarDecl &Local, const Types &Shapes) {
  const CXXRecordDecl *Class = classOf(Local.getType());
  return Class && Class->hasDefinition() && !Shapes.isGenerator(Local.getType()) &&
         Class->hasUserDeclaredDestructor();
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Where : In.functions()) {
    auto Report = [&](const Expr &Value, const std::string &Why) {
      const CallExpr *Call = creation(Value, In);
      if (Call && In.isReachable(Where, *Call))
        Out.report(
            {placeOf(*Call), "the stream that " + creatorOf(*Call) + " creates is never iterated" + Why});
    };
    forEachDropped(*Where.Body, [&](const Expr &Value) { Report(Value, ""); });
    forEachLocal(*Where.Body, [&](const VarDecl &Local) {
      if (isKeptForItsDestructor(Local, In.types()))
        return;
      if (Local.getInit() && !Local.isReferenced() && !Local.hasAttr<UnusedAttr>() && !Local.isStaticLocal())
        Report(*Local.getInit(), ": nothing uses `" + Local.getNameAsString() + "`");
    });
  }
}

extern const Rule dropped_stream;
const Rule dropped_stream = {{"dropped-stream",
                              "a stream is created and never iterated, handed on, or stored",
                              Tier::Correctness, "0.1.0"},
                             check};

} // namespace asynciter
