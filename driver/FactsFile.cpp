// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "FactsFile.h"

#include "Embedded.h"
#include "Selection.h"
#include "Version.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

using namespace llvm::support;
namespace zstd = llvm::compression::zstd;

namespace asynciter {
namespace {

constexpr llvm::StringLiteral Magic = "asyncfx\n";
constexpr std::uint32_t FormatVersion = 6;
constexpr std::size_t HeadSize = Magic.size() + 4 + 8, ChecksumSize = 8;
/// Stands for the root in texts.
constexpr char RootMark = '\1';

/// What another version would find or know: never mixed with ours.
std::uint64_t toolHash() {
  static const std::uint64_t Hash = [] {
    std::string All = Version.str();
    for (const Rule *Each : catalogue())
      All += "\n" + Each->Info.Name.str();
    for (const EmbeddedFile &Each : embeddedLibraries())
      All += Each.Text;
    return llvm::xxh3_64bits(All);
  }();
  return Hash;
}

/// A section that grows.
class Sink {
public:
  void number(std::uint64_t Value) {
    for (; Value >= 0x80; Value >>= 7)
      Bytes += char(Value | 0x80);
    Bytes += char(Value);
  }
  void fixed(std::uint64_t Value) {
    char Wide[8];
    endian::write64le(Wide, Value);
    Bytes.append(Wide, 8);
  }
  void fixed32(std::uint32_t Value) {
    char Wide[4];
    endian::write32le(Wide, Value);
    Bytes.append(Wide, 4);
  }
  void text(llvm::StringRef Text) {
    number(Text.size());
    Bytes += Text;
  }
  void append(const Sink &Other) { Bytes += Other.Bytes; }

  std::string Bytes;
};

class Encoder {
public:
  Encoder(const UnitResult &Result, const UnitFacts &Known, llvm::StringRef Root)
      : Result(Result), Known(Known), Prefix((Root + "/").str()) {}

  std::string encode() {
    for (const FactsSource &Each : Known.Sources)
      fileIndex(Each.File, Each.Hash);
    numberLocals();
    Sink Functions, Unit, Variables, Harmless, Targets, Questions;
    encodeUnit(Unit, Questions);
    Functions.number(Known.Functions.size());
    for (const FactsFunction &Each : Known.Functions)
      encodeFunction(Each, Functions);
    Variables.number(Known.Variables.size());
    for (const FactsVariable &Each : Known.Variables) {
      Variables.number(targetIndex(Each.Id));
      encodeTarget(Each.Holds, Variables);
    }
    Harmless.number(Known.Harmless.size());
    for (const std::uint64_t Id : Known.Harmless)
      Harmless.fixed(Id);
    Targets.number(TargetList.size());
    for (const std::uint64_t Id : TargetList)
      Targets.fixed(Id);
    Sink Given;
    Given.number(GivenList.size());
    for (const std::vector<unsigned> &Each : GivenList) {
      Given.number(Each.size() / 3);
      for (const unsigned Number : Each)
        Given.number(Number);
    }
    Sink Borrowings;
    Borrowings.number(Known.Borrowings.size());
    for (const FactsBorrowing &Each : Known.Borrowings) {
      Borrowings.fixed(Each.Of);
      Borrowings.number(Each.Parameters);
    }
    Sink FileSection;
    FileSection.number(FileList.size());
    llvm::StringRef Before;
    for (const auto &[Path, Hash] : FileList) {
      std::size_t Same = 0;
      while (Same != Path.size() && Same != Before.size() && Path[Same] == Before[Same])
        ++Same;
      FileSection.number(Same);
      FileSection.text(llvm::StringRef(Path).drop_front(Same));
      FileSection.fixed32(Hash);
      Before = Path;
    }
    Sink TextSection;
    TextSection.number(TextList.size());
    for (const std::string &Each : TextList)
      TextSection.text(Each);

    Sink Body;
    const Sink *Parts[] = {&TextSection, &FileSection, &Unit,      &Targets, &Functions,
                           &Harmless,    &Variables,   &Questions, &Given,   &Borrowings};
    static_assert(std::size(Parts) == FactsReader::Sections);
    for (const Sink *Each : Parts)
      Body.number(Each->Bytes.size());
    for (const Sink *Each : Parts)
      Body.append(*Each);

    Sink Whole;
    Whole.Bytes = Magic.str();
    Whole.fixed32(FormatVersion);
    Whole.fixed(toolHash());
    pack(Body, Whole);
    Whole.fixed(llvm::xxh3_64bits(Whole.Bytes));
    return std::move(Whole.Bytes);
  }

private:
  unsigned text(llvm::StringRef Text) {
    const auto [At, IsNew] = TextIndex.try_emplace(Text, TextList.size());
    if (IsNew)
      TextList.push_back(Text.str());
    return At->second;
  }

