// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a coroutine that keeps a reference, a pointer or a view from its
// caller depends on every caller to keep the object; a parameter by value does
// not. It matters only where the parameter is used after a suspension, of which
// a generator has one before its first line.
//
// Does not see: objects that a member coroutine belongs to (dangling-capture is
// about these), and parameters of classes that keep references.
#include "Rule.h"
#include "model/Frames.h"
#include "model/Names.h"

#include "clang/AST/Decl.h"

using namespace clang;

namespace asynciter {

static void check(const Unit &In, Reporter &Out) {
  const Frames &All = In.facts<Frames>();
  for (const Function &Coroutine : In.functions()) {
    if (!Coroutine.isCoroutine() || Coroutine.IsDependent)
      continue;
    const bool IsGenerator = Coroutine.Kind != FunctionKind::Task;
    for (const ParmVarDecl *Parameter : Coroutine.Declared->parameters()) {
      if (!All.borrows().isBorrow(Parameter->getType()) || !Parameter->getIdentifier())
        continue;
      const bool IsUsed = IsGenerator ? All.usesLater(*Coroutine.Declared, Parameter)
                                      : All.usesBehindSuspension(Coroutine, Parameter);
      if (!IsUsed)
        continue;
      const std::string Name = functionForPeople(*Coroutine.Declared);
      Out.report({Parameter->getLocation(),
                  "`" + Parameter->getNameAsString() + "` only refers to its argument, and " +
                      (Name == "the lambda" ? Name : "`" + Name + "`") + " uses it after a suspension"});
    }
  }
}

extern const Rule borrowed_parameter;
const Rule borrowed_parameter = {
    {"borrowed-parameter", "a coroutine takes a reference, pointer or view and uses it after a suspension",
     Tier::Pedantic, "0.1.0"},
    check};

} // namespace asynciter
