// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Program.h"

#include "facts/Chain.h"
#include "facts/Summary.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>

namespace asynciter {

Program::Node Program::fresh(std::uint64_t Id) {
  FirstDefinition.push_back(None);
  IsHarmless.push_back(false);
  IsInManyPlaces.push_back(Id & HasManyPlaces);
  return FirstDefinition.size() - 1;
}

Program::Node Program::intern(std::uint64_t Id) {
  if (Interned * std::uint64_t(10) >= Keys.size() * std::uint64_t(7)) {
    const std::size_t Size = std::max<std::size_t>(1024, Keys.size() * 2);
    std::vector<std::uint64_t> OldKeys(Size);
    std::vector<Node> OldValues(Size);
    OldKeys.swap(Keys);
    OldValues.swap(Values);
    for (std::size_t Old = 0; Old != OldKeys.size(); ++Old)
      if (OldKeys[Old]) {
        std::size_t At = OldKeys[Old] & (Size - 1);
        while (Keys[At])
          At = (At + 1) & (Size - 1);
        Keys[At] = OldKeys[Old];
        Values[At] = OldValues[Old];
      }
  }
  std::size_t At = Id & (Keys.size() - 1);
  while (Keys[At] && Keys[At] != Id)
    At = (At + 1) & (Keys.size() - 1);
  if (!Keys[At]) {
    Keys[At] = Id;
    Values[At] = fresh(Id);
    ++Interned;
  }
  return Values[At];
}

Program::GivenId Program::internGiven(std::vector<unsigned> Key) {
  if (GivenList.empty())
    GivenList.resize(2);
  const auto [At, IsNew] = GivenIndex.try_emplace(std::move(Key), GivenList.size());
  if (IsNew) {
    std::vector<Passed> &Made = GivenList.emplace_back();
    for (std::size_t Each = 0; Each + 2 < At->first.size(); Each += 3)
      Made.push_back({int(At->first[Each]), At->first[Each + 1], int(At->first[Each + 2])});
  }
  return At->second;
}

Program::Conditions Program::conditionsOf(std::vector<FactsCondition> Of) const {
  if (Of.empty())
    return 0;
  llvm::sort(Of);
  Of.erase(std::unique(Of.begin(), Of.end()), Of.end());
  if (ConditionList.empty())
    ConditionList.emplace_back();
  const auto [At, IsNew] = ConditionIndex.try_emplace(std::move(Of), ConditionList.size());
  if (IsNew)
    ConditionList.push_back(At->first);
  return At->second;
}

std::optional<Program::Conditions> Program::settle(Conditions Open, GivenId By) const {
  if (By == Nothing || (!Open && !isGuarded(By)))
    return 0;
  if (By == NotKnown)
    return std::nullopt;
  const auto [Known, IsNew] = Settled.try_emplace({Open, By});
  if (!IsNew)
    return Known->second;
  std::vector<FactsCondition> Left;
  const auto All = Open ? llvm::ArrayRef(ConditionList[Open]) : llvm::ArrayRef<FactsCondition>();
  for (const Passed &Each : GivenList[By]) {
    for (const Condition::Kind Kind : GuardKinds)
      if (Each.Subject == Passed::Guard && (Each.Holds >> Kind & 1))
        Left.push_back({Kind, unsigned(Each.From)});
    for (const FactsCondition &Asked : All)
      if (unsigned(Each.Subject) == Asked.Subject) {
        if (Each.Holds >> Asked.Kind & 1)
          return std::nullopt;
        if (Each.From)
          Left.push_back({Asked.Kind, unsigned(Each.From)});
      }
  }
  return Known->second = conditionsOf(std::move(Left));
}

bool Program::isGuarded(GivenId By) const {
  return By > Nothing &&
         llvm::any_of(GivenList[By], [](const Passed &Each) { return Each.Subject == Passed::Guard; });
}

Program::GivenId Program::givenBy(Count Edge) const {
  const auto At = llvm::lower_bound(EdgeGiven, std::make_pair(Edge, GivenId(0)));
  return At != EdgeGiven.end() && At->first == Edge ? At->second : Nothing;
}

const Program::Seed *Program::seedOf(Count Of) const {
  const auto At =
      llvm::lower_bound(Seeds, Of, [](const Seed &Each, Count Sought) { return Each.Of < Sought; });
  return At != Seeds.end() && At->Of == Of ? &*At : nullptr;
}

bool Program::add(const FactsReader &Of) {
  const Count Unit = UnitQuestions.size();
  FactsCursor TargetSection(Of.section(FactsReader::Targets));
  std::vector<Node> Targets;
  for (std::uint64_t Left = TargetSection.count(); Left; --Left) {
    const std::uint64_t Id = TargetSection.fixed();
    if (!Id)
      return false;
    Targets.push_back(intern(Id));
  }
  FactsCursor GivenSection(Of.section(FactsReader::Given));
  std::vector<GivenId> Given = {NotKnown, Nothing};
  for (std::uint64_t Left = GivenSection.count(); Left; --Left) {
    std::vector<unsigned> Key(3 * GivenSection.count());
    for (unsigned &Each : Key)
      Each = GivenSection.number();
    Given.push_back(internGiven(std::move(Key)));
  }
  auto GivenAt = [&](std::uint64_t Index) { return Index < Given.size() ? Given[Index] : NotKnown; };
  // Local functions get their numbers as they come, also before their records.
  std::vector<Node> Locals;
  auto Local = [&](std::uint64_t Index) {
    while (Locals.size() <= Index)
      Locals.push_back(fresh());
    return Locals[Index];
  };
  const std::uint64_t MostLocals = Of.body().size();
  auto Resolve = [&](std::uint64_t Packed) -> Node {
    if (Packed < 2)
      return None;
    const std::uint64_t Index = (Packed - 2) >> 1;
    if (Packed & 1)
      return Index < MostLocals ? Local(Index) : None;
    return Index < Targets.size() ? Targets[Index] : None;
  };

  FactsCursor Functions(Of.section(FactsReader::Functions));
  std::uint64_t NextLocal = 0;
  for (std::uint64_t Left = Functions.count(); Left; --Left) {
    const std::uint64_t Flags = Functions.number();
    Node Self = None;
    std::uint32_t Hash = 0;
    if (Flags & 1) {
      const std::uint64_t Id = Functions.fixed();
      Hash = Functions.fixed32();
      if (!Id)
        return false;
      Self = intern(Id);
    } else {
      Self = Local(NextLocal++);
    }
    const std::uint64_t Size = Functions.count();
    FactsCursor Body(Functions.at(), Functions.at() + Size);
    Functions.skip(Size);
    bool IsKnown = false;
    if (Flags & 1)
      for (Count Other = FirstDefinition[Self]; Other != None && !IsKnown; Other = Definitions[Other].Next)
        IsKnown = Hashes[Other] == Hash;
    if (IsKnown)
      continue;
    const Count Number = Definitions.size();
    Definition Made{Self, FirstDefinition[Self], Unit, 0, Count(Edges.size())};
    FirstDefinition[Self] = Number;
    bool IsOwn = Flags & 4;
    for (std::uint64_t Left = (Flags >> 3) + IsOwn; Left && Body.at() != Body.end(); --Left) {
      const std::uint64_t Index = Body.number();
      if (Index < Targets.size())
        Stands.push_back({Targets[Index], IsOwn ? Self : Self | IsGuess});
      IsOwn = false;
    }
    if (Flags & 2) {
      Seed Chain{Number, Level(Body.count()), 0};
      std::vector<FactsCondition> Open;
      for (std::uint64_t Each = Body.count(); Each; --Each) {
        const std::uint64_t Kind = Body.number();
        Open.push_back({unsigned(Kind), unsigned(Body.number())});
      }
      Chain.Open = conditionsOf(std::move(Open));
      Seeds.push_back(Chain);
    }
    for (std::uint64_t Each = Body.count(); Each; --Each) {
      Edges.push_back(Resolve(Body.number()));
      if (const GivenId By = GivenAt(Body.number()); By != Nothing)
        EdgeGiven.push_back({Count(Edges.size() - 1), By});
    }
    Made.Offset = Body.at() - reinterpret_cast<const std::uint8_t *>(Of.body().data());
    Definitions.push_back(Made);
    Hashes.push_back(Hash);
  }

  FactsCursor Harmless(Of.section(FactsReader::Harmless));
  for (std::uint64_t Left = Harmless.count(); Left; --Left)
    if (const std::uint64_t Id = Harmless.fixed())
      IsHarmless[intern(Id)] = true;

  FactsCursor Variables(Of.section(FactsReader::Variables));
  for (std::uint64_t Left = Variables.count(); Left; --Left) {
    const std::uint64_t Variable = Variables.number();
    const Node Held = Resolve(Variables.number());
    if (Variable < Targets.size())
      Holds.push_back({Targets[Variable], Held});
  }

  FactsCursor BorrowingSection(Of.section(FactsReader::Borrowings));
  for (std::uint64_t Left = BorrowingSection.count(); Left; --Left) {
    const std::uint64_t Id = BorrowingSection.fixed();
    Borrowings[Id] |= BorrowingSection.number();
  }

  UnitQuestions.push_back(QuestionWays.size());
  FactsCursor Questions(Of.section(FactsReader::Questions));
  for (std::uint64_t Left = Questions.count(); Left; --Left) {
    QuestionWays.push_back(Ways.size());
    for (std::uint64_t Each = Questions.count(); Each; --Each) {
      Ways.push_back(Resolve(Questions.number()));
      WayGiven.push_back(GivenAt(Questions.number()));
    }
  }
  return true;
}

/// A variable stands for what it holds if only one thing is ever put there.
void Program::settleVariables() {
  llvm::sort(Holds);
  Holds.erase(std::unique(Holds.begin(), Holds.end()), Holds.end());
  for (std::size_t At = 0; At != Holds.size();) {
    std::size_t End = At + 1;
    while (End != Holds.size() && Holds[End].first == Holds[At].first)
      ++End;
    if (End == At + 1 && Holds[At].second != None)
      Stands.push_back(Holds[At]);
    At = End;
  }
}

/// Leaves virtual methods whose own body is all that they are known to run.
void Program::forgetDispatchers() {
  auto Kept = Stands.begin();
  for (auto First = Stands.begin(); First != Stands.end();) {
    const auto End =
        std::find_if(First, Stands.end(), [&](const auto &Each) { return Each.first != First->first; });
    const bool IsDispatcher = std::size_t(End - First) > MostOverrides;
    Kept = std::copy_if(First, End, Kept,
                        [&](const auto &Each) { return !IsDispatcher || !(Each.second & IsGuess); });
    First = End;
  }
  Stands.erase(Kept, Stands.end());
}

void Program::index() {
  llvm::sort(Stands);
  Stands.erase(std::unique(Stands.begin(), Stands.end()), Stands.end());
  forgetDispatchers();
  BackStart.assign(FirstDefinition.size() + 1, 0);
  for (const Node To : Edges)
    if (To != None)
      ++BackStart[To + 1];
  for (const auto &[Stand, For] : Stands)
    ++BackStart[(For & ~IsGuess) + 1];
  for (std::size_t At = 1; At < BackStart.size(); ++At)
    BackStart[At] += BackStart[At - 1];
  Back.resize(BackStart.back());
  // Filling moves each start to the end of its list, which is the next one's start.
  auto Given = EdgeGiven.begin();
  for (Count Caller = 0; Caller != Definitions.size(); ++Caller)
    for (Count Edge = Definitions[Caller].FirstEdge, End = endOfEdges(Caller); Edge != End; ++Edge) {
      const bool HasGiven = Given != EdgeGiven.end() && Given->first == Edge;
      const GivenId By = HasGiven ? Given++->second : Nothing;
      if (Edges[Edge] != None)
        Back[BackStart[Edges[Edge]]++] = Caller | (isGuarded(By) ? IsGuarded : 0);
    }
  for (const auto &[Stand, For] : Stands)
    Back[BackStart[For & ~IsGuess]++] = Stand | IsNode | (For & IsGuess);
  for (std::size_t At = BackStart.size() - 1; At; --At)
    BackStart[At] = BackStart[At - 1];
  BackStart[0] = 0;
}

Program::Count Program::endOfEdges(Count Of) const {
  return Of + 1 == Definitions.size() ? Edges.size() : Definitions[Of + 1].FirstEdge;
}

void Program::solve() {
  UnitQuestions.push_back(QuestionWays.size());
  QuestionWays.push_back(Ways.size());
  settleVariables();
  index();
  Hashes = {};
  Levels.assign(FirstDefinition.size(), Never);
  DefinitionLevels.assign(Definitions.size(), Never);
  Unsettled.assign(FirstDefinition.size(), 0);
  for (const Definition &Each : Definitions)
    ++Unsettled[Each.Of];
  solveAlways();
  solveConditional();
  Unsettled = {};
  BackStart = {};
  Back = {};
}

/// A chain that is certain goes before a shorter one with a guess in it. Of two guesses
/// nobody believes the second: what the first virtual call is made with is seldom what the
/// second of them meets. Of overrides that do nothing facts do not tell, so that nobody
/// knows whether there is a choice.
void Program::solveAlways() {
  Beginnings Begin, Guesses;
  for (const Seed &Each : Seeds)
    if (!Each.Open)
      Begin.push_back({Each.Length, Each.Of});
  searchFrom(std::move(Begin), &Guesses);
  for (auto &[At, Method] : Guesses)
    At += ByGuess;
  searchFrom(std::move(Guesses), nullptr);
}

void Program::searchFrom(Beginnings Begin, Beginnings *Guesses) {
  llvm::sort(Begin);
  std::size_t NextSeed = 0;
  std::vector<Node> Now, Next;
  auto Reach = [&](Node Of, Level At) {
    Levels[Of] = At;
    for (Count Index = BackStart[Of]; Index != BackStart[Of + 1]; ++Index) {
      const Node Each = Back[Index];
      if (!(Each & IsGuess))
        Next.push_back(Each);
      else if (Guesses && (Each & IsNode))
        Guesses->push_back({At, Each & ~IsGuess});
    }
  };
  for (Level At = 0; NextSeed != Begin.size() || !Now.empty(); ++At) {
    if (Now.empty())
      At = std::max(At, Begin[NextSeed].first);
    for (; NextSeed != Begin.size() && Begin[NextSeed].first == At; ++NextSeed)
      Now.push_back(Begin[NextSeed].second);
    for (const Node Each : Now) {
      if (Each & IsNode) {
        if (Levels[Each & ~IsNode] == Never)
          Reach(Each & ~IsNode, At);
        continue;
      }
      if (DefinitionLevels[Each] != Never)
        continue;
      DefinitionLevels[Each] = At;
      const Node Of = Definitions[Each].Of;
      if (--Unsettled[Of] == 0 && !IsHarmless[Of])
        Reach(Of, At);
    }
    Now.clear();
    Now.swap(Next);
  }
}

/// As `solveAlways`, of what is left, with what callers pass taken into account.
void Program::solveConditional() {
  struct Reached {
    Count Of, Way;
    Conditions Open;

    bool operator<(const Reached &Other) const { return std::tie(Of, Way) < std::tie(Other.Of, Other.Way); }
  };
  std::map<Level, std::vector<Reached>> Work;
  for (const Seed &Each : Seeds)
    if (Each.Open && DefinitionLevels[Each.Of] == Never)
      Work[Each.Length].push_back({Each.Of, None, Each.Open});
  for (const auto &[Edge, By] : EdgeGiven) {
    if (Edges[Edge] == None || Levels[Edges[Edge]] == Never || !isGuarded(By))
      continue;
    const auto Next = llvm::upper_bound(
        Definitions, Edge, [](Count Sought, const Definition &Each) { return Sought < Each.FirstEdge; });
    const Count Caller = std::prev(Next) - Definitions.begin();
    if (DefinitionLevels[Caller] == Never)
      Work[Levels[Edges[Edge]] + 1].push_back({Caller, Edge, *settle(0, By)});
  }
  llvm::DenseMap<Count, Conditions> DefinitionConditions;
  // Of overrides that are as near, the one with the first conditions speaks for all.
  std::map<Node, Conditions> Standing;
  auto Reach = [&](Node Of, Conditions Open, Level At) {
    Levels[Of] = At;
    NodeConditions[Of] = Open;
    for (Count Index = BackStart[Of]; Index != BackStart[Of + 1]; ++Index) {
      const Node Caller = Back[Index] & ~IsGuess;
      if (Caller & IsNode) {
        const auto [Stand, IsNew] = Standing.try_emplace(Caller & ~IsNode, Open);
        if (!IsNew && ConditionList[Open] < ConditionList[Stand->second])
          Stand->second = Open;
        continue;
      }
      if (DefinitionLevels[Caller] != Never)
        continue;
      for (Count Edge = Definitions[Caller].FirstEdge, End = endOfEdges(Caller); Edge != End; ++Edge)
        if (Edges[Edge] == Of)
          if (const std::optional<Conditions> Left = settle(Open, givenBy(Edge)))
            Work[At + 1].push_back({Caller, Edge, *Left});
    }
  };
  while (!Work.empty()) {
    const auto [At, Found] = *Work.begin();
    Work.erase(Work.begin());
    std::vector<Reached> Now = Found;
    // The first way of each, and its own chain last.
    llvm::sort(Now);
    for (const Reached &Each : Now) {
      if (DefinitionLevels[Each.Of] != Never)
        continue;
      DefinitionLevels[Each.Of] = At;
      ConditionalWay[Each.Of] = Each.Way;
      DefinitionConditions[Each.Of] = Each.Open;
      const Node Of = Definitions[Each.Of].Of;
      if (--Unsettled[Of] != 0 || IsHarmless[Of])
        continue;
      std::vector<FactsCondition> All;
      for (Count One = FirstDefinition[Of]; One != None; One = Definitions[One].Next)
        if (const Conditions Open = DefinitionConditions.lookup(One))
          llvm::append_range(All, ConditionList[Open]);
      Reach(Of, conditionsOf(std::move(All)), At);
    }
    std::map<Node, Conditions> Reached;
    Reached.swap(Standing);
    for (const auto &[Of, Open] : Reached)
      if (Levels[Of] == Never)
        Reach(Of, Open, At);
  }
}

std::optional<Program::Conditions> Program::conditionsAt(Node Of) const {
  const auto Known = NodeConditions.find(Of);
  return Known == NodeConditions.end() ? std::nullopt : std::optional(Known->second);
}

Program::Count Program::nearest(Count First, Count End, llvm::ArrayRef<Node> Among) const {
  Count Best = None;
  for (Count At = First; At != End; ++At)
    if (Among[At] != None && Levels[Among[At]] != Never && !NodeConditions.contains(Among[At]) &&
        !(Among.data() == Edges.data() && isGuarded(givenBy(At))) &&
        (Best == None || Levels[Among[At]] < Levels[Among[Best]]))
      Best = At;
  return Best;
}

/// What always blocks goes before what depends.
Program::Count Program::answerTo(Count Question) const {
  const Count First = QuestionWays[Question], End = QuestionWays[Question + 1];
  Count Best = nearest(First, End, Ways);
  if (Best != None)
    return Best;
  for (Count At = First; At != End; ++At)
    if (const auto Known = NodeConditions.find(Ways[At]);
        Known != NodeConditions.end() && settle(Known->second, WayGiven[At]) &&
        (Best == None || Levels[Ways[At]] < Levels[Ways[Best]]))
      Best = At;
  return Best;
}

bool Program::hasAnswers(unsigned Number) const {
  for (Count Question = UnitQuestions[Number]; Question != UnitQuestions[Number + 1]; ++Question)
    if (answerTo(Question) != None)
      return true;
  return false;
}

namespace {

/// What only a witness needs of a definition.
struct Detail {
  std::string Name;
  Place At;
  std::vector<FactsStep> Steps, Ways;
  std::string End, Because, Kind;

