// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Loans.h"

#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace asynciter {

std::string nameOf(const NamedDecl &Entity, llvm::StringRef IfNone) {
  const IdentifierInfo *Name = Entity.getIdentifier();
  return Name ? "`" + Name->getName().str() + "`" : IfNone.str();
}

std::string borrowerOf(const Frame &Made, const Loan &Lent) {
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Made.Call);
  if (const ValueDecl *Object = Operator ? entityOf(Operator->getArg(0)) : nullptr;
      Object && Lent.Through.empty())
    return nameOf(*Object, "this coroutine");
  const std::string Name = functionForPeople(*Lent.Coroutine);
  return Name == "the lambda" ? Name : "`" + Name + "`";
}

std::string endOf(const Frame &Made, const Fate &Becomes, Gone When, const Function &Where) {
  if (When == Gone::AfterFunction)
    return "ends when " + nameOf(*Where.Declared, "this function") + " returns";
  if (When == Gone::AfterScope)
    return Becomes.Is == Fate::Kept ? "ends before " + nameOf(*Becomes.In, "what keeps the coroutine")
                                    : "ends while the coroutine may still run";
  if (Made.Becomes.Is == Fate::Kept && Made.Becomes.In->getIdentifier())
    return "ends with this expression, before " + nameOf(*Made.Becomes.In, "") + " is used";
  return std::string("ends with this expression") +
         (Becomes.Is == Fate::LoopedOver ? ", before the loop begins" : "");
}

std::vector<Note> notesFor(const Loan &Lent, const Unit &In) {
  std::vector<Note> Notes;
  for (const CallExpr *Passed : Lent.Through)
    Notes.push_back({Passed->getExprLoc(), "it is handed on here"});
  const SourceManager &Sources = In.context().getSourceManager();
  if (Lent.Parameter && !Sources.isInSystemHeader(Lent.Parameter->getLocation()))
    Notes.push_back({Lent.Parameter->getLocation(),
                     nameOf(*Lent.Parameter, "this parameter") + " only refers to its argument"});
  return Notes;
}

} // namespace asynciter
