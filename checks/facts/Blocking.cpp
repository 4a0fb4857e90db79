// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Blocking.h"

#include "facts/Conditions.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

#include <deque>
#include <map>

using namespace clang;

namespace asynciter {

namespace {

/// What is known of a call without looking into the user's functions.
struct Direct {
  std::string Name, Because, Kind;
  llvm::ArrayRef<Condition> Unless = {};
};

bool isAnnotatedBlocking(const FunctionDecl &Callee) {
  for (const auto *Note : Callee.specific_attrs<AnnotateAttr>())
    if (Note->getAnnotation() == "asynciter::blocking")
      return true;
  for (const FunctionEffectWithCondition Effect : FunctionEffectsRef::get(Callee.getType()))
    if (Effect.Effect.kind() == FunctionEffect::Kind::Blocking)
      return true;
  return false;
}

bool isDeclaredNonBlocking(const FunctionDecl &Callee) {
  for (const FunctionEffectWithCondition Effect : FunctionEffectsRef::get(Callee.getType()))
    if (Effect.Effect.kind() == FunctionEffect::Kind::NonBlocking && !Effect.Cond.getCondition())
      return true;
  return false;
}

/// The models name public classes; a method may be declared in a base of them,
/// or override one that they name.
const BlockingCalls *catalogued(const CallSite &At, const Unit &In) {
  const Libraries &Known = In.libraries();
  if (const BlockingCalls *Exact = Known.blocking(qualifiedName(*At.Callee)))
    return Exact;
  const auto *Method = dyn_cast<CXXMethodDecl>(At.Callee);
  if (!Method)
    return nullptr;
  const std::string Own = "::" + Method->getNameAsString();
  if (At.Object) {
    QualType Type = strip(At.Object)->getType();
    if (Type->isPointerType())
      Type = Type->getPointeeType();
    std::vector<const CXXRecordDecl *> Path;
    if (const CXXRecordDecl *Class = classOf(Type))
      Path.push_back(Class);
    while (!Path.empty()) {
      const CXXRecordDecl *Class = Path.back();
      Path.pop_back();
      // Where the method is declared, the exact name has been tried; above
      // that it does not exist.
      if (Class->getCanonicalDecl() == Method->getParent()->getCanonicalDecl() || !Class->hasDefinition())
        continue;
      if (const BlockingCalls *Public = Known.blocking(qualifiedName(*Class) + Own))
        return Public;
      for (const CXXBaseSpecifier &Base : Class->bases())
        if (const CXXRecordDecl *BaseClass = classOf(Base.getType()))
          Path.push_back(BaseClass);
    }
  }
  for (const CXXMethodDecl *Overridden : Method->overridden_methods())
    if (const BlockingCalls *Inherited = Known.blocking(qualifiedName(*Overridden)))
      return Inherited;
  return nullptr;
}

/// The range behind views: `r | views::filter(f)` advances `r`.
const BlockingRanges *blockingRange(QualType Type, const Libraries &Known) {
  const CXXRecordDecl *Class = classOf(Type);
  if (!Class)
    return nullptr;
  if (const BlockingRanges *Found = Known.blockingRange(qualifiedName(*Class)))
    return Found;
  const auto *View = dyn_cast<ClassTemplateSpecializationDecl>(Class);
  if (!View || !View->getName().ends_with("view"))
    return nullptr;
  const TemplateArgument &Adapted = View->getTemplateArgs()[0];
  return Adapted.getKind() == TemplateArgument::Type ? blockingRange(Adapted.getAsType(), Known)
                                                     : nullptr;
}

/// The call or construction that made a range; through variables and pipes.
const Expr *makerOf(const Expr *Range) {
  const Expr *Inner = strip(Range);
  if (const auto *Named = dyn_cast<DeclRefExpr>(Inner)) {
    const auto *Kept = dyn_cast<VarDecl>(Named->getDecl());
    return Kept && Kept->getInit() && !isa<ParmVarDecl>(Kept) ? makerOf(Kept->getInit()) : Inner;
  }
  if (const auto *Pipe = dyn_cast<CXXOperatorCallExpr>(Inner); Pipe && Pipe->getOperator() == OO_Pipe)
    return makerOf(Pipe->getArg(0));
  return Inner;
}

/// The range that a loop goes over, or an algorithm is given.
const Expr *rangeOf(const CallSite &At, const Unit &In, const BlockingRanges *&Found) {
  if (At.How == CallSite::Looped) {
    Found = blockingRange(At.Object->getType(), In.libraries());
    return Found ? At.Object : nullptr;
  }
  if (At.How != CallSite::Called || !At.Callee)
    return nullptr;
  // A container filled from a pair of iterators runs through them, too.
  const bool RunsThrough = isa<CXXConstructorDecl>(At.Callee)
                               ? At.Arguments.size() >= 2 && At.Callee->getPrimaryTemplate()
                               : In.libraries().runsHere(qualifiedName(*At.Callee));
  if (!RunsThrough)
    return nullptr;
  for (const Expr *Argument : At.Arguments)
    if ((Found = blockingRange(Argument->getType(), In.libraries())))
      return Argument;
  return nullptr;
}

} // namespace

const Expr *makerOfBlockingRange(const CallSite &At, const Unit &In) {
  const BlockingRanges *Found = nullptr;
  const Expr *Range = rangeOf(At, In, Found);
  return Range ? makerOf(Range) : nullptr;
}

struct BlockingFacts::Solver {
  explicit Solver(const Unit &In) : In(In) {
    for (const Function &One : In.functions()) {
      Node &Made = Nodes[One.Declared->getCanonicalDecl()];
      Made.Written = &One;
      Made.Known = asynciter::callsOf(In, One);
      Order.push_back(&Made);
    }
    // What the compiler writes for the user's classes is reached from calls;
    // the list grows while it is gone through.
    for (size_t At = 0; At != Order.size(); ++At)
      for (const CallSite &Site : Order[At]->Known.Sites) {
        addImplicit(Site);
        for (const CallSite &Advance : Site.Advance)
          addImplicit(Advance);
      }
  }