  auto order() const {
    static const FactsStep Nothing;
    const FactsStep &First = !Steps.empty() ? Steps.front() : !Ways.empty() ? Ways.front() : Nothing;
    return std::tie(At.File, At.Line, At.Column, Name, Because, First.Callee, First.At.File, First.At.Line,
                    First.At.Column);
  }
};

} // namespace

struct Program::Telling {
  Telling(const Program &In, Opener Open) : In(In), Open(Open) {}

  const Program &In;
  Opener Open;
  std::vector<ResultNote> Notes;
  std::string End, Because, Kind;
  unsigned Guesses = 0;

  /// Whether to believe it.
  bool isLikely() const { return Guesses < 2; }

  Detail detail(Count Of) {
    Detail Read;
    const Definition &Known = In.Definitions[Of];
    const FactsDetails *From = Open(Known.Unit);
    if (!From)
      return Read;
    const llvm::StringRef Bytes = From->body();
    FactsCursor Cursor(Bytes.bytes_begin() + Known.Offset, Bytes.bytes_end());
    Read.Name = From->text(Cursor.number()).str();
    Read.At = From->place(Cursor);
    if (const Seed *Chain = In.seedOf(Of)) {
      for (Count Left = Chain->Length; Left; --Left)
        Read.Steps.push_back(From->step(Cursor));
      Read.End = From->text(Cursor.number()).str();
      Read.Because = From->text(Cursor.number()).str();
      Read.Kind = From->text(Cursor.number()).str();
    }
    for (Count Left = In.endOfEdges(Of) - Known.FirstEdge; Left; --Left)
      Read.Ways.push_back(From->step(Cursor));
    return Read;
  }

