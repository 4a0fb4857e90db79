// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Summary.h"

#include "facts/Callables.h"
#include "facts/Catalogue.h"
#include "facts/Chain.h"
#include "model/Frames.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/xxhash.h"

using namespace clang;

namespace asynciter {

namespace {

/// How an entity is meant.
constexpr llvm::StringLiteral Items = "items", Slot = "slot", Variable = "variable";

/// What USRs leave out: `void (A::*)()` and `int A::*` are the same there.
std::string membersPointedTo(const FunctionDecl &Called) {
  if (Called.getNumParams() == 0)
    return {};
  PrintingPolicy Policy = Called.getASTContext().getPrintingPolicy();
  Policy.AnonymousTagLocations = false;
  std::string Type = Called.getType().getCanonicalType().getAsString(Policy);
  return llvm::StringRef(Type).contains("::*") ? Type : std::string();
}

/// Files name what is visible in them all: not what lies in anonymous namespaces
/// or in functions, or is `static`.
GlobalId hashOf(const NamedDecl &Named, llvm::StringRef Meaning) {
  llvm::SmallString<128> Text;
  if (!Named.isExternallyVisible() || Named.getParentFunctionOrMethod() ||
      index::generateUSRForDecl(&Named, Text))
    return 0;
  if (const auto *Called = dyn_cast<FunctionDecl>(&Named))
    Text += membersPointedTo(*Called);
  Text += '\n';
  Text += Meaning;
  const GlobalId Hash = llvm::xxh3_64bits(Text.str());
  const auto *Field = Meaning == Variable ? dyn_cast<FieldDecl>(&Named) : nullptr;
  const auto *Class = Field ? dyn_cast<CXXRecordDecl>(Field->getParent()) : nullptr;
  return Field && (!Class || Class->isAggregate()) ? Hash | HasManyPlaces : Hash & ~HasManyPlaces;
}

GlobalId slotOf(const CXXMethodDecl &Method) { return hashOf(*Method.getCanonicalDecl(), Slot); }

void addOverridden(const CXXMethodDecl &Method, std::vector<GlobalId> &To) {
  for (const CXXMethodDecl *Base : Method.overridden_methods()) {
    if (const GlobalId Id = slotOf(*Base); Id && !llvm::is_contained(To, Id))
      To.push_back(Id);
    addOverridden(*Base, To);
  }
}

bool isInClosure(const FunctionDecl &Of) {
  for (const DeclContext *Around = &Of; Around; Around = Around->getParent())
    if (const auto *Class = dyn_cast<CXXRecordDecl>(Around); Class && Class->isLambda())
      return true;
  return false;
}

/// Whether this unit may have the table of a class: that with its key function has, and one
/// without such a function where a constructor is used.
bool mayHaveTable(const CXXRecordDecl &Class) {
  if (!Class.hasDefinition() || Class.isDependentContext())
    return false;
  if (const CXXMethodDecl *Key = Class.getASTContext().getCurrentKeyFunction(&Class))
    return Key->isDefined();
  for (const Decl *Each : Class.getDefinition()->decls()) {
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(Each); Constructor && Constructor->isUsed())
      return true;
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(Each);
        Template && isa<CXXConstructorDecl>(Template->getTemplatedDecl()) &&
        llvm::any_of(Template->specializations(), [](const FunctionDecl *One) { return One->isUsed(); }))
      return true;
  }
  return false;
}

/// Whether other units run this unit's body of it. What is inline, or made from a
/// template, each unit that calls it has in sight; and what is only called through
/// a table is there if the table is.
bool isNeededElsewhere(const FunctionDecl &Body) {
  const GVALinkage Linkage = Body.getASTContext().GetGVALinkageForFunction(&Body);
  if (Linkage == GVA_StrongExternal || Linkage == GVA_StrongODR || Body.isInNamedModule())
    return true;
  const auto *Method = dyn_cast<CXXMethodDecl>(&Body);
  return Method && Method->isVirtual() && mayHaveTable(*Method->getParent());
}

} // namespace