  struct Reason {
    const CallSite *Through = nullptr;
    Direct Why;
    std::vector<Condition> Open;
  };

  struct Node {
    const Function *Written = nullptr;
    Calls Known;
    /// Without and with locks.
    std::optional<Reason> Blocks[2];
  };

  const Node *find(const FunctionDecl &Callee) const {
    const auto Found = Nodes.find(Callee.getCanonicalDecl());
    return Found == Nodes.end() ? nullptr : &Found->second;
  }

  void addImplicit(const CallSite &Site) {
    if (!Site.Callee || !isa<CXXConstructorDecl, CXXDestructorDecl>(Site.Callee) ||
        !(Site.Callee->isImplicit() || Site.Callee->isDefaulted()) ||
        In.context().getSourceManager().isInSystemHeader(Site.Callee->getLocation()))
      return;
    const auto [Made, IsNew] = Nodes.try_emplace(Site.Callee->getCanonicalDecl());
    if (!IsNew)
      return;
    addImplicitCalls(In, *Site.Callee, Made->second.Known);
    Order.push_back(&Made->second);
  }

  /// The conditions of a call, settled as far as its caller shows.
  Verdict settle(llvm::ArrayRef<Condition> Unless, const CallSite &At, const Node &Caller) const {
    static const Function Nobody{nullptr, nullptr, FunctionKind::Plain, false};
    if (!Caller.Written && !Unless.empty())
      return {Verdict::Harmless};
    return evaluate(Unless, At, Caller.Known.Shown, Caller.Written ? *Caller.Written : Nobody, In);
  }

