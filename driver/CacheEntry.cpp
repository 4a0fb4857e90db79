// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "CacheEntry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/xxhash.h"

#include <vector>

using namespace llvm::support;

namespace asynciter {
namespace {

constexpr llvm::StringLiteral Magic = "asyncun2";
constexpr char Below = '.', Elsewhere = '/';
constexpr std::size_t Wide = sizeof(std::uint64_t);

void addNumber(std::string &To, std::uint64_t Value) {
  char Bytes[Wide];
  endian::write64le(Bytes, Value);
  To.append(Bytes, Wide);
}

void addText(std::string &To, llvm::StringRef Text) {
  addNumber(To, Text.size());
  To += Text;
}

void addStamp(std::string &To, const Stamp &At) {
  addNumber(To, At.Size);
  addNumber(To, At.Modified);
  addNumber(To, At.Changed);
  addNumber(To, At.Node);
}

/// Takes values off the front. What is not there is empty, and makes it bad.
class Cursor {
public:
  explicit Cursor(llvm::StringRef Left) : Left(Left) {}

  std::uint64_t number() {
    if (Left.size() < Wide) {
      Good = false;
      return 0;
    }
    const std::uint64_t Value = endian::read64le(Left.data());
    Left = Left.drop_front(Wide);
    return Value;
  }
  llvm::StringRef text() {
    const std::uint64_t Size = number();
    Good &= Size <= Left.size();
    const llvm::StringRef Text = Left.take_front(Size);
    Left = Left.drop_front(Text.size());
    return Text;
  }
  Stamp stamp() {
    Stamp At;
    At.Size = number();
    At.Modified = number();
    At.Changed = number();
    At.Node = number();
    return At;
  }
  bool isGood() const { return Good; }

private:
  llvm::StringRef Left;
  bool Good = true;
};

} // namespace

std::string Root::portable(llvm::StringRef Path) const {
  llvm::StringRef Rest = Path;
  if (Rest.consume_front(Folder) && (Rest.empty() || Rest.front() == '/'))
    return (llvm::Twine(Below) + Rest).str();
  return (llvm::Twine(Elsewhere) + Path).str();
}

std::string Root::portableArgument(llvm::StringRef Argument) const {
  const auto [Option, Path] = Argument.split('/');
  if (Option.size() == Argument.size())
    return Argument.str();
  return (Option + llvm::Twine('\0') + portable(Argument.drop_front(Option.size()))).str();
}

llvm::StringRef Root::here(llvm::StringRef Portable, std::string &Buffer) const {
  if (Portable.empty() || Portable.front() != Below)
    return Portable.drop_front(Portable.empty() ? 0 : 1);
  Buffer.assign(Folder);
  Buffer.append(Portable.begin() + 1, Portable.end());
  return Buffer;
}

std::string encodeEntry(llvm::StringRef Name, const Footprint &Of, llvm::StringRef Content, const Root &At) {
  std::string Paths;
  addNumber(Paths, Of.paths().size());
  for (const auto &Each : Of.paths()) {
    const Footprint::Path &How = Each.second;
    addNumber(Paths, std::uint64_t(How.What));
    addStamp(Paths, How.At);
    addNumber(Paths, How.Hash);
    addText(Paths, At.portable(Each.first()));
  }
  addNumber(Paths, Of.folders().size());
  for (const auto &Each : Of.folders()) {
    addStamp(Paths, Each.second.At);
    addText(Paths, At.portable(Each.first()));
    std::vector<llvm::StringRef> Names(Each.second.Absent.keys().begin(), Each.second.Absent.keys().end());
    llvm::sort(Names);
    std::string All;
    for (const llvm::StringRef Name : Names)
      (All += Name) += '\0';
    addText(Paths, All);
  }
  std::string Whole = Magic.str();
  addText(Whole, Name);
  addText(Whole, At.folder());
  addText(Whole, Paths);
  addText(Whole, Content);
  addNumber(Whole, llvm::xxh3_64bits(Whole));
  return Whole;
}

bool EntryReader::open(llvm::StringRef Bytes, llvm::StringRef Name) {
  if (Bytes.size() < Magic.size() + Wide || !Bytes.consume_front(Magic))
    return false;
  const llvm::StringRef Checked(Bytes.data() - Magic.size(), Bytes.size() + Magic.size() - Wide);
  if (endian::read64le(Checked.end()) != llvm::xxh3_64bits(Checked))
    return false;
  Cursor At(Bytes.drop_back(Wide));
  const bool IsIt = At.text() == Name;
  MadeAt = At.text();
  Paths = At.text();
  Content = At.text();
  return IsIt && At.isGood();
}

bool EntryReader::check(PathTest IsPathSo, FolderTest IsFolderSo) const {
  Cursor At(Paths);
  for (std::uint64_t Left = At.number(); Left && At.isGood(); --Left) {
    Footprint::Path How{Learned(At.number()), At.stamp(), 0};
    How.Hash = At.number();
    const llvm::StringRef Path = At.text();
    if (!IsPathSo(Path, How))
      return false;
  }
  for (std::uint64_t Left = At.number(); Left && At.isGood(); --Left) {
    const Stamp Then = At.stamp();
    const llvm::StringRef Folder = At.text();
    if (!IsFolderSo(Folder, Then, At.text()))
      return false;
  }
  return At.isGood();
}

} // namespace asynciter