  /// The same from any checkout.
  std::string relative(llvm::StringRef Path) const {
    Path.consume_front(Prefix);
    return Path.str();
  }

  std::string withoutRoot(llvm::StringRef Text) const {
    std::string Result;
    for (std::size_t At = Text.find(Prefix); At != llvm::StringRef::npos; At = Text.find(Prefix)) {
      Result += Text.take_front(At).str() + RootMark;
      Text = Text.drop_front(At + Prefix.size());
    }
    return Result + Text.str();
  }

  unsigned fileIndex(llvm::StringRef Path, std::uint32_t Hash = 0) {
    const auto [At, IsNew] = FileIndex.try_emplace(Path, FileList.size());
    if (IsNew)
      FileList.push_back({relative(Path), Hash});
    return At->second;
  }

  unsigned targetIndex(std::uint64_t Id) {
    const auto [At, IsNew] = TargetIndex.try_emplace(Id, TargetList.size());
    if (IsNew)
      TargetList.push_back(Id);
    return At->second;
  }

  /// Functions without a name are numbered by themselves.
  void numberLocals() {
    for (const FactsFunction &Each : Known.Functions)
      LocalIndex.push_back(Each.Id ? 0 : LocalCount++);
  }

  /// Twice the index, and one more if it is of a local function; zero for nowhere.
  void encodeTarget(const FactsTarget &To, Sink &Into) {
    if (To.Id)
      Into.number((std::uint64_t(targetIndex(To.Id)) << 1) + 2);
    else if (To.Local < LocalIndex.size())
      Into.number((std::uint64_t(LocalIndex[To.Local]) << 1) + 3);
    else
      Into.number(0);
  }

  void encodeWay(const FactsWay &Out, Sink &Into) {
    encodeTarget(Out.To, Into);
    Into.number(Out.Given ? givenIndex(*Out.Given) + 1 : 0);
  }

  /// Most calls pass nothing of which there is anything to say.
  unsigned givenIndex(const std::vector<Passed> &Given) {
    std::vector<unsigned> Key;
    for (const Passed &Each : Given)
      Key.insert(Key.end(), {unsigned(Each.Subject), Each.Holds, unsigned(Each.From)});
    if (Key.empty())
      return 0;
    const auto [At, IsNew] = GivenIndex.try_emplace(Key, GivenList.size() + 1);
    if (IsNew)
      GivenList.push_back(Key);
    return At->second;
  }

  void encodePlace(const Place &At, Sink &Into) {
    Into.number(fileIndex(At.File));
    Into.number(At.Line);
    Into.number(At.Column);
    Into.number(At.Length);
  }

  void encodeFullPlace(const Place &At, Sink &Into) {
    encodePlace(At, Into);
    Into.number(At.Offset);
  }

  static void pack(const Sink &Body, Sink &Into) {
    if (!zstd::isAvailable()) {
      Into.number(0);
      Into.append(Body);
      return;
    }
    llvm::SmallVector<std::uint8_t, 0> Packed;
    zstd::compress(llvm::arrayRefFromStringRef(Body.Bytes), Packed);
    Into.number(Body.Bytes.size());
    Into.Bytes += llvm::toStringRef(Packed);
  }