  /// Why the call itself blocks, whatever the user's functions do.
  std::optional<Reason> direct(const CallSite &At, const Node &Caller, bool WithLocks) const {
    const BlockingRanges *Range = nullptr;
    if (const Expr *Over = rangeOf(At, In, Range)) {
      CallSite Made = madeBy(*Over);
      if (settle(Range->Unless, Made, Caller).Is == Verdict::Harmless)
        return std::nullopt;
      return Reason{&At, {className(Over->getType()), Range->Because, Range->Kind}, {}};
    }
    if (!At.Callee || At.IsAwaited)
      return std::nullopt;
    if (isAnnotatedBlocking(*At.Callee))
      return Reason{&At, {nameForPeople(*At.Callee), "is declared blocking", ""}, {}};
    const BlockingCalls *Known = catalogued(At, In);
    if (!Known || (Known->Kind == "lock" && !WithLocks))
      return std::nullopt;
    Verdict Settled = settle(Known->Unless, At, Caller);
    if (Settled.Is == Verdict::Harmless)
      return std::nullopt;
    return Reason{&At, {nameForPeople(*At.Callee), Known->Because, Known->Kind}, std::move(Settled.Open)};
  }

  /// Conditions on a range speak of what made it.
  static CallSite madeBy(const Expr &Range) {
    CallSite Made;
    const Expr *Maker = makerOf(&Range);
    Made.Site = Maker;
    Made.At = Range.getBeginLoc();
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Maker))
      Made.Arguments = llvm::ArrayRef<const Expr *>(Construct->getArgs(), Construct->getNumArgs());
    else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Maker))
      Made.Arguments = llvm::ArrayRef<const Expr *>(Operator->getArgs(), Operator->getNumArgs()).drop_front();
    else if (const auto *Call = dyn_cast<CallExpr>(Maker))
      Made.Arguments = llvm::ArrayRef<const Expr *>(Call->getArgs(), Call->getNumArgs());
    return Made;
  }

  /// The function whose body runs when `At` does, or null.
  const Node *entered(const CallSite &At) const {
    if (!At.Callee || At.IsVirtual || isDeclaredNonBlocking(*At.Callee))
      return nullptr;
    const Node *Callee = find(*At.Callee);
    return Callee && !(Callee->Written && Callee->Written->isCoroutine()) ? Callee : nullptr;
  }

  /// The sync generator whose body runs while `At` loops, or null.
  const Node *generatorOf(const CallSite &At) const {
    if (At.How != CallSite::Looped)
      return nullptr;
    const auto *Call = dyn_cast<CallExpr>(makerOf(At.Object));
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    const Node *Body = Callee ? find(*Callee) : nullptr;
    return Body && Body->Written && Body->Written->Kind == FunctionKind::SyncGenerator ? Body : nullptr;
  }

  std::vector<const Node *> entries(const CallSite &At) const {
    std::vector<const Node *> Found;
    if (const Node *Callee = entered(At))
      Found.push_back(Callee);
    if (const Node *Generator = generatorOf(At))
      Found.push_back(Generator);
    for (const CallSite &Advance : At.Advance)
      if (const Node *Callee = entered(Advance))
        Found.push_back(Callee);
    return Found;
  }

  /// Breadth first from what blocks by itself, so that each function keeps a
  /// shortest chain. Reasons without open conditions go first: a chain that
  /// always blocks beats a shorter one that depends.
  void solve(bool WithLocks) {
    std::deque<Node *> Work;
    auto Settle = [&](Node &Made, Reason Why) {
      Made.Blocks[WithLocks] = std::move(Why);
      Work.push_back(&Made);
    };
    llvm::DenseMap<const Node *, std::vector<std::pair<Node *, const CallSite *>>> Callers;
    for (Node *Caller : Order)
      for (const CallSite &Site : Caller->Known.Sites)
        for (const Node *Callee : entries(Site))
          Callers[Callee].push_back({Caller, &Site});
    for (const bool AlwaysBlocks : {true, false}) {
      for (Node *Made : Order) {
        for (const CallSite &Site : Made->Known.Sites) {
          if (Made->Blocks[WithLocks])
            break;
          if (std::optional<Reason> Why = directHere(Site, *Made, WithLocks);
              Why && Why->Open.empty() == AlwaysBlocks)
            Settle(*Made, std::move(*Why));
        }
      }
      while (!Work.empty()) {
        Node *Callee = Work.front();
        Work.pop_front();
        for (const auto &[Caller, Site] : Callers[Callee]) {
          if (Caller->Blocks[WithLocks])
            continue;
          Verdict Settled = settle(Callee->Blocks[WithLocks]->Open, *Site, *Caller);
          if (Settled.Is == Verdict::Harmless || (AlwaysBlocks && !Settled.Open.empty()))
            continue;
          Settle(*Caller, {Site, Callee->Blocks[WithLocks]->Why, std::move(Settled.Open)});
        }
      }
    }
    Solved[WithLocks] = true;
  }

  /// As `direct`, also for the calls that a loop makes by itself.
  std::optional<Reason> directHere(const CallSite &At, const Node &Caller, bool WithLocks) const {
    if (std::optional<Reason> Why = direct(At, Caller, WithLocks))
      return Why;
    for (const CallSite &Advance : At.Advance)
      if (std::optional<Reason> Why = direct(Advance, Caller, WithLocks)) {
        Why->Through = &At;
        return Why;
      }
    return std::nullopt;
  }

  std::optional<Blocked> blocks(const CallSite &At, const Function &Where, bool WithLocks) {
    if (!Solved[WithLocks])
      solve(WithLocks);
    const Node &Caller = *find(*Where.Declared);
    if (At.Local && isWaitedOnElsewhere(At, Caller, Where, WithLocks))
      return std::nullopt;
    if (std::optional<Reason> Why = directHere(At, Caller, WithLocks))
      return Blocked{{&At}, Why->Why.Name, Why->Why.Because, Why->Why.Kind};
    for (const Node *Callee : entries(At)) {
      const std::optional<Reason> &Why = Callee->Blocks[WithLocks];
      if (!Why || settle(Why->Open, At, Caller).Is == Verdict::Harmless)
        continue;
      Blocked Found{{&At}, Why->Why.Name, Why->Why.Because, Why->Why.Kind};
      for (const Node *Next = Callee; Next;) {
        const CallSite *Link = Next->Blocks[WithLocks]->Through;
        Found.Links.push_back(Link);
        const Node *Deeper = nullptr;
        if (!directHere(*Link, *Next, WithLocks))
          for (const Node *Candidate : entries(*Link))
            if (!Deeper && Candidate->Blocks[WithLocks])
              Deeper = Candidate;
        Next = Deeper;
      }
      return Found;
    }
    return std::nullopt;
  }

  /// A destructor finds nothing left to wait for after a `join()`, which has
  /// its own finding.
  bool isWaitedOnElsewhere(const CallSite &Destruction, const Node &Caller, const Function &Where,
                           bool WithLocks) {
    return llvm::any_of(Caller.Known.Sites, [&](const CallSite &Other) {
      return Other.How == CallSite::Called && Other.Object &&
             entityOf(Other.Object) == Destruction.Local && blocks(Other, Where, WithLocks);
    });
  }

  const Unit &In;
  std::map<const FunctionDecl *, Node> Nodes;
  std::vector<Node *> Order;
  bool Solved[2] = {false, false};
};

BlockingFacts::BlockingFacts(const Unit &In) : Solve(std::make_unique<Solver>(In)) {}

BlockingFacts::~BlockingFacts() = default;

const std::vector<CallSite> &BlockingFacts::callsOf(const Function &Caller) const {
  return Solve->find(*Caller.Declared)->Known.Sites;
}

std::optional<Blocked> BlockingFacts::blocks(const CallSite &At, const Function &Caller,
                                             bool WithLocks) const {
  return Solve->blocks(At, Caller, WithLocks);
}

} // namespace asynciter
