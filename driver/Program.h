// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The functions of all units, and which of them block: reverse breadth-first
// search from those that do by themselves. Time and memory are linear. First come
// those that block whatever they are given, then those that callers can make
// harmless.
//
// A function that several units define differently (inline functions under
// different macros, functions of different programs with the same name) blocks
// only if each of the definitions does. A virtual call blocks if an override does.
#pragma once

#include "FactsFile.h"
#include "facts/Linked.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <limits>
#include <optional>
#include <set>

namespace asynciter {

class Program {
public:
  using Level = std::uint32_t;

  /// Takes the functions and questions of a unit, and keeps none of its bytes.
  /// False if they cannot be right.
  bool add(const FactsReader &Of);

  /// What questions lead to so far and no unit defines, or may still be overridden or
  /// assigned: the unit that calls it, and its name as messages have it. Before `solve`.
  struct Missing {
    unsigned Unit;
    std::string Name;
    /// A unit may add to it that sees no more than this one does.
    bool HasManyPlaces;

    bool operator<(const Missing &Other) const {
      return std::tie(Unit, Name, HasManyPlaces) < std::tie(Other.Unit, Other.Name, Other.HasManyPlaces);
    }
  };
  using Opener = llvm::function_ref<const FactsDetails *(unsigned Unit)>;
  std::set<Missing> missing(Opener Open) const;

  /// When all are added.
  void solve();

  /// Of the unit that was added as `Number`-th, from zero.
  bool hasAnswers(unsigned Number) const;

  /// Turns the questions of a unit into what they are answered with; those that
  /// nothing blocks are left out. Any unit's bytes may be asked for again.
  std::vector<Result> answer(unsigned Number, llvm::ArrayRef<FactsQuestion> Questions, Opener Open) const;

  /// What other files may call, and why it blocks.
  struct Witness {
    /// Stands in the first note for the name of what is called.
    static constexpr llvm::StringLiteral Callee = Linked::Callee;
    std::uint64_t Id;
    std::vector<ResultNote> Notes;
    std::string End, Because, Kind;
    std::vector<FactsCondition> Open;
  };
  void forEachBlocking(Opener Open, llvm::function_ref<void(const Witness &)> Visit) const;

  /// Whether some definition of that function borrows the parameter; nothing if none is
  /// known.
  std::optional<bool> borrows(std::uint64_t Of, unsigned Parameter) const;

  std::size_t functions() const { return Definitions.size(); }
  std::size_t calls() const { return Edges.size(); }

private:
  using Node = std::uint32_t;
  using Count = std::uint32_t;
  static constexpr Node None = ~Node(0);
  static constexpr Level Never = std::numeric_limits<Level>::max();
  /// Marks a virtual method or variable among what a function leads back to.
  static constexpr Node IsNode = Node(1) << 31;
  /// Marks an override of a virtual method among what stands for it, unless it is the
  /// method's own body: a virtual call may run it, or another.
  static constexpr Node IsGuess = Node(1) << 30;
  /// In a definition among `Back`: its call may be kept from running by what it is given.
  static constexpr Node IsGuarded = IsGuess;
  /// What is reached by a guess comes after all that is reached without.
  static constexpr Level ByGuess = Level(1) << 30;
  /// What more classes override calls back whoever is interested: of what it is called on
  /// one override tells nothing.
  static constexpr std::size_t MostOverrides = 16;

  struct Definition {
    Node Of;
    /// Another definition of the same function.
    Count Next = None;
    Count Unit, Offset, FirstEdge;
  };

  Node intern(std::uint64_t Id);
  Node fresh(std::uint64_t Id = 0);
  void index();
  void forgetDispatchers();

  using Conditions = std::uint32_t; ///< an index; zero for none
  using GivenId = std::uint32_t;
  static constexpr GivenId NotKnown = 0, Nothing = 1;

  struct Seed {
    Count Of;
    Level Length;
    Conditions Open;
  };

  void settleVariables();
  void solveAlways();
  /// Begins with definitions, and with virtual methods (`IsNode`), by level. `Guesses`
  /// gets the methods that what is reached may stand for; null leaves them out.
  using Beginnings = std::vector<std::pair<Level, Node>>;
  void searchFrom(Beginnings Begin, Beginnings *Guesses);
  void solveConditional();
  const Seed *seedOf(Count Of) const;
  GivenId givenBy(Count Edge) const;
  bool isGuarded(GivenId By) const;
  /// What of the conditions is left to the caller; nothing if one is met.
  std::optional<Conditions> settle(Conditions Open, GivenId By) const;
  GivenId internGiven(std::vector<unsigned> Key);
  Conditions conditionsOf(std::vector<FactsCondition> Of) const;
  /// Of what only the second search found.
  std::optional<Conditions> conditionsAt(Node Of) const;
  Count endOfEdges(Count Of) const;
  /// The first of the shortest ways among some that are always taken; `None` if nothing
  /// there blocks.
  Count nearest(Count First, Count End, llvm::ArrayRef<Node> Among) const;
  Count answerTo(Count Question) const;

  struct Telling;

  // Open addressing, as one array of names and one of nodes.
  std::vector<std::uint64_t> Keys;
  std::vector<Node> Values;
  Count Interned = 0;
  llvm::DenseMap<std::uint64_t, std::uint64_t> Borrowings;

  // By node.
  std::vector<Count> FirstDefinition;
  std::vector<bool> IsHarmless;
  std::vector<bool> IsInManyPlaces;
  std::vector<Level> Levels;
  // By definition.
  std::vector<Definition> Definitions;
  std::vector<std::uint32_t> Hashes;
  std::vector<Level> DefinitionLevels;
  std::vector<Node> Edges;
  /// Definitions that block by themselves, in their order.
  std::vector<Seed> Seeds;
  /// What calls pass, if there is anything to say of it: by edge, in order.
  std::vector<std::pair<Count, GivenId>> EdgeGiven;
  std::vector<std::vector<Passed>> GivenList;
  std::map<std::vector<unsigned>, GivenId> GivenIndex;
  mutable std::vector<std::vector<FactsCondition>> ConditionList;
  mutable std::map<std::vector<FactsCondition>, Conditions> ConditionIndex;
  mutable std::map<std::pair<Conditions, GivenId>, std::optional<Conditions>> Settled;
  /// What the second search found: of nodes the conditions, of definitions the way
  /// on, `None` for their own chain.
  llvm::DenseMap<Node, Conditions> NodeConditions;
  llvm::DenseMap<Count, Count> ConditionalWay;
  /// A virtual method and who overrides it, perhaps with `IsGuess`; a variable and what it
  /// holds.
  std::vector<std::pair<Node, Node>> Stands;
  std::vector<std::pair<Node, Node>> Holds;
  // While it is solved: definitions to come, by node; and all calls backwards.
  std::vector<Count> Unsettled;
  std::vector<Count> BackStart;
  std::vector<Node> Back;
  // By unit: its questions' targets, one list after the other.
  std::vector<Count> UnitQuestions;
  std::vector<Count> QuestionWays;
  std::vector<Node> Ways;
  std::vector<GivenId> WayGiven;
};

} // namespace asynciter
