// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SharedHeaders.h"

#include "Compiler.h"
#include "Crashes.h"
#include "HeaderChoice.h"
#include "LesserParse.h"
#include "UnitCache.h"
#include "model/Timing.h"

#include "clang/Basic/Stack.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Lex/HeaderSearch.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Serialization/ASTWriter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Support/VirtualFileSystem.h"

#include <optional>

using namespace clang;

namespace asynciter {

namespace {

/// Units that are looked at to choose headers for all with the same options, and how
/// few of those there may be.
constexpr unsigned Looked = 32, Fewest = 3;
/// What was seen of so many is kept until they are parsed.
constexpr unsigned MostKept = 256;
/// What was chosen for some units is used again for as many times as many.
constexpr unsigned MostTimes = 2;
/// Of a unit's tokens, so that using it pays for the look of the preprocessor.
constexpr double LeastPart = 0.2;

/// Only goes through the unit.
class WatchAction : public PreprocessOnlyAction {
public:
  explicit WatchAction(TokenRecord &Into) : Into(Into) {}

  void ExecuteAction() override {
    TokenWatch Watch(getCompilerInstance().getPreprocessor());
    PreprocessOnlyAction::ExecuteAction();
    Into = Watch.take();
  }

private:
  TokenRecord &Into;
};

/// Precompiles into memory.
class ShareAction : public ASTFrontendAction {
public:
  explicit ShareAction(SharedHeader &Into) : Into(Into) {}

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI, llvm::StringRef) override {
    Watch.emplace(CI.getPreprocessor());
    std::vector<std::unique_ptr<ASTConsumer>> Consumers;
    Consumers.push_back(std::make_unique<LesserConsumer>(/*IsLesser=*/true));
    Consumers.push_back(std::make_unique<PCHGenerator>(CI.getPreprocessor(), CI.getModuleCache(), "", "",
                                                       Buffer,
                                                       std::vector<std::shared_ptr<ModuleFileExtension>>()));
    return std::make_unique<MultiplexConsumer>(std::move(Consumers));
  }

  void EndSourceFileAction() override {
    const TokenRecord Seen = Watch->take();
    if (!Buffer->IsComplete)
      return;
    Into.Bytes = std::move(Buffer->Data);
    Into.Prints = Seen.Prints;
    Into.Tokens = Seen.Tokens;
  }

  TranslationUnitKind getTranslationUnitKind() override { return TU_Prefix; }
  bool hasASTFileSupport() const override { return false; }

private:
  SharedHeader &Into;
  std::optional<TokenWatch> Watch;
  std::shared_ptr<PCHBuffer> Buffer = std::make_shared<PCHBuffer>();
};

std::unique_ptr<const SharedHeader> make(const Command &Like, llvm::ArrayRef<std::string> Headers,
                                         Footprint *Seen) {
  const Timing::Scope Timed(Timing::Share);
  auto Made = std::make_unique<SharedHeader>();
  prepareThreadForCrashes();
  llvm::CrashRecoveryContext().RunSafely([&] {
    noteBottomOfStack();
    std::string Text;
    for (const std::string &Each : Headers)
      Text += "#include <" + Each + ">\n";
    IgnoringDiagConsumer Quiet;
    const auto Files = filesOf(Like, Seen);
    auto What = invocationFor(Like, Files, Quiet);
    if (!What)
      return;
    // What the command line includes is the user's.
    What->getPreprocessorOpts().Includes.clear();
    What->getPreprocessorOpts().MacroIncludes.clear();
    What->getFrontendOpts().ProgramAction = frontend::GeneratePCH;
    const InputKind Kind(Language::CXX, InputKind::Source, /*PP=*/false, InputKind::HeaderUnit_None,
                         /*HD=*/true);
    const auto Source = llvm::MemoryBuffer::getMemBuffer(Text, "shared headers");
    What->getFrontendOpts().Inputs = {FrontendInputFile(Source->getMemBufferRef(), Kind)};
    What->getFrontendOpts().SkipFunctionBodies = true;
    What->getLangOpts().CompilingPCH = true;
    What->getLangOpts().PCHInstantiateTemplates = true;
    auto Reads = compilerFor(std::move(What), Files, Quiet);
    ShareAction Action(*Made);
    if (!Reads->ExecuteAction(Action) || Reads->getDiagnostics().hasErrorOccurred())
      Made->Bytes.clear();
  });
  return Made->Bytes.empty() ? nullptr : std::move(Made);
}

} // namespace

bool SharedUse::holds(const TokenRecord &Of) const {
  std::vector<TokenRecord::Print> More;
  // What is read again has no less in it than before.
  std::set_difference(Of.Prints.begin(), Of.Prints.end(), Header->Prints.begin(), Header->Prints.end(),
                      std::back_inserter(More));
  return More == Rest;
}

