// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a coroutine that was given a stop token is meant to stop by it, and
// cannot while a stream or step that it waits for has not been told of it.
//
// Does not see: tokens that are bound in another way (to a context, an options
// object, an adaptor around the stream); streams that take no token.
#include "Rule.h"
#include "model/Names.h"
#include "model/Step.h"
#include "model/Unit.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

static bool isToken(QualType Type, const Unit &In) { return In.libraries().isStopToken(className(Type)); }

/// The token that the coroutine has as a parameter.
static const ParmVarDecl *tokenOf(const Function &Where, const Unit &In) {
  for (const ParmVarDecl *Parameter : Where.Declared->parameters())
    if (Parameter->getIdentifier() && isToken(Parameter->getType(), In))
      return Parameter;
  return nullptr;
}

/// Whether the call leaves out a token that its function takes.
static bool leavesOutToken(const CallExpr &Call, const Unit &In) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee)
    return false;
  for (const Expr *Argument : Call.arguments())
    if (isToken(Argument->getType(), In))
      return isa<CXXDefaultArgExpr>(Argument);
  // An overload that takes the same and a token.
  for (const NamedDecl *Named : Callee->getDeclContext()->lookup(Callee->getDeclName())) {
    const auto *Other = dyn_cast<FunctionDecl>(Named->getUnderlyingDecl());
    if (!Other || Other->getNumParams() != Callee->getNumParams() + 1 ||
        !isToken(Other->parameters().back()->getType(), In))
      continue;
    if (llvm::all_of(llvm::zip(Callee->parameters(), Other->parameters()), [](const auto &Pair) {
          return std::get<0>(Pair)->getType().getCanonicalType() ==
                 std::get<1>(Pair)->getType().getCanonicalType();
        }))
      return true;
  }
  return false;
}

/// Whether the token, or something made of it, is in the call in another way.
static bool knowsToken(const CallExpr &Call, const ParmVarDecl &Token) {
  bool Knows = false;
  auto IsMadeOfIt = [&](const ValueDecl *Named) {
    const auto *Local = dyn_cast_or_null<VarDecl>(Named);
    bool Made = Named == &Token;
    if (Local && Local->getInit() && Local != &Token)
      forEachNested(*Local->getInit(), [&](const Stmt &Part) {
        const auto *Source = dyn_cast<DeclRefExpr>(&Part);
        Made |= Source && Source->getDecl() == &Token;
      });
    return Made;
  };
  forEachNested(Call, [&](const Stmt &Part) {
    if (const auto *Named = dyn_cast<DeclRefExpr>(&Part))
      Knows |= IsMadeOfIt(Named->getDecl());
  });
  return Knows;
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Where : In.functions()) {
    const ParmVarDecl *Token = Where.isAsync() ? tokenOf(Where, In) : nullptr;
    if (!Token)
      continue;
    forEachNested(*Where.Body, [&](const Stmt &Part) {
      const auto *Call = dyn_cast<CallExpr>(&Part);
      if (!Call ||
          !((Call->isPRValue() && In.types().isStream(Call->getType())) || stepOf(*Call, In.types())) ||
          !leavesOutToken(*Call, In) || knowsToken(*Call, *Token) || !In.isReachable(Where, *Call))
        return;
      Out.report({placeOf(*Call), "`" + functionForPeople(*Call->getDirectCallee()) +
                                      "` takes a stop token, and is not given `" + Token->getNameAsString() +
                                      "`: it waits on when a stop is requested"});
    });
  }
}

extern const Rule dropped_stop_token;
const Rule dropped_stop_token = {
    {"dropped-stop-token",
     "a coroutine has a stop token and does not give it to a stream or step that accepts one", Tier::Pedantic,
     "0.1.0"},
    check};

} // namespace asynciter