  void encodeStep(const FactsStep &Each, Sink &Into) {
    Into.number((std::uint64_t(text(Each.Callee)) << 3) | (std::uint64_t(Each.IsOverriddenElsewhere) << 2) |
                Each.How);
    encodePlace(Each.At, Into);
  }

  void encodeResult(const asynciter::Result &Each, Sink &Into) {
    Into.number(text(Each.By->Name));
    encodeFullPlace(Each.At, Into);
    Into.number(text(Each.Message));
    Into.number((Each.NotesAreAChain ? 1 : 0) | (Each.Safety == FixSafety::Unsafe ? 2 : 0) |
                (Each.AssumedOf ? 4 : 0));
    if (Each.AssumedOf) {
      Into.fixed(Each.AssumedOf);
      Into.number(Each.AssumedParameter);
      Into.number(text(Each.AssumedName));
    }
    Into.number(Each.Notes.size());
    for (const ResultNote &Note : Each.Notes) {
      encodeFullPlace(Note.At, Into);
      Into.number(text(Note.Message));
    }
    Into.number(Each.Fix.size());
    for (const clang::tooling::Replacement &Part : Each.Fix) {
      Into.number(fileIndex(Part.getFilePath()));
      Into.number(Part.getOffset());
      Into.number(Part.getLength());
      Into.number(text(Part.getReplacementText()));
    }
  }

  void encodeUnit(Sink &Into, Sink &Questions) {
    Into.number(fileIndex(Result.File));
    Into.number(Result.Is);
    Into.fixed(Known.Settings);
    for (const auto *Lines : {&Result.Warnings, &Result.Errors}) {
      Into.number(Lines->size());
      for (const std::string &Each : *Lines)
        Into.number(text(withoutRoot(Each)));
    }
    Into.number(Result.Results.size());
    for (const asynciter::Result &Each : Result.Results)
      encodeResult(Each, Into);
    Into.number(Known.Questions.size());
    Questions.number(Known.Questions.size());
    for (const FactsQuestion &Each : Known.Questions) {
      Questions.number(Each.Ways.size());
      for (const FactsWay &Out : Each.Ways)
        encodeWay(Out, Questions);
      Into.number(Each.Ways.size());
      for (const FactsWay &Out : Each.Ways)
        encodeStep(Out.By, Into);
      encodeResult(Each.IfSo, Into);
      Into.number(Each.EndsWithReason);
      Into.number(text(Each.ButFor));
      // Most often the same again.
      const bool IsNew = &Each == &Known.Questions.front() || Each.Instead != (&Each)[-1].Instead;
      Into.number(IsNew ? Each.Instead.size() + 1 : 0);
      if (IsNew)
        for (const auto &[Kind, What] : Each.Instead) {
          Into.number(text(Kind));
          Into.number(text(What));
        }
    }
  }

  void encodeFunction(const FactsFunction &Each, Sink &Into) {
    const bool Blocks = !Each.Because.empty();
    Sink Body;
    if (Each.Slot)
      Body.number(targetIndex(Each.Slot));
    for (const std::uint64_t Id : Each.Overrides)
      Body.number(targetIndex(Id));
    if (Blocks) {
      Body.number(Each.Chain.size());
      Body.number(Each.Open.size());
      for (const FactsCondition &One : Each.Open) {
        Body.number(One.Kind);
        Body.number(One.Subject);
      }
    }
    Body.number(Each.Ways.size());
    for (const FactsWay &Out : Each.Ways)
      encodeWay(Out, Body);
    Body.number(text(Each.Name));
    encodePlace(Each.At, Body);
    if (Blocks) {
      for (const FactsStep &Link : Each.Chain)
        encodeStep(Link, Body);
      Body.number(text(Each.End));
      Body.number(text(Each.Because));
      Body.number(text(Each.Kind));
    }
    for (const FactsWay &Out : Each.Ways)
      encodeStep(Out.By, Body);
    Into.number((Each.Id ? 1 : 0) | (Blocks ? 2 : 0) | (Each.Slot ? 4 : 0) | (Each.Overrides.size() << 3));
    if (Each.Id) {
      Into.fixed(Each.Id);
      Into.fixed32(hashOf(Each));
    }
    Into.number(Body.Bytes.size());
    Into.append(Body);
  }

