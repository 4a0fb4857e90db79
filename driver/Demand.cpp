// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Demand.h"

#include "LinkRun.h"
#include "UnitCache.h"
#include "model/Timing.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace asynciter {
namespace {

constexpr char Matters = '+', MattersNot = '-';

/// "`Feed::poll`" is left as "`Feed::", "the destructor of `Worker`" as "the destructor of `".
llvm::StringRef takeLastWord(llvm::StringRef &Name) {
  auto IsPart = [](char One) { return llvm::isAlnum(One) || One == '_'; };
  while (!Name.empty() && !IsPart(Name.back()))
    Name = Name.drop_back();
  std::size_t Length = 0;
  while (Length != Name.size() && IsPart(Name[Name.size() - Length - 1]))
    ++Length;
  const llvm::StringRef Word = Name.take_back(Length);
  Name = Name.drop_back(Length);
  return Word;
}

} // namespace

std::vector<unsigned> Demand::first(UnitCache *Known) {
  const Timing::Scope Timed(Timing::Scan);
  std::vector<bool> MayMatter(Jobs.size(), true);
  std::vector<unsigned> Unclear;
  // The source alone tells of most, without a look at what it includes.
  for (unsigned Number = 0; !All && Number != Jobs.size(); ++Number)
    if (!Scan.hasWords(Jobs[Number].How.File))
      Unclear.push_back(Number);
  const std::string Told = scan(Unclear, Known);
  for (const auto &[Number, Each] : llvm::zip_equal(Unclear, Told))
    MayMatter[Number] = Each == Matters;
  return take([&](unsigned Number) { return MayMatter[Number]; });
}

std::string Demand::scan(llvm::ArrayRef<unsigned> Numbers, UnitCache *Known) {
  if (Numbers.empty())
    return {};
  std::vector<const Command *> Of;
  for (const unsigned Number : Numbers)
    Of.push_back(&Jobs[Number].How);
  if (Known)
    if (auto Told = Known->findScan(Of); Told && Told->size() == Of.size())
      return std::move(*Told);
  // The other scan has looked at units on which this does not depend.
  Footprint Own = Known ? Footprint() : Footprint::unnoted();
  SourceScan Fresh(Own);
  std::string Told;
  for (const Command *Each : Of)
    Told += Fresh.mayMatter(*Each) ? Matters : MattersNot;
  if (Known)
    Known->keepScan(Of, Told, Own);
  Seen.add(Own);
  return Told;
}

std::vector<unsigned> Demand::next(llvm::ArrayRef<UnitResult> Results, llvm::StringRef Root) {
  if (!llvm::is_contained(IsLeft, true))
    return {};
  std::vector<Program::Missing> New;
  for (const Program::Missing &Each : missingFrom(Results, Root))
    if (Asked.insert(Each).second)
      New.push_back(Each);
  // Macros of any unit may stand for a name.
  for (unsigned Number = 0; !New.empty() && Number != Units.size(); ++Number)
    if (IsLeft[Number])
      unit(Number);
  std::vector<Question> Open;
  bool AnyMayDefine = false;
  for (const auto &[By, Name, HasManyPlaces] : New) {
    // Of a range nobody knows the name.
    AnyMayDefine = AnyMayDefine || !llvm::StringRef(Name).contains('`');
    llvm::StringRef Rest = Name;
    const llvm::StringRef Last = takeLastWord(Rest);
    const llvm::StringRef Scope = Rest.consume_back("::") ? takeLastWord(Rest) : llvm::StringRef();
    Open.push_back({By, Last.str(), Scan.namesFor(Last),
                    Scope.empty() ? std::vector<SourceScan::Word>() : Scan.namesFor(Scope), HasManyPlaces});
  }
  return take([&](unsigned Number) {
    return AnyMayDefine || llvm::any_of(Open, [&](const Question &Each) {
             return mayDefine(unit(Number), unit(Each.By), Each);
           });
  });
}

const SourceScan::UnitText &Demand::unit(unsigned Number) {
  const Timing::Scope Timed(Timing::Scan);
  if (!Units[Number])
    Units[Number] = Scan.unit(Jobs[Number].How);
  return *Units[Number];
}

bool Demand::mayDefine(const SourceScan::UnitText &Unit, const SourceScan::UnitText &By,
                       const Question &Asked) const {
  const bool SeesOthers = Unit.SteersHeaders || Unit.Options != By.Options;
  auto IsUnseen = [&](unsigned File) {
    return SeesOthers || Asked.HasManyPlaces || !std::binary_search(By.Files.begin(), By.Files.end(), File);
  };
  auto Mentions = [&](unsigned File, llvm::ArrayRef<SourceScan::Word> Words) {
    return llvm::any_of(Words, [&](SourceScan::Word Each) { return Scan.mentions(File, Each); });
  };
  auto MayDeclare = [&](unsigned File) { return IsUnseen(File) && Mentions(File, Asked.As); };
  return (llvm::any_of(Unit.Files, MayDeclare) || Scan.mayPaste(Unit, Asked.Name)) &&
         (Asked.Of.empty() ||
          llvm::any_of(Unit.Files, [&](unsigned File) { return Mentions(File, Asked.Of); }));
}

} // namespace asynciter
