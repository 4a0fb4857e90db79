// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Believes: a callable that returns nothing has nobody who awaits what the
// coroutine behind it returns: each task is dropped where it is made, and does
// nothing, or goes on alone without anyone to hear of its failure.
//
// Does not see: templates that call what they are given and drop the result;
// tasks that start at once and may be dropped, as their types are not marked
// `[[nodiscard]]`.
#include "Rule.h"
#include "model/Bodies.h"
#include "model/Names.h"
#include "model/Unit.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

/// The function type that a type-erased callable is made for; null for others.
static const FunctionProtoType *erasedSignature(QualType Callable) {
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Callable.isNull() ? nullptr : Callable.getNonReferenceType()->getAsCXXRecordDecl());
  if (!Class || Class->getTemplateArgs().size() == 0)
    return nullptr;
  const TemplateArgument &First = Class->getTemplateArgs()[0];
  return First.getKind() == TemplateArgument::Type ? First.getAsType()->getAs<FunctionProtoType>() : nullptr;
}

/// What calling a callable returns; null where its type does not tell.
static QualType resultOf(QualType Callable) {
  Callable = Callable.getNonReferenceType();
  if (Callable->isFunctionPointerType())
    Callable = Callable->getPointeeType();
  if (const auto *Plain = Callable->getAs<FunctionProtoType>())
    return Plain->getReturnType();
  if (const FunctionProtoType *Erased = erasedSignature(Callable))
    return Erased->getReturnType();
  const CXXRecordDecl *Class = Callable->getAsCXXRecordDecl();
  if (!Class || !Class->hasDefinition())
    return {};
  const CXXMethodDecl *Called = nullptr;
  for (const NamedDecl *Found :
       Class->lookup(Class->getASTContext().DeclarationNames.getCXXOperatorName(OO_Call))) {
    if (const auto *Generic = dyn_cast<FunctionTemplateDecl>(Found)) {
      askForLeftOut(*Generic);
      for (const FunctionDecl *Made : Generic->specializations())
        Called = dyn_cast<CXXMethodDecl>(Made);
    } else if (Called) {
      return {}; // Overloaded: which one is called is not known.
    } else {
      Called = dyn_cast<CXXMethodDecl>(Found);
    }
  }
  return Called ? Called->getReturnType() : QualType();
}

/// Whether somebody has to look at what a coroutine returns: it says so, or it
/// has not even started.
static bool mustNotBeDropped(QualType Returned, const Unit &In) {
  const CXXRecordDecl *Class = classOf(Returned);
  if (!Class || Returned->isDependentType() ||
      !(In.types().isStream(Returned) || In.types().isAwaitable(Returned)))
    return false;
  const StreamFacts *Facts = In.libraries().stream(qualifiedName(*Class));
  return !(Facts && Facts->MayBeDropped) && (Class->hasAttr<WarnUnusedResultAttr>() ||
                                             In.types().startOf(Returned) == Types::Start::WhenAwaited);
}

static void check(const Unit &In, Reporter &Out) {
  for (const Function &Where : In.functions())
    forEachNested(*Where.Body, [&](const Stmt &Part) {
      QualType To;
      const Expr *From = nullptr;
      if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Part);
          Construct && Construct->getNumArgs() >= 1) {
        To = Construct->getType();
        From = Construct->getArg(0);
      } else if (const auto *Assign = dyn_cast<CXXOperatorCallExpr>(&Part);
                 Assign && Assign->getOperator() == OO_Equal) {
        To = Assign->getArg(0)->getType();
        From = Assign->getArg(1);
      }
      const FunctionProtoType *Wanted = erasedSignature(To);
      if (!Wanted || !Wanted->getReturnType()->isVoidType() || classOf(From->getType()) == classOf(To))
        return;
      const QualType Returned = resultOf(From->getType());
      if (Returned.isNull() || !mustNotBeDropped(Returned, In) || !In.isReachable(Where, Part))
        return;
      const CXXRecordDecl *Class = classOf(Returned);
      Out.report({strip(From)->getBeginLoc(), "the `" + Class->getNameAsString() +
                                                  "` that this callable returns is dropped at each call: it "
                                                  "is converted to one that returns nothing"});
    });
}

extern const Rule coroutine_as_void_callable;
const Rule coroutine_as_void_callable = {{"coroutine-as-void-callable",
                                          "a callable that returns a task or stream is converted to one that "
                                          "returns void, so that every result is dropped",
                                          Tier::Correctness, "0.1.0"},
                                         check};

} // namespace asynciter