GlobalId idOf(const FunctionDecl &Called) {
  return isInClosure(Called) ? 0 : hashOf(*Called.getCanonicalDecl(), "");
}

/// The name of a body: of what runs, not of what is called.
GlobalId Summary::bodyId(const FunctionDecl &Body) const {
  const auto [Known, IsNew] = BodyIds.try_emplace(Body.getCanonicalDecl());
  if (!IsNew)
    return Known->second;
  const auto *Special = dyn_cast<CXXMethodDecl>(&Body);
  if (const Function *Written = In.find(Body))
    Known->second =
        Written->Kind == FunctionKind::SyncGenerator ? hashOf(*Body.getCanonicalDecl(), Items) : idOf(Body);
  else if (Special && Special->isUserProvided())
    Known->second = idOf(Body);
  return Known->second;
}

Step Summary::stepOf(const CallSite &At) const {
  return {At.How, calleeForPeople(At), At.At,
          At.IsVirtual && At.Callee && OverriddenElsewhere.contains(At.Callee->getDeclName())};
}

Summary::Summary(const Unit &In) : In(In), Facts(In.facts<BlockingFacts>()) {
  for (const CXXRecordDecl *Class : In.classes())
    if (!mayHaveTable(*Class))
      for (const CXXMethodDecl *Each : Class->methods())
        if (Each->isVirtual() && (Each->size_overridden_methods() != 0 || Class->isDependentContext()))
          OverriddenElsewhere.insert(Each->getDeclName());
  findWaysOut();
  llvm::DenseSet<const FunctionDecl *> Wanted;
  std::vector<const FunctionDecl *> Work;
  auto Want = [&](const FunctionDecl *Body) {
    if (Body && Wanted.insert(Body->getCanonicalDecl()).second)
      Work.push_back(Body);
  };
  Facts.forEachBody([&](const FunctionDecl &Body, const Function *Written, llvm::ArrayRef<CallSite> Sites) {
    if (Body.isDependentContext())
      return;
    const GlobalId Id = bodyId(Body);
    const auto *Method = dyn_cast<CXXMethodDecl>(&Body);
    const bool IsNeeded = isNeededElsewhere(Body);
    if (Written && Written->isAsync()) {
      for (const CallSite &Site : Sites)
        for (const FunctionDecl *Callee : Facts.bodiesOf(Site))
          if (leadsOut(*Callee))
            Want(Callee);
    } else if (!Catalogue::isDeclaredNonBlocking(Body) &&
               (leadsOut(Body) || Catalogue::isAnnotatedBlocking(Body) || whyBlocks(Body))) {
      if (IsNeeded && (Id || (Method && Method->isVirtual())))
        Want(&Body);
      return;
    }
    if (IsNeeded && Id)
      Harmless.push_back(Id);
  });
  for (const auto &[Named, Held] : In.facts<Callables>().all())
    if (const GlobalId Id = hashOf(*Named, Variable))
      for (const FunctionDecl *Each : Held)
        addAssigned(Id, Each, Want);
  while (!Work.empty()) {
    const FunctionDecl *Next = Work.back();
    Work.pop_back();
    addOutline(*Next);
    for (const Way &Each : Functions.back().Ways)
      Want(Each.To.Body);
  }
  findBorrowings();
  llvm::sort(Harmless);
  Harmless.erase(std::unique(Harmless.begin(), Harmless.end()), Harmless.end());
}

void Summary::findBorrowings() {
  const Frames &All = In.facts<Frames>();
  for (const Function &Each : In.functions()) {
    const FunctionDecl &Of = *Each.Declared;
    if (Each.IsDependent || In.types().startOf(Of.getReturnType()) != Types::Start::WhenAwaited)
      continue;
    const GlobalId Id = idOf(Of);
    if (!Id)
      continue;
    Borrowing Made{Id, 0};
    for (const int Parameter : All.kept(Of))
      if (Parameter >= 0 && Parameter < 64)
        Made.Parameters |= std::uint64_t(1) << Parameter;
    Borrowings.push_back(Made);
  }
  llvm::sort(Borrowings);
}

