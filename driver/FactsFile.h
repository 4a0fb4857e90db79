// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The facts file of one unit: its findings, what other units need to know of its
// functions, and its open questions. Docs: docs/scale.md.
//
// Little-endian. Numbers are LEB128 unless a width is given; texts and files are
// indices. Names of functions are hashes, 64 bits wide. The body is compressed if
// LLVM can.
//
//   "asyncfx\n"  version:u32  tool:u64  size of the body, or zero if it is as it is
//   body         sizes of the sections, and these:
//   texts        count, (length, bytes)...
//   files        count, (how much of the path before it begins with, length, the
//                rest of the path, hash of the contents:u32)...
//   unit         main file, outcome, settings:u64, warnings, findings, questions
//                but for where they go
//   targets      count, name:u64...
//   functions    count, (flags, [name:u64, hash of what follows:u32], size,
//                [its slot], overrides, [chain length, conditions], ways, then what only a
//                witness needs)...
//   harmless     count, name:u64...
//   variables    count, (variable, what it holds)...
//   questions    count, (count, where they go...)...
//   given        count, (count, (argument, what holds, parameter)...)...: what
//                calls pass
//   borrowings   count, (name:u64, parameters as bits)...
//   xxh3 of all that, as it is in the file:u64
#pragma once

#include "Results.h"
#include "Settings.h"
#include "facts/Conditions.h"

#include "llvm/Support/Error.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <tuple>

namespace asynciter {

struct FactsStep {
  CallSite::Kind How = CallSite::Called;
  std::string Callee;
  Place At;
  bool IsOverriddenElsewhere = false;
};

struct FactsTarget {
  static constexpr unsigned Nowhere = ~0u;
  /// Zero: one of this unit's functions, by its index.
  std::uint64_t Id = 0;
  unsigned Local = Nowhere;
};

struct FactsWay {
  FactsTarget To;
  FactsStep By;
  /// What is passed; nothing if that cannot be told.
  std::optional<std::vector<Passed>> Given = std::vector<Passed>();
};

/// A condition that an argument may meet: its kind and the argument's number.
struct FactsCondition {
  unsigned Kind, Subject;

  bool operator==(const FactsCondition &Other) const {
    return Kind == Other.Kind && Subject == Other.Subject;
  }
  bool operator<(const FactsCondition &Other) const {
    return std::tie(Subject, Kind) < std::tie(Other.Subject, Other.Kind);
  }
};

struct FactsFunction {
  std::uint64_t Id = 0;
  std::string Name;
  Place At;
  /// It blocks if `Because` says why, unless one of `Open` is met.
  std::vector<FactsStep> Chain;
  std::string End, Because, Kind;
  std::vector<FactsCondition> Open;
  std::vector<FactsWay> Ways;
  /// What virtual calls of it name, if it is a virtual method, and of those that it overrides.
  std::uint64_t Slot = 0;
  std::vector<std::uint64_t> Overrides;
};

struct FactsVariable {
  std::uint64_t Id = 0;
  FactsTarget Holds;
};

struct FactsQuestion {
  /// As in `Question`, `IfSo` without the chain.
  Result IfSo;
  bool EndsWithReason = false;
  std::string ButFor;
  std::vector<FactsWay> Ways;
  std::vector<std::pair<std::string, std::string>> Instead;
};

struct FactsBorrowing {
  std::uint64_t Of;
  /// The first 64 parameters, as bits.
  std::uint64_t Parameters;
};

/// A file that facts were made of.
struct FactsSource {
  std::string File;
  /// Zero for what is not the user's.
  std::uint32_t Hash = 0;
};

struct UnitFacts {
  /// The main file first, the config file last if there is one.
  std::vector<FactsSource> Sources;
  /// Of what was in force: config and command line.
  std::uint64_t Settings = 0;
  std::vector<FactsFunction> Functions;
  std::vector<std::uint64_t> Harmless;
  std::vector<FactsVariable> Variables;
  std::vector<FactsBorrowing> Borrowings;
  std::vector<FactsQuestion> Questions;
};

/// What a unit leaves that has no facts.
UnitFacts noFactsOf(const UnitResult &Unit, const Settings &Use);

/// The bytes of a facts file. Paths below `Root` are written relative to it.
std::string encodeFacts(const UnitResult &Unit, const UnitFacts &Known, llvm::StringRef Root);

/// Reads what is in a facts file; its bytes must outlive it and its copies.
class FactsReader {
public:
  /// Refuses, with the reason in words, what is no facts file, or one that is cut
  /// off or made by another version.
  static llvm::Expected<FactsReader> open(llvm::StringRef Bytes);

  struct Section {
    const std::uint8_t *Begin = nullptr, *End = nullptr;
  };
  enum {
    Texts,
    Files,
    Unit,
    Targets,
    Functions,
    Harmless,
    Variables,
    Questions,
    Given,
    Borrowings,
    Sections
  };
  const Section &section(unsigned Which) const { return Parts[Which]; }
  /// That the sections lie in.
  llvm::StringRef body() const { return Body; }

private:
  std::shared_ptr<const llvm::SmallVector<std::uint8_t, 0>> Unpacked;
  llvm::StringRef Body;
  Section Parts[Sections];
};

/// Numbers from a section. What lies beyond its end is zero.
class FactsCursor {
public:
  explicit FactsCursor(const FactsReader::Section &In) : At(In.Begin), End(In.End) {}
  FactsCursor(const std::uint8_t *At, const std::uint8_t *End) : At(At), End(End) {}

  std::uint64_t number() {
    if (At != End && *At < 0x80)
      return *At++;
    std::uint64_t Value = 0;
    for (unsigned Shift = 0; At != End && Shift < 64; Shift += 7) {
      const std::uint8_t Byte = *At++;
      Value |= std::uint64_t(Byte & 0x7f) << Shift;
      if (Byte < 0x80)
        break;
    }
    return Value;
  }
  std::uint64_t fixed();
  std::uint32_t fixed32();
  llvm::StringRef text();
  /// As many as follow: what would be more than there is room for is nothing.
  std::uint64_t count() {
    const std::uint64_t Value = number();
    return Value <= std::uint64_t(End - At) ? Value : 0;
  }
  void skip(std::uint64_t Bytes) { At += std::min<std::uint64_t>(Bytes, End - At); }
  const std::uint8_t *at() const { return At; }
  const std::uint8_t *end() const { return End; }

private:
  const std::uint8_t *At, *End;
};

/// The parts that are for people: texts and places.
class FactsDetails {
public:
  FactsDetails(const FactsReader &From, llvm::StringRef Root);

  const std::vector<FactsSource> &sources() const { return Files; }
  llvm::StringRef body() const { return From.body(); }
  llvm::StringRef text(std::uint64_t Index) const {
    if (Texts.empty())
      readTexts();
    return Index < Texts.size() ? Texts[Index] : llvm::StringRef();
  }
  FactsStep step(FactsCursor &From) const;
  /// A place without an offset.
  Place place(FactsCursor &From) const;
  Place fullPlace(FactsCursor &From) const;
  /// An error if there is a rule that we do not have. `Questions`, if wanted: where
  /// they go only a `Program` knows.
  llvm::Expected<UnitResult> unit(std::vector<FactsQuestion> *Questions) const;

private:
  bool readResult(FactsCursor &From, Result &Into) const;
  void readTexts() const;

  FactsReader From;
  std::string Root;
  mutable std::vector<llvm::StringRef> Texts;
  std::vector<FactsSource> Files;
};

} // namespace asynciter