  /// The definition with the shortest chain.
  std::pair<Count, Detail> best(Node Of) {
    Count Best = None;
    Detail Shown;
    for (Count Each = In.FirstDefinition[Of]; Each != None; Each = In.Definitions[Each].Next) {
      const Level At = In.DefinitionLevels[Each];
      if (Best != None && At > In.DefinitionLevels[Best])
        continue;
      Detail Read = detail(Each);
      if (Best == None || At < In.DefinitionLevels[Best] || Read.order() < Shown.order()) {
        Best = Each;
        Shown = std::move(Read);
      }
    }
    return {Best, std::move(Shown)};
  }

  /// Who stands for a virtual method or a variable.
  Node standIn(Node Of, std::string &Callee) {
    auto Range = std::make_pair(llvm::lower_bound(In.Stands, std::make_pair(Of, Node(0))),
                                llvm::upper_bound(In.Stands, std::make_pair(Of, None)));
    Node Best = None;
    Level Least = Never;
    bool IsBestGuessed = false;
    Detail Shown;
    for (auto At = Range.first; At != Range.second; ++At) {
      const Node Each = At->second & ~IsGuess;
      const bool IsGuessed = At->second & IsGuess;
      Level Away = In.Levels[Each];
      if (IsGuessed && Away != Never && !In.conditionsAt(Of))
        Away = Away < ByGuess ? Away + ByGuess : Never;
      if (Away == Never || Away > Least || In.conditionsAt(Each) != In.conditionsAt(Of))
        continue;
      Detail Read = best(Each).second;
      if (Away < Least || Read.order() < Shown.order()) {
        Best = Each;
        Least = Away;
        IsBestGuessed = IsGuessed;
        Shown = std::move(Read);
      }
    }
    Guesses += IsBestGuessed;
    const bool IsVariable = std::binary_search(In.Holds.begin(), In.Holds.end(), std::make_pair(Of, Best));
    if (IsVariable) {
      Notes.push_back({Shown.At, Callee + " holds " + Shown.Name + ", and nothing else"});
    } else if (Shown.Name != Callee) {
      Notes.push_back({Shown.At, Callee + " is overridden by " + Shown.Name});
    }
    Callee = Shown.Name;
    return Best;
  }