void Summary::addAssigned(GlobalId Variable, const FunctionDecl *What,
                          llvm::function_ref<void(const FunctionDecl *)> Want) {
  if (!What) {
    Assignments.push_back({Variable, std::nullopt});
    return;
  }
  // To call a coroutine is not to run it.
  const Function *Written = In.find(*What);
  const FunctionDecl *Body = Written && !Written->isCoroutine() ? What->getCanonicalDecl() : nullptr;
  Assignments.push_back({Variable, Target{idOf(*What), Body}});
  if (Body && !Catalogue::isDeclaredNonBlocking(*Body) && (leadsOut(*Body) || whyBlocks(*Body)))
    Want(Body);
}

bool Summary::leadsOut(const FunctionDecl &Body) const { return Leading.contains(Body.getCanonicalDecl()); }

static bool isDefaultedHere(const FunctionDecl &Callee) {
  const FunctionDecl *Made = Callee.getDefinition();
  return Made && Made->isDefaulted();
}

/// What a call runs in another unit, by the name that it has there; zero if it
/// runs nothing there, or nothing that may block unbeknown.
GlobalId Summary::outside(const CallSite &At) const {
  const FunctionDecl *Callee = At.Callee;
  if (At.IsForFailure)
    return 0;
  if (At.Through && !Callee)
    return At.IsAwaited ? 0 : hashOf(*cast<NamedDecl>(At.Through->getCanonicalDecl()), Variable);
  if (!Callee || At.Blocking || (!At.IsVirtual && (In.find(*Callee) || isDefaultedHere(*Callee))))
    return 0;
  const auto [Known, IsNew] = Outside.try_emplace({Callee->getCanonicalDecl(), unsigned(At.IsVirtual)});
  if (IsNew && !Callee->getBuiltinID() && !Callee->isDeleted() &&
      (At.IsVirtual || (!Callee->isImplicit() && !Callee->isDefaulted())) && !Callee->isDependentContext() &&
      !In.context().getSourceManager().isInSystemHeader(Callee->getLocation()) &&
      !Catalogue::isDeclaredNonBlocking(*Callee) && !Catalogue::isAnnotatedBlocking(*Callee) &&
      In.libraries().isFollowed(qualifiedName(*Callee)))
    Known->second = At.IsVirtual ? slotOf(*cast<CXXMethodDecl>(Callee)) : idOf(*Callee);
  return Known->second;
}

/// The sync generator of another unit whose body runs in a loop.
GlobalId Summary::itemsOutside(const CallSite &At) const {
  const auto *Call = At.How == CallSite::Looped ? dyn_cast<CallExpr>(makerOf(*At.Object)) : nullptr;
  const FunctionDecl *Makes = Call ? Call->getDirectCallee() : nullptr;
  if (!Makes || In.find(*Makes) || !In.types().isGenerator(Makes->getReturnType()) ||
      In.types().isStream(Makes->getReturnType()))
    return 0;
  return hashOf(*Makes->getCanonicalDecl(), Items);
}

/// One whose conditions callers elsewhere may settle.
std::optional<Blocked> Summary::whyBlocks(const FunctionDecl &Body) const {
  std::optional<Blocked> Why = Facts.whyBlocks(Body);
  return Why && llvm::all_of(Why->Open, canCross) ? std::move(Why) : std::nullopt;
}

std::vector<Way> Summary::waysOut(const CallSite &At, const FunctionDecl &Caller) const {
  std::vector<Way> Found;
  auto Add = [&](Target To, const CallSite &By) {
    const bool IsKnown = llvm::any_of(Found, [&](const Way &Each) { return Each.To == To; });
    if ((To.Id || To.Body) && !IsKnown)
      Found.push_back({To, stepOf(By), Facts.passedBy(By, Caller)});
  };
  Add({outside(At), nullptr}, At);
  for (const CallSite &Advance : At.Advance)
    Add({outside(Advance), nullptr}, Advance);
  Add({itemsOutside(At), nullptr}, At);
  for (const FunctionDecl *Body : Facts.bodiesOf(At))
    if (leadsOut(*Body))
      Add({bodyId(*Body), Body->getCanonicalDecl()}, At);
  return Found;
}