  /// Two units that mean the same get the same, whatever else they hold: what is the
  /// function's own, and that of the local functions that it leads to.
  std::uint32_t hashOf(const FactsFunction &Of) {
    std::vector<std::size_t> Reached = {std::size_t(&Of - Known.Functions.data())};
    llvm::SmallDenseSet<std::size_t> Seen;
    std::vector<std::uint64_t> Hashes;
    for (std::size_t Next = 0; Next != Reached.size(); ++Next) {
      const FactsFunction &Each = Known.Functions[Reached[Next]];
      Hashes.push_back(ownHashOf(Each));
      for (const FactsWay &Out : Each.Ways)
        if (!Out.To.Id && Out.To.Local < Known.Functions.size() && Seen.insert(Out.To.Local).second)
          Reached.push_back(Out.To.Local);
    }
    return std::uint32_t(llvm::xxh3_64bits(llvm::ArrayRef(
        reinterpret_cast<const std::uint8_t *>(Hashes.data()), Hashes.size() * sizeof Hashes[0])));
  }

  std::uint64_t ownHashOf(const FactsFunction &Each) {
    OwnHashes.resize(Known.Functions.size());
    std::uint64_t &Kept = OwnHashes[&Each - Known.Functions.data()];
    if (!Kept)
      Kept = llvm::xxh3_64bits(ownTextOf(Each));
    return Kept;
  }

  std::string ownTextOf(const FactsFunction &Each) const {
    std::string All;
    auto Add = [&](llvm::StringRef Text) { (All += Text) += '\n'; };
    auto AddPlace = [&](const Place &At) {
      Add(relative(At.File));
      Add(std::to_string(At.Line) + ":" + std::to_string(At.Column));
    };
    auto AddStep = [&](const FactsStep &Link) {
      Add(std::to_string(Link.How));
      Add(Link.Callee);
      AddPlace(Link.At);
    };
    AddPlace(Each.At);
    for (const FactsStep &Link : Each.Chain)
      AddStep(Link);
    Add(Each.Because);
    for (const FactsCondition &One : Each.Open)
      Add(std::to_string(One.Kind) + ":" + std::to_string(One.Subject));
    for (const FactsWay &Out : Each.Ways) {
      Add(std::to_string(Out.To.Id));
      if (!Out.To.Id && Out.To.Local < Known.Functions.size())
        AddPlace(Known.Functions[Out.To.Local].At);
      AddStep(Out.By);
      for (const Passed &One : Out.Given ? *Out.Given : std::vector<Passed>{{-1, 0, 0}})
        Add(std::to_string(One.Subject) + ":" + std::to_string(One.Holds) + ":" + std::to_string(One.From));
    }
    Add(std::to_string(Each.Slot));
    for (const std::uint64_t Id : Each.Overrides)
      Add(std::to_string(Id));
    return All;
  }

