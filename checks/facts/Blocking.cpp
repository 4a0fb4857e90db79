// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "facts/Blocking.h"

#include "facts/Catalogue.h"
#include "facts/Conditions.h"
#include "model/LockTypes.h"
#include "model/Names.h"
#include "model/Silences.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"

#include <map>

using namespace clang;

namespace asynciter {

namespace {

/// What blocks, at the end of a chain.
struct Direct {
  std::string Name, Because, Kind;
};

} // namespace

struct BlockingFacts::Solver {
  explicit Solver(const Unit &In) : In(In) {
    for (const Function &One : In.functions()) {
      Node &Made = Nodes[One.Declared->getCanonicalDecl()];
      Made.Declared = One.Declared;
      Made.Written = &One;
      Made.Known = asynciter::callsOf(In, One);
      llvm::erase_if(Made.Known.Sites, [&](const CallSite &Site) {
        return !One.isAsync() && Site.Site && !In.isReachable(One, *Site.Site);
      });
      Order.push_back(&Made);
    }
    for (const CXXRecordDecl *Class : In.classes())
      addDefaulted(*Class);
    // What the compiler writes for the user's classes is reached from calls;
    // the list grows while it is gone through.
    for (size_t At = 0; At != Order.size(); ++At)
      for (const CallSite &Site : Order[At]->Known.Sites) {
        addImplicit(Site);
        for (const CallSite &Advance : Site.Advance)
          addImplicit(Advance);
      }
    for (Node *Made : Order)
      if (Made->Written && !Made->Written->isAsync())
        silence(*Made);
  }

  struct Node;

  struct Reason {
    const CallSite *Through = nullptr;
    Direct Why;
    std::vector<Condition> Open;
    /// Whose body goes on with the chain; null at its end.
    const Node *Into = nullptr;
  };

  struct Node {
    const FunctionDecl *Declared = nullptr;
    const Function *Written = nullptr;
    Calls Known;
    /// Without and with locks.
    std::optional<Reason> Blocks[2];
  };

  void silence(Node &Made) const {
    const auto &Comments = In.facts<Silences>();
    const SourceLocation Head = Made.Declared->getLocation();
    const bool IsWhole = Comments.coversByName(Head, SilencedBy);
    for (CallSite &Site : Made.Known.Sites)
      if (Comments.covers(Site.At, SilencedBy))
        Site.Silenced = Site.At;
      else if (IsWhole)
        Site.Silenced = Head;
  }

  const Node *find(const FunctionDecl &Callee) const {
    const auto Found = Nodes.find(Callee.getCanonicalDecl());
    return Found == Nodes.end() ? nullptr : &Found->second;
  }

  void addImplicit(const CallSite &Site) {
    if (!Site.Callee || !isa<CXXConstructorDecl, CXXDestructorDecl>(Site.Callee) ||
        !(Site.Callee->isImplicit() || Site.Callee->isDefaulted()) ||
        In.context().getSourceManager().isInSystemHeader(Site.Callee->getLocation()))
      return;
    addImplicit(*Site.Callee);
  }

  void addImplicit(const FunctionDecl &Special) {
    const auto [Made, IsNew] = Nodes.try_emplace(Special.getCanonicalDecl());
    if (!IsNew)
      return;
    Made->second.Declared = &Special;
    addImplicitCalls(In, Special, Made->second.Known);
    Order.push_back(&Made->second);
  }

  /// What of a class others run that see no body of it: `Guard::~Guard() = default` outside
  /// of the class, and a destructor that is called through a table.
  void addDefaulted(const CXXRecordDecl &Class) {
    if (!Class.hasDefinition() || Class.isDependentContext())
      return;
    auto Add = [&](const CXXMethodDecl &Special) {
      const FunctionDecl *Made = Special.getDefinition();
      const bool IsOutside = Made && Made->isDefaulted() && Special.isUserProvided();
      if (IsOutside)
        addImplicit(*Made);
      else if (isa<CXXDestructorDecl>(Special) && Special.isVirtual() && Special.isDefaulted() &&
               !Special.isDeleted())
        addImplicit(Special);
    };
    for (const CXXConstructorDecl *Constructor : Class.getDefinition()->ctors())
      Add(*Constructor);
    if (const CXXDestructorDecl *Destructor = Class.getDefinition()->getDestructor())
      Add(*Destructor);
  }

