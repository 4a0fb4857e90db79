// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Chain.h"

#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

std::string calleeForPeople(const CallSite &Link) {
  if (!Link.Callee)
    return Link.Through ? "`" + Link.Through->getNameAsString() + "`" : "the range";
  const auto *Method = dyn_cast<CXXMethodDecl>(Link.Callee);
  if (Method && Method->getParent()->isLambda())
    return "the lambda";
  if (const auto *Special = dyn_cast<CXXConstructorDecl>(Link.Callee))
    return "the constructor of `" + nameForPeople(*Special->getParent()) + "`";
  if (const auto *Special = dyn_cast<CXXDestructorDecl>(Link.Callee))
    return "the destructor of `" + nameForPeople(*Special->getParent()) + "`";
  return "`" + nameForPeople(*Link.Callee) + "`";
}

std::string tellLink(llvm::StringRef Caller, CallSite::Kind How, llvm::StringRef Callee,
                     llvm::StringRef Because) {
  const llvm::StringRef Verb = How == CallSite::Looped      ? " loops over "
                               : How == CallSite::Destroyed ? " runs "
                                                            : " calls ";
  return (Caller + Verb + Callee + (Because.empty() ? " here" : ", which " + Because)).str();
}

std::string describe(const CallSite &Link) {
  switch (Link.How) {
  case CallSite::Called:
    return (isa_and_nonnull<CXXConstructorDecl>(Link.Callee) ? "it runs " : "it calls ") +
           calleeForPeople(Link);
  case CallSite::Destroyed:
    return "it runs " + calleeForPeople(Link);
  case CallSite::Run:
    return "it has " + calleeForPeople(Link) + " run";
  case CallSite::Looped:
    return "it loops over a range";
  }
  return {};
}

std::string describeEnd(const Blocked &Why) { return "`" + Why.Name + "` " + Why.Because; }

std::vector<Note> notesFor(const Blocked &Why, const Function &Coroutine, const Unit &In) {
  std::vector<Note> Notes;
  for (size_t At = 1; At != Why.Links.size(); ++At) {
    const CallSite &Link = *Why.Links[At];
    const std::string Caller = calleeForPeople(*Why.Links[At - 1]);
    const bool IsLast = At + 1 == Why.Links.size();
    const std::string Told =
        IsLast && Link.How == CallSite::Looped ? "`" + Why.Name + "`" : calleeForPeople(Link);
    Notes.push_back({Link.At, tellLink(Caller, Link.How, Told, IsLast ? Why.Because : "")});
  }
  const llvm::StringRef Instead =
      In.libraries().replacement(className(Coroutine.Declared->getReturnType()), Why.Kind);
  const std::string Reason = Why.Links.size() > 1 ? std::string() : describeEnd(Why) + "; ";
  if (!Instead.empty())
    Notes.push_back({Why.Links.front()->At, Reason + "instead, " + Instead.str()});
  else if (!Reason.empty())
    Notes.push_back({Why.Links.front()->At, describeEnd(Why)});
  return Notes;
}

/// The local that keeps what `Site` made; null if none does.
static const VarDecl *keeperOf(const CallSite &Site, const Function &Coroutine) {
  const VarDecl *Keeper = nullptr;
  forEachLocal(*Coroutine.Body, [&](const VarDecl &Local) {
    if (Local.getInit() && strip(Local.getInit()) == Site.Site)
      Keeper = &Local;
  });
  return Keeper;
}

/// Anywhere in an argument: `istream_iterator(in)` works on `in`.
static bool mentions(const Stmt &Part, const VarDecl &Local) {
  const auto *Named = dyn_cast<DeclRefExpr>(&Part);
  bool Found = Named && Named->getDecl() == &Local;
  forEachPart(Part, [&](const Stmt &Nested) { Found = Found || mentions(Nested, Local); });
  return Found;
}

bool isRepeatedBelow(const CallSite &Site, const Blocked &Why, const std::vector<CallSite> &Sites,
                     const Function &Coroutine, const BlockingFacts &Facts, bool WithLocks) {
  // `in >> a >> b`: the inner call is what the outer one works on.
  const bool GoesOn = llvm::any_of(Sites, [&](const CallSite &Outer) {
    const Expr *On = Outer.Object              ? Outer.Object
                     : Outer.Arguments.empty() ? nullptr
                                               : Outer.Arguments.front();
    return On && Outer.Blocking && Site.Blocking && Outer.Blocking->Kind == Site.Blocking->Kind &&
           strip(On) == Site.Site;
  });
  if (GoesOn)
    return true;
  const VarDecl *Opened = Why.Kind == "file" ? keeperOf(Site, Coroutine) : nullptr;
  return Opened && llvm::any_of(Sites, [&](const CallSite &Later) {
           const bool WorksOnIt =
               (Later.Object && mentions(*Later.Object, *Opened)) ||
               llvm::any_of(Later.Arguments, [&](const Expr *Given) { return mentions(*Given, *Opened); });
           return &Later != &Site && WorksOnIt && Facts.blocks(Later, Coroutine, WithLocks);
         });
}

} // namespace asynciter