  const UnitResult &Result;
  const UnitFacts &Known;
  const std::string Prefix;
  llvm::StringMap<unsigned> TextIndex, FileIndex;
  std::vector<std::string> TextList;
  std::vector<std::pair<std::string, std::uint64_t>> FileList;
  llvm::DenseMap<std::uint64_t, unsigned> TargetIndex;
  std::vector<std::uint64_t> TargetList;
  std::map<std::vector<unsigned>, unsigned> GivenIndex;
  std::vector<std::vector<unsigned>> GivenList;
  std::vector<unsigned> LocalIndex;
  std::vector<std::uint64_t> OwnHashes;
  unsigned LocalCount = 0;
};

llvm::Error refused(const llvm::Twine &Why) { return llvm::createStringError(Why); }

} // namespace

UnitFacts noFactsOf(const UnitResult &Unit, const Settings &Use) {
  UnitFacts None;
  None.Sources = {{Unit.File, 0}};
  None.Settings = Use.Hash;
  return None;
}

std::string encodeFacts(const UnitResult &Unit, const UnitFacts &Known, llvm::StringRef Root) {
  return Encoder(Unit, Known, Root).encode();
}

llvm::Expected<FactsReader> FactsReader::open(llvm::StringRef Bytes) {
  if (Bytes.empty())
    return refused("is empty; make it anew");
  if (!Bytes.starts_with(Magic.take_front(std::min(Bytes.size(), Magic.size()))))
    return refused("is no facts file; 'asynciter-lint facts' makes them");
  if (Bytes.size() < HeadSize + ChecksumSize)
    return refused("is cut off; make it anew");
  const std::uint32_t Format = endian::read32le(Bytes.data() + Magic.size());
  if (Format != FormatVersion)
    return refused("has format " + llvm::Twine(Format) + ", and this program reads format " +
                   llvm::Twine(FormatVersion) + "; make it anew with this program");
  if (endian::read64le(Bytes.data() + Magic.size() + 4) != toolHash())
    return refused("was made by another version of asynciter-lint; make it anew with this one (" + Version +
                   ")");
  const llvm::StringRef Checked = Bytes.drop_back(ChecksumSize);
  if (endian::read64le(Checked.end()) != llvm::xxh3_64bits(Checked))
    return refused("is cut off or damaged; make it anew");
  FactsReader Made;
  FactsCursor Packed(Checked.bytes_begin() + HeadSize, Checked.bytes_end());
  if (const std::uint64_t Size = Packed.number()) {
    if (!zstd::isAvailable())
      return refused(
          "is compressed, and this program was built without zstd; make it anew with this program");
    // A damaged size is not to take all memory: zstd makes no more of it.
    auto Body = std::make_shared<llvm::SmallVector<std::uint8_t, 0>>();
    if (Size >> 16 > std::uint64_t(Packed.end() - Packed.at()) ||
        llvm::errorToBool(zstd::decompress(llvm::ArrayRef(Packed.at(), Packed.end()), *Body, Size)))
      return refused("is damaged; make it anew");
    Made.Body = llvm::toStringRef(*Body);
    Made.Unpacked = std::move(Body);
  } else {
    Made.Body = llvm::toStringRef(llvm::ArrayRef(Packed.at(), Packed.end()));
  }
  FactsCursor Head(Made.Body.bytes_begin(), Made.Body.bytes_end());
  std::uint64_t Sizes[Sections];
  for (std::uint64_t &Each : Sizes)
    Each = Head.number();
  const std::uint8_t *At = Head.at();
  for (unsigned Each = 0; Each != Sections; ++Each) {
    if (Sizes[Each] > std::uint64_t(Head.end() - At))
      return refused("is damaged; make it anew");
    Made.Parts[Each] = {At, At + Sizes[Each]};
    At += Sizes[Each];
  }
  return Made;
}

std::uint64_t FactsCursor::fixed() {
  if (End - At < 8)
    return 0;
  const std::uint64_t Value = endian::read64le(At);
  At += 8;
  return Value;
}

std::uint32_t FactsCursor::fixed32() {
  if (End - At < 4)
    return 0;
  const std::uint32_t Value = endian::read32le(At);
  At += 4;
  return Value;
}

llvm::StringRef FactsCursor::text() {
  const std::uint64_t Length = count();
  const llvm::StringRef Read(reinterpret_cast<const char *>(At), Length);
  skip(Length);
  return Read;
}

FactsDetails::FactsDetails(const FactsReader &From, llvm::StringRef Root) : From(From), Root(Root) {
  FactsCursor Section(From.section(FactsReader::Files));
  std::string Path;
  for (std::uint64_t Left = Section.count(); Left; --Left) {
    Path.resize(std::min<std::uint64_t>(Section.number(), Path.size()));
    Path += Section.text();
    Files.push_back(
        {llvm::sys::path::is_absolute(Path) ? Path : (this->Root + "/" + Path), Section.fixed32()});
  }
}

/// Most units are linked without a look at their texts.
void FactsDetails::readTexts() const {
  FactsCursor Section(From.section(FactsReader::Texts));
  for (std::uint64_t Left = Section.count(); Left; --Left)
    Texts.push_back(Section.text());
}

Place FactsDetails::place(FactsCursor &Cursor) const {
  Place Read;
  const std::uint64_t File = Cursor.number();
  if (File < Files.size())
    Read.File = Files[File].File;
  Read.Line = Cursor.number();
  Read.Column = Cursor.number();
  Read.Length = Cursor.number();
  return Read;
}

Place FactsDetails::fullPlace(FactsCursor &Cursor) const {
  Place Read = place(Cursor);
  Read.Offset = Cursor.number();
  return Read;
}

FactsStep FactsDetails::step(FactsCursor &Cursor) const {
  const std::uint64_t Packed = Cursor.number();
  FactsStep Read;
  Read.How = static_cast<CallSite::Kind>(Packed & 3);
  Read.IsOverriddenElsewhere = Packed & 4;
  Read.Callee = text(Packed >> 3).str();
  Read.At = place(Cursor);
  return Read;
}

bool FactsDetails::readResult(FactsCursor &Cursor, Result &Into) const {
  const Rule *By = findRule(text(Cursor.number()));
  Into.By = By ? &By->Info : nullptr;
  Into.At = fullPlace(Cursor);
  Into.Message = text(Cursor.number()).str();
  const std::uint64_t Flags = Cursor.number();
  Into.NotesAreAChain = Flags & 1;
  Into.Safety = Flags & 2 ? FixSafety::Unsafe : FixSafety::Safe;
  if (Flags & 4) {
    Into.AssumedOf = Cursor.fixed();
    Into.AssumedParameter = Cursor.number();
    Into.AssumedName = text(Cursor.number()).str();
  }
  for (std::uint64_t Left = Cursor.count(); Left; --Left) {
    Place At = fullPlace(Cursor);
    Into.Notes.push_back({std::move(At), text(Cursor.number()).str()});
  }
  for (std::uint64_t Left = Cursor.count(); Left; --Left) {
    const std::uint64_t File = Cursor.number(), Offset = Cursor.number(), Length = Cursor.number();
    Into.Fix.emplace_back(File < Files.size() ? Files[File].File : "", Offset, Length, text(Cursor.number()));
  }
  return By;
}

llvm::Expected<UnitResult> FactsDetails::unit(std::vector<FactsQuestion> *Questions) const {
  FactsCursor Cursor(From.section(FactsReader::Unit));
  UnitResult Read;
  const std::uint64_t Main = Cursor.number();
  if (Main < Files.size())
    Read.File = Files[Main].File;
  Read.Is = static_cast<UnitResult::Outcome>(std::min<std::uint64_t>(Cursor.number(), UnitResult::Failed));
  Cursor.fixed();
  for (auto *Lines : {&Read.Warnings, &Read.Errors})
    for (std::uint64_t Left = Cursor.count(); Left; --Left) {
      std::string &Line = Lines->emplace_back();
      for (const char Each : text(Cursor.number()))
        if (Each == RootMark)
          Line += Root + "/";
        else
          Line += Each;
    }
  bool Good = true;
  for (std::uint64_t Left = Cursor.count(); Left; --Left)
    Good &= readResult(Cursor, Read.Results.emplace_back());
  for (std::uint64_t Left = Questions ? Cursor.count() : 0; Left; --Left) {
    FactsQuestion &Each = Questions->emplace_back();
    Each.Ways.resize(Cursor.count());
    for (FactsWay &Out : Each.Ways)
      Out.By = step(Cursor);
    Good &= readResult(Cursor, Each.IfSo);
    Each.EndsWithReason = Cursor.number();
    Each.ButFor = text(Cursor.number()).str();
    const std::uint64_t Pairs = Cursor.count();
    if (!Pairs && Questions->size() > 1)
      Each.Instead = (&Each)[-1].Instead;
    for (std::uint64_t Pair = 1; Pair < Pairs; ++Pair) {
      std::string Kind = text(Cursor.number()).str();
      Each.Instead.push_back({std::move(Kind), text(Cursor.number()).str()});
    }
  }
  if (!Good)
    return refused("speaks of a rule that this program does not have; make it anew");
  return Read;
}

} // namespace asynciter
