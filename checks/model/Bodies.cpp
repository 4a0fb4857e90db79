// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Bodies.h"

#include "model/SystemOnly.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace asynciter {

/// The one of this thread, if it is at a lesser parse.
static thread_local LesserParse *Current = nullptr;

LesserParse::LesserParse() { Current = this; }
LesserParse::~LesserParse() { Current = nullptr; }

void askForLeftOut(const FunctionDecl &Function) {
  if (!Current || !isInSystemHeader(Function))
    return;
  const FunctionDecl *Definition = Function.getDefinition();
  // An instance that is not there may be one that only a body left out needs.
  const FunctionDecl *Pattern = Definition ? nullptr : Function.getTemplateInstantiationPattern();
  if (Definition ? Definition->hasSkippedBody()
                 : Pattern && Pattern->isDefined() && SystemOnly().contains(Function))
    Current->giveUp();
}

void askForLeftOut(const FunctionTemplateDecl &Template) {
  if (Current && isInSystemHeader(Template))
    Current->giveUp();
}

bool isLikelyRead(const FunctionDecl &Function) {
  // Whether it lets go of a lock, or ends the program: Duties, LockTypes.
  if (isa<CXXDestructorDecl>(Function))
    return true;
  const auto *Method = dyn_cast<CXXMethodDecl>(&Function);
  if (!Method)
    return false;
  // Whether a guard takes the lock: LockTypes, LockMaking.
  const StringRef Class = Method->getParent()->getName();
  if (isa<CXXConstructorDecl>(Method))
    return Class.contains_insensitive("lock") || Class.contains_insensitive("guard");
  // What an owner lends: Borrows.
  if (Method->getOverloadedOperator() == OO_Star || Method->getOverloadedOperator() == OO_Arrow)
    return true;
  if (!Method->getIdentifier())
    return false;
  const StringRef Name = Method->getName();
  // Whether an awaiter suspends and what a promise takes, of Types and Graph; what a lock
  // does, and what destructors call, of LockTypes.
  return llvm::is_contained({"await_ready", "await_suspend", "yield_value", "lock", "try_lock", "unlock",
                             "begin", "end", "get_deleter", "deref", "clear", "joinable", "release"},
                            Name) ||
         Name.contains_insensitive("destroy") || Name.contains_insensitive("dealloc") ||
         Name.starts_with("_M_get");
}

const Stmt *bodyOf(const FunctionDecl &Function, const FunctionDecl **Definition) {
  const FunctionDecl *Defined = nullptr;
  const Stmt *Body = Function.getBody(Defined);
  if (!Body)
    askForLeftOut(Function);
  if (Definition)
    *Definition = Defined;
  return Body;
}

} // namespace asynciter