  /// The conditions of a call, settled as far as its caller shows.
  Verdict settle(llvm::ArrayRef<Condition> Unless, const CallSite &At, const Node &Caller) const {
    static const Function Nobody{nullptr, nullptr, FunctionKind::Plain, false};
    if (!Caller.Written && !Unless.empty())
      return {Verdict::Harmless};
    Verdict Found = evaluate(Unless, At, Caller.Known.Shown, Caller.Written ? *Caller.Written : Nobody, In);
    // What a lambda captures was looked at by those around it.
    const auto *Method = Caller.Written ? dyn_cast<CXXMethodDecl>(Caller.Written->Declared) : nullptr;
    const auto *Around = Method && Method->getParent()->isLambda()
                             ? dyn_cast_or_null<FunctionDecl>(Method->getParent()->getDeclContext())
                             : nullptr;
    const Node *Outer = Around ? find(*Around) : nullptr;
    if (Found.Is == Verdict::Harmless || !Outer || !Outer->Written)
      return Found;
    return evaluate(Unless, At, Outer->Known.Shown, *Outer->Written, In).Is == Verdict::Harmless
               ? Verdict{Verdict::Harmless}
               : Found;
  }

  /// Why the call itself blocks, whatever the user's functions do.
  std::optional<Reason> direct(const CallSite &At, const Node &Caller, bool WithLocks) const {
    if (At.Range) {
      const CallSite Made = madeBy(*At.Range);
      if (settle(At.Ranges->Unless, Made, Caller).Is == Verdict::Harmless)
        return std::nullopt;
      return Reason{&At, {className(At.Range->getType()), At.Ranges->Because, At.Ranges->Kind}, {}};
    }
    if (!At.Callee || At.IsAwaited)
      return std::nullopt;
    if (Catalogue::isAnnotatedBlocking(*At.Callee))
      return Reason{&At, {nameForPeople(*At.Callee), "is declared blocking", ""}, {}};
    const BlockingCalls *Known = At.Blocking;
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
    const Expr *Maker = makerOf(Range);
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

  /// A lock of the user's own waits somewhere inside; to take it is to take a lock.
  bool actsOnLock(const FunctionDecl &Callee) const {
    const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
    return Method && actByName(*Method) != LockTypes::Act::None &&
           In.facts<LockTypes>().lockOf(In.context().getRecordType(Method->getParent())) !=
               LockTypes::Lock::None;
  }

  /// The function whose body runs when `At` does, or null. Of a call that the models
  /// know, they have the last word: a future that is ready waits nowhere inside.
  const Node *entered(const CallSite &At, bool WithLocks) const {
    if (!At.Callee || At.IsVirtual || At.IsForFailure || At.Blocking ||
        Catalogue::isDeclaredNonBlocking(*At.Callee) || (!WithLocks && actsOnLock(*At.Callee)))
      return nullptr;
    const Node *Callee = find(*At.Callee);
    if (Callee && !In.libraries().isFollowed(qualifiedName(*At.Callee)))
      return nullptr;
    return Callee && !(Callee->Written && Callee->Written->isCoroutine()) ? Callee : nullptr;
  }

  /// The sync generator whose body runs while `At` loops, or null.
  const Node *generatorOf(const CallSite &At) const {
    if (At.How != CallSite::Looped)
      return nullptr;
    const auto *Call = dyn_cast<CallExpr>(makerOf(*At.Object));
    const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
    const Node *Body = Callee ? find(*Callee) : nullptr;
    return Body && Body->Written && Body->Written->Kind == FunctionKind::SyncGenerator ? Body : nullptr;
  }

  std::vector<const Node *> entries(const CallSite &At, bool WithLocks) const {
    std::vector<const Node *> Found;
    if (const Node *Callee = entered(At, WithLocks))
      Found.push_back(Callee);
    if (const Node *Generator = generatorOf(At))
      Found.push_back(Generator);
    for (const CallSite &Advance : At.Advance)
      if (const Node *Callee = entered(Advance, WithLocks))
        Found.push_back(Callee);
    return Found;
  }

  /// Breadth first from what blocks by itself, so that each function keeps a
  /// shortest chain. Reasons without open conditions go first: a chain that
  /// always blocks beats a shorter one that depends.
  void solve(bool WithLocks) {
    // By the length of their chains. The second round goes over those of the first again:
    // a call under a condition depends, also where what it calls always blocks.
    std::vector<std::vector<Node *>> Levels(1);
    auto Settle = [&](Node &Made, Reason Why, std::size_t Level) {
      Made.Blocks[WithLocks] = std::move(Why);
      Levels.resize(std::max(Levels.size(), Level + 1));
      Levels[Level].push_back(&Made);
    };
    llvm::DenseMap<const Node *, std::vector<std::pair<Node *, const CallSite *>>> Callers;
    for (Node *Caller : Order)
      for (const CallSite &Site : Caller->Known.Sites)
        if (Site.Silenced.isInvalid())
          for (const Node *Callee : entries(Site, WithLocks))
            Callers[Callee].push_back({Caller, &Site});
    for (const bool AlwaysBlocks : {true, false}) {
      for (Node *Made : Order) {
        for (const CallSite &Site : Made->Known.Sites) {
          if (Made->Blocks[WithLocks])
            break;
          if (std::optional<Reason> Why = directHere(Site, *Made, WithLocks);
              Why && Site.Silenced.isInvalid()) {
            llvm::append_range(Why->Open, Site.Guards);
            if (Why->Open.empty() == AlwaysBlocks)
              Settle(*Made, std::move(*Why), 0);
          }
        }
      }
      for (std::size_t Level = 0; Level != Levels.size(); ++Level) {
        for (std::size_t At = 0; At != Levels[Level].size(); ++At) {
          Node *Callee = Levels[Level][At];
          for (const auto &[Caller, Site] : Callers[Callee]) {
            if (Caller->Blocks[WithLocks])
              continue;
            Verdict Settled = settle(Callee->Blocks[WithLocks]->Open, *Site, *Caller);
            llvm::append_range(Settled.Open, Site->Guards);
            if (Settled.Is == Verdict::Harmless || (AlwaysBlocks && !Settled.Open.empty()))
              continue;
            Settle(*Caller, {Site, Callee->Blocks[WithLocks]->Why, std::move(Settled.Open), Callee},
                   Level + 1);
          }
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
    if (runsOnPool(Where) || isAfterMove(At, Caller))
      return std::nullopt;
    if (At.Local && isWaitedOnElsewhere(At, Caller, Where, WithLocks))
      return std::nullopt;
    auto IsForTheWaiter = [&](const Direct &Why) { return Why.Kind == ForTheWaiter && isWaitedFor(Where); };
    if (std::optional<Reason> Why = directHere(At, Caller, WithLocks))
      return IsForTheWaiter(Why->Why)
                 ? std::nullopt
                 : std::optional(Blocked{{&At}, Why->Why.Name, Why->Why.Because, Why->Why.Kind});
    for (const Node *Callee : entries(At, WithLocks)) {
      const std::optional<Reason> &Why = Callee->Blocks[WithLocks];
      if (!Why || IsForTheWaiter(Why->Why) || settle(Why->Open, At, Caller).Is == Verdict::Harmless)
        continue;
      return chainFrom(&At, *Callee, WithLocks);
    }
    return std::nullopt;
  }

  static Blocked chainFrom(const CallSite *First, const Node &Callee, bool WithLocks) {
    const Direct &Why = Callee.Blocks[WithLocks]->Why;
    Blocked Found{{}, Why.Name, Why.Because, Why.Kind};
    if (First)
      Found.Links.push_back(First);
    // Each step was taken one round earlier, so this ends.
    for (const Node *Next = &Callee; Next; Next = Next->Blocks[WithLocks]->Into)
      Found.Links.push_back(Next->Blocks[WithLocks]->Through);
    return Found;
  }

  const std::vector<SourceLocation> &silenced() {
    if (!Silenced) {
      if (!Solved[true])
        solve(true);
      Silenced.emplace();
      for (const Node *Caller : Order)
        for (const CallSite &Site : Caller->Known.Sites)
          if (Site.Silenced.isValid() &&
              (directHere(Site, *Caller, true) || llvm::any_of(entries(Site, true), [](const Node *Callee) {
                 return Callee->Blocks[true].has_value();
               })))
            Silenced->push_back(Site.Silenced);
    }
    return *Silenced;
  }

  bool isAfterMove(const CallSite &At, const Node &Caller) const {
    return llvm::any_of(Caller.Known.Shown.MovesToPool, [&](SourceLocation Move) {
      return In.context().getSourceManager().isBeforeInTranslationUnit(Move, At.At);
    });
  }

  struct Uses {
    unsigned Calls = 0, ToPools = 0, ToWaits = 0;
  };

  Uses usesOf(const Function &Coroutine) {
    if (!Handed) {
      Handed.emplace();
      for (const Node *Caller : Order)
        for (const CallSite &Site : Caller->Known.Sites) {
          if (Site.Callee)
            ++(*Handed)[Site.Callee->getCanonicalDecl()].Calls;
          if (Site.OnPool)
            for (const Expr *Given : Site.Arguments)
              noteHanded(*Given);
          if (Site.Blocking && Site.Blocking->Kind == "sync-wait" && Caller->Written &&
              !Caller->Written->isCoroutine())
            noteWaited(*Site.Site);
        }
    }
    return Handed->lookup(Coroutine.Declared->getCanonicalDecl());
  }

  /// A coroutine that each call in sight hands to a thread pool, or that says by a
  /// parameter that it runs on an executor.
  bool runsOnPool(const Function &Coroutine) {
    if (llvm::any_of(Coroutine.Declared->parameters(), [&](const ParmVarDecl *Parameter) {
          return In.libraries().isExecutorTag(className(Parameter->getType()));
        }))
      return true;
    const Uses Known = usesOf(Coroutine);
    return Known.ToPools && Known.ToPools >= Known.Calls;
  }

  /// A coroutine that an ordinary function makes within a call which waits for it
  /// runs on the thread that waits; if it runs a loop, that is the outermost one.
  bool isWaitedFor(const Function &Coroutine) {
    const Uses Known = usesOf(Coroutine);
    return Known.ToWaits && Known.ToWaits >= Known.Calls;
  }

  void noteWaited(const Stmt &Wait) {
    forEachNested(Wait, [&](const Stmt &Part) {
      const auto *Call = &Part == &Wait ? nullptr : dyn_cast<CallExpr>(&Part);
      if (const FunctionDecl *Runs = Call ? Call->getDirectCallee() : nullptr)
        ++(*Handed)[Runs->getCanonicalDecl()].ToWaits;
    });
  }

  void noteHanded(const Expr &Given) {
    const Expr *Work = strip(&Given);
    const FunctionDecl *Runs = nullptr;
    if (const auto *Call = dyn_cast<CallExpr>(Work)) {
      Runs = Call->getDirectCallee();
      // `co_invoke(lambda)`: a task that runs the callable, and keeps it.
      if (In.types().isAwaitable(Call->getType()))
        for (const Expr *Argument : Call->arguments())
          if (isa<LambdaExpr>(strip(Argument)))
            noteHanded(*Argument);
    } else if (const auto *Lambda = dyn_cast<LambdaExpr>(Work)) {
      Runs = Lambda->getCallOperator();
    }
    if (Runs)
      ++(*Handed)[Runs->getCanonicalDecl()].ToPools;
  }

  /// A destructor finds nothing left to wait for after a `join()`, which has
  /// its own finding.
  bool isWaitedOnElsewhere(const CallSite &Destruction, const Node &Caller, const Function &Where,
                           bool WithLocks) {
    return llvm::any_of(Caller.Known.Sites, [&](const CallSite &Other) {
      return Other.How == CallSite::Called && Other.Object && entityOf(Other.Object) == Destruction.Local &&
             blocks(Other, Where, WithLocks);
    });
  }

  const Unit &In;
  std::map<const FunctionDecl *, Node> Nodes;
  std::vector<Node *> Order;
  std::optional<llvm::DenseMap<const FunctionDecl *, Uses>> Handed;
  bool Solved[2] = {false, false};
  std::optional<std::vector<SourceLocation>> Silenced;
};

BlockingFacts::BlockingFacts(const Unit &In) : Solve(std::make_unique<Solver>(In)) {}

BlockingFacts::~BlockingFacts() = default;

void BlockingFacts::forEachBody(BodyVisitor Visit) const {
  for (const Solver::Node *Body : Solve->Order)
    Visit(*Body->Declared, Body->Written, Body->Known.Sites);
}

std::vector<const FunctionDecl *> BlockingFacts::bodiesOf(const CallSite &At) const {
  std::vector<const FunctionDecl *> Found;
  for (const Solver::Node *Body : Solve->entries(At, false))
    Found.push_back(Body->Declared);
  return Found;
}

std::optional<std::vector<Passed>> BlockingFacts::passedBy(const CallSite &At,
                                                           const FunctionDecl &Body) const {
  const Solver::Node *Caller = Solve->find(Body);
  if (!Caller->Written)
    return std::nullopt;
  return asynciter::passedBy(At, Caller->Known.Shown, *Caller->Written, Solve->In);
}

std::optional<Blocked> BlockingFacts::whyBlocks(const FunctionDecl &Body) const {
  if (!Solve->Solved[false])
    Solve->solve(false);
  const Solver::Node *Of = Solve->find(Body);
  const auto &Why = Of->Blocks[false];
  if (!Why)
    return std::nullopt;
  Blocked Found = Solver::chainFrom(nullptr, *Of, false);
  Found.Open = Why->Open;
  return Found;
}

bool BlockingFacts::isWaitedFor(const Function &Coroutine) const { return Solve->isWaitedFor(Coroutine); }

bool BlockingFacts::isOffTheLoop(const CallSite &At, const Function &Coroutine) const {
  return Solve->runsOnPool(Coroutine) || Solve->isAfterMove(At, *Solve->find(*Coroutine.Declared));
}

const std::vector<SourceLocation> &BlockingFacts::silenced() const { return Solve->silenced(); }

const std::vector<CallSite> &BlockingFacts::callsOf(const FunctionDecl &Body) const {
  return Solve->find(Body)->Known.Sites;
}

std::optional<Blocked> BlockingFacts::blocks(const CallSite &At, const Function &Caller,
                                             bool WithLocks) const {
  return Solve->blocks(At, Caller, WithLocks);
}

} // namespace asynciter