std::optional<SharedHeaders::Look> SharedHeaders::look(const Command &Of, bool IsRecording) {
  const Timing::Scope Timed(Timing::Share);
  std::optional<Look> Made;
  prepareThreadForCrashes();
  llvm::CrashRecoveryContext().RunSafely([&] {
    noteBottomOfStack();
    IgnoringDiagConsumer Quiet;
    Look Now;
    const auto Files = filesOf(Of, IsRecording ? &Now.Seen : nullptr);
    auto What = invocationFor(Of, Files, Quiet);
    // A command that has its own precompiled header, or modules, is not ours to improve.
    if (!What || !What->getPreprocessorOpts().ImplicitPCHInclude.empty() ||
        What->getHeaderSearchOpts().ImplicitModuleMaps)
      return;
    auto Reads = compilerFor(std::move(What), Files, Quiet);
    WatchAction Action(Now.Tokens);
    if (Reads->ExecuteAction(Action) && !Reads->getDiagnostics().hasErrorOccurred())
      Made = std::move(Now);
  });
  return Made;
}

void SharedHeaders::prepare(llvm::ArrayRef<const Command *> Units, llvm::ThreadPoolInterface &Pool) {
  std::map<std::vector<std::string>, std::vector<const Command *>> Groups;
  for (const Command *Each : Units)
    if (isCxx(*Each))
      Groups[optionsOf(*Each)].push_back(Each);
  Looks.clear();
  for (const auto &[Options, All] : Groups) {
    if (ByOptions.count(Options))
      continue;
    if (auto Set = kept(Options, All.size()))
      ByOptions[Options] = std::move(*Set);
    else if (All.size() >= Fewest)
      ByOptions[Options] = made(All, Pool);
  }
}

std::optional<SharedSet> SharedHeaders::kept(const std::vector<std::string> &Options,
                                             std::size_t Units) const {
  const Timing::Scope Timed(Timing::Share);
  const auto Bytes = Kept ? Kept->findShared(Options) : std::nullopt;
  auto Set = Bytes ? decodeSharedSet(*Bytes) : std::nullopt;
  if (!Set || Units > MostTimes * Set->Units)
    return std::nullopt;
  Timing::count("shared headers from the cache", Set->Headers.size());
  return Set;
}

SharedSet SharedHeaders::made(llvm::ArrayRef<const Command *> Units, llvm::ThreadPoolInterface &Pool) {
  const unsigned Step = (Units.size() + Looked - 1) / Looked;
  std::vector<std::optional<Look>> Seen((Units.size() + Step - 1) / Step);
  for (unsigned Number = 0; Number != Seen.size(); ++Number)
    Pool.async([&, Number, Of = Units[Number * Step]] { Seen[Number] = look(*Of, Kept != nullptr); });
  Pool.wait();
  std::vector<TokenRecord> Good;
  for (unsigned Number = 0; Number != Seen.size(); ++Number)
    if (Seen[Number]) {
      TokenRecord &Tokens = Seen[Number]->Tokens;
      Good.push_back(Tokens);
      if (Looks.size() == MostKept)
        continue;
      // Of this nobody else has need.
      Tokens.Entered.clear();
      Tokens.Includes.clear();
      Tokens.Headers.clear();
      Looks.emplace(Units[Number * Step], std::move(*Seen[Number]));
    }
  const auto Lists = chooseHeaders(Good, double(Units.size()) / Seen.size());
  SharedSet Made{std::vector<std::unique_ptr<const SharedHeader>>(Lists.size()), Units.size()};
  std::vector<Footprint> Of(Lists.size());
  for (unsigned Number = 0; Number != Lists.size(); ++Number)
    Pool.async([&, Number, Like = Units.front()] {
      Made.Headers[Number] = make(*Like, Lists[Number], Kept ? &Of[Number] : nullptr);
    });
  Pool.wait();
  llvm::erase(Made.Headers, nullptr);
  if (Kept && !Made.Headers.empty())
    if (const auto Bytes = encode(Made)) {
      Footprint All;
      for (const Footprint &Each : Of)
        All.add(Each);
      Kept->keepShared(optionsOf(*Units.front()), *Bytes, All);
    }
  return Made;
}

std::unique_ptr<const SharedUse> SharedHeaders::find(const Command &Of, Footprint *Seen) const {
  const auto Known = ByOptions.find(optionsOf(Of));
  if (Known == ByOptions.end() || Known->second.Headers.empty())
    return nullptr;
  std::optional<Look> Own;
  const auto Kept = Looks.find(&Of);
  if (Kept == Looks.end() && !(Own = look(Of, Seen != nullptr)))
    return nullptr;
  const Look &There = Own ? *Own : Kept->second;
  const TokenRecord *Whole = &There.Tokens;
  const SharedHeader *Best = nullptr;
  for (const auto &Each : Known->second.Headers)
    if (Each->Tokens >= LeastPart * Whole->Tokens && (!Best || Each->Tokens > Best->Tokens) &&
        std::includes(Whole->Prints.begin(), Whole->Prints.end(), Each->Prints.begin(), Each->Prints.end()))
      Best = Each.get();
  if (!Best)
    return nullptr;
  if (Seen)
    Seen->add(There.Seen);
  auto Made = std::make_unique<SharedUse>(SharedUse{Best, {}});
  std::set_difference(Whole->Prints.begin(), Whole->Prints.end(), Best->Prints.begin(), Best->Prints.end(),
                      std::back_inserter(Made->Rest));
  return Made;
}

} // namespace asynciter