void Summary::findWaysOut() {
  llvm::DenseMap<const FunctionDecl *, std::vector<const FunctionDecl *>> Callers;
  std::vector<const FunctionDecl *> Work;
  auto Lead = [&](const FunctionDecl &Body) {
    if (Leading.insert(Body.getCanonicalDecl()).second)
      Work.push_back(Body.getCanonicalDecl());
  };
  Facts.forEachBody([&](const FunctionDecl &Body, const Function *Written, llvm::ArrayRef<CallSite> Sites) {
    if ((Written && Written->isAsync()) || Body.isDependentContext())
      return;
    if (const std::optional<Blocked> Why = whyBlocks(Body); Why && Why->Open.empty())
      return;
    for (const CallSite &Site : Sites) {
      const bool Leaves =
          outside(Site) || itemsOutside(Site) ||
          llvm::any_of(Site.Advance, [&](const CallSite &Each) { return outside(Each) != 0; });
      if (Site.Silenced.isValid()) {
        if (Leaves || !Facts.bodiesOf(Site).empty())
          Silenced.push_back(Site.Silenced);
        continue;
      }
      for (const FunctionDecl *Callee : Facts.bodiesOf(Site))
        Callers[Callee->getCanonicalDecl()].push_back(&Body);
      if (Leaves)
        Lead(Body);
    }
  });
  while (!Work.empty()) {
    const FunctionDecl *Callee = Work.back();
    Work.pop_back();
    if (const auto Known = Callers.find(Callee); Known != Callers.end())
      for (const FunctionDecl *Caller : Known->second)
        Lead(*Caller);
  }
}

void Summary::addOutline(const FunctionDecl &Body) {
  Outline Made;
  Made.Body = Body.getCanonicalDecl();
  Made.Id = bodyId(Body);
  CallSite Itself;
  Itself.Callee = &Body;
  Made.Name = calleeForPeople(Itself);
  Made.At = Body.getLocation();
  if (Catalogue::isAnnotatedBlocking(Body)) {
    Made.Why = {{}, nameForPeople(Body), "is declared blocking", ""};
  } else if (std::optional<Blocked> Why = whyBlocks(Body)) {
    for (const CallSite *Link : Why->Links)
      Made.Chain.push_back(stepOf(*Link));
    if (!Why->Links.empty() && Why->Links.back()->How == CallSite::Looped)
      Made.Chain.back().Callee = "`" + Why->Name + "`";
    Made.Why = std::move(*Why);
  }
  if (Made.Why.Because.empty() || !Made.Why.Open.empty())
    for (const CallSite &Site : Facts.callsOf(Body))
      if (Site.Silenced.isInvalid())
        for (Way &Each : waysOut(Site, Body))
          if (!llvm::any_of(Made.Ways, [&](const Way &Other) {
                return Other.To == Each.To && Other.Given == Each.Given;
              }))
            Made.Ways.push_back(std::move(Each));
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&Body); Method && Method->isVirtual()) {
    Made.Slot = slotOf(*Method);
    addOverridden(*Method, Made.Overrides);
  }
  Functions.push_back(std::move(Made));
}

std::optional<Question> questionAbout(const CallSite &At, const Function &Coroutine, const Unit &In) {
  if (Coroutine.IsDependent || In.facts<BlockingFacts>().isOffTheLoop(At, Coroutine))
    return std::nullopt;
  Question Made;
  if (In.facts<BlockingFacts>().isWaitedFor(Coroutine))
    Made.ButFor = BlockingFacts::ForTheWaiter;
  Made.IsAwaited = At.IsAwaited;
  Made.Ways = In.facts<Summary>().waysOut(At, *Coroutine.Declared);
  if (Made.Ways.empty() || !In.isReachable(Coroutine, *At.Site))
    return std::nullopt;
  Made.Instead = In.libraries().replacements(className(Coroutine.Declared->getReturnType()));
  return Made;
}

} // namespace asynciter