  /// Each step goes to a lower level, so this ends.
  void follow(Node From, std::string Callee) {
    while (true) {
      if (In.FirstDefinition[From] == None) {
        From = standIn(From, Callee);
        continue;
      }
      auto [Chosen, Shown] = best(From);
      const Count First = In.Definitions[Chosen].FirstEdge, Last = In.endOfEdges(Chosen);
      const auto Conditional = In.ConditionalWay.find(Chosen);
      const Count Way =
          Conditional != In.ConditionalWay.end() ? Conditional->second : In.nearest(First, Last, In.Edges);
      if (Way == None) {
        for (const FactsStep &Link : Shown.Steps) {
          const bool IsLast = &Link == &Shown.Steps.back();
          Notes.push_back({Link.At, tellLink(Callee, Link.How, Link.Callee, IsLast ? Shown.Because : "")});
          Callee = Link.Callee;
        }
        if (Shown.Steps.empty())
          Notes.push_back({Shown.At, Callee + " " + Shown.Because});
        End = std::move(Shown.End);
        Because = std::move(Shown.Because);
        Kind = std::move(Shown.Kind);
        return;
      }
      const FactsStep &Link = Shown.Ways[Way - First];
      Notes.push_back({Link.At, tellLink(Callee, Link.How, Link.Callee, "")});
      Callee = Link.Callee;
      From = In.Edges[Way];
    }
  }
};

std::optional<bool> Program::borrows(std::uint64_t Of, unsigned Parameter) const {
  const auto Known = Borrowings.find(Of);
  if (Known == Borrowings.end() || Parameter >= 64)
    return std::nullopt;
  return Known->second >> Parameter & 1;
}

std::set<Program::Missing> Program::missing(Opener Open) const {
  std::set<Missing> Found;
  std::multimap<Node, Node> StandIns;
  for (const auto &[Stand, For] : Stands)
    StandIns.insert({Stand, For & ~IsGuess});
  StandIns.insert(Holds.begin(), Holds.end());
  llvm::DenseSet<Node> Seen;
  std::vector<Node> Work;
  auto Reach = [&](Node To, Count Unit, const FactsStep &By) {
    if (To == None)
      return;
    if (FirstDefinition[To] == None && !IsHarmless[To])
      Found.insert({Unit, By.Callee, IsInManyPlaces[To] || By.IsOverriddenElsewhere});
    if (Seen.insert(To).second)
      Work.push_back(To);
  };
  for (Count Unit = 0; Unit != UnitQuestions.size(); ++Unit) {
    const Count First = UnitQuestions[Unit],
                Last = Unit + 1 == UnitQuestions.size() ? QuestionWays.size() : UnitQuestions[Unit + 1];
    std::vector<FactsQuestion> Questions;
    const FactsDetails *From = First == Last ? nullptr : Open(Unit);
    if (!From)
      continue;
    auto Read = From->unit(&Questions);
    if (!Read)
      llvm::consumeError(Read.takeError());
    Count Way = QuestionWays[First];
    for (const FactsQuestion &Asked : Questions)
      for (const FactsWay &Each : Asked.Ways)
        Reach(Ways[Way++], Unit, Each.By);
  }
  Telling Details(*this, Open);
  while (!Work.empty()) {
    const Node Of = Work.back();
    Work.pop_back();
    for (auto [Each, End] = StandIns.equal_range(Of); Each != End; ++Each)
      if (Each->second != None && Seen.insert(Each->second).second)
        Work.push_back(Each->second);
    for (Count Each = FirstDefinition[Of]; Each != None; Each = Definitions[Each].Next) {
      const Count First = Definitions[Each].FirstEdge, Last = endOfEdges(Each);
      if (First == Last)
        continue;
      const Detail Shown = Details.detail(Each);
      for (Count Edge = First; Edge != Last; ++Edge)
        Reach(Edges[Edge], Definitions[Each].Unit, Shown.Ways[Edge - First]);
    }
  }
  return Found;
}

std::vector<Result> Program::answer(unsigned Number, llvm::ArrayRef<FactsQuestion> Questions,
                                    Opener Open) const {
  std::vector<Result> Found;
  for (Count At = 0; At != Questions.size(); ++At) {
    const Count Index = UnitQuestions[Number] + At;
    const Count Way = answerTo(Index);
    if (Way == None)
      continue;
    const FactsQuestion &Asked = Questions[At];
    Telling Tell(*this, Open);
    Tell.follow(Ways[Way], Asked.Ways[Way - QuestionWays[Index]].By.Callee);
    if (!Tell.isLikely() || (!Tell.Kind.empty() && Tell.Kind == Asked.ButFor))
      continue;
    Result Made = Asked.IfSo;
    if (Asked.EndsWithReason)
      Made.Message += "`" + Tell.End + "` " + Tell.Because;
    for (const auto &[Kind, What] : Asked.Instead)
      if (Kind == Tell.Kind)
        Tell.Notes.push_back({Made.At, "instead, " + What});
    Made.Notes.insert(Made.Notes.begin(), Tell.Notes.begin(), Tell.Notes.end());
    Made.NotesAreAChain = true;
    Found.push_back(std::move(Made));
  }
  return Found;
}

void Program::forEachBlocking(Opener Open, llvm::function_ref<void(const Witness &)> Visit) const {
  std::vector<std::pair<std::uint64_t, Node>> Blocking;
  for (std::size_t At = 0; At != Keys.size(); ++At)
    if (Keys[At] && Levels[Values[At]] != Never)
      Blocking.push_back({Keys[At], Values[At]});
  llvm::sort(Blocking);
  for (const auto &[Id, Of] : Blocking) {
    Telling Tell(*this, Open);
    Tell.follow(Of, Witness::Callee.str());
    if (!Tell.isLikely())
      continue;
    const Conditions Open = NodeConditions.lookup(Of);
    Visit({Id, std::move(Tell.Notes), std::move(Tell.End), std::move(Tell.Because), std::move(Tell.Kind),
           Open ? ConditionList[Open] : std::vector<FactsCondition>()});
  }
}

} // namespace asynciter
