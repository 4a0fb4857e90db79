// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SharedHeaders.h"

#include "Compiler.h"
#include "HeaderChoice.h"
#include "LesserParse.h"
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
constexpr unsigned Looked = 64, Fewest = 3;
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
    Into.Bytes.assign(Buffer->Data.begin(), Buffer->Data.end());
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

std::optional<TokenRecord> record(const Command &Of) {
  const Timing::Scope Timed(Timing::Share);
  std::optional<TokenRecord> Made;
  llvm::CrashRecoveryContext().RunSafely([&] {
    noteBottomOfStack();
    IgnoringDiagConsumer Quiet;
    const auto Files = filesOf(Of);
    auto What = invocationFor(Of, Files, Quiet);
    // A command that has its own precompiled header, or modules, is not ours to improve.
    if (!What || !What->getPreprocessorOpts().ImplicitPCHInclude.empty() ||
        What->getHeaderSearchOpts().ImplicitModuleMaps)
      return;
    auto Reads = compilerFor(std::move(What), Files, Quiet);
    TokenRecord Seen;
    WatchAction Action(Seen);
    if (Reads->ExecuteAction(Action) && !Reads->getDiagnostics().hasErrorOccurred())
      Made = std::move(Seen);
  });
  return Made;
}

std::unique_ptr<const SharedHeader> make(const Command &Like, llvm::ArrayRef<std::string> Headers) {
  const Timing::Scope Timed(Timing::Share);
  auto Made = std::make_unique<SharedHeader>();
  llvm::CrashRecoveryContext().RunSafely([&] {
    noteBottomOfStack();
    std::string Text;
    for (const std::string &Each : Headers)
      Text += "#include <" + Each + ">\n";
    IgnoringDiagConsumer Quiet;
    const auto Files = filesOf(Like);
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

void SharedHeaders::prepare(llvm::ArrayRef<const Command *> Units, llvm::ThreadPoolInterface &Pool) {
  std::map<std::vector<std::string>, std::vector<const Command *>> Groups;
  for (const Command *Each : Units)
    if (isCxx(*Each))
      Groups[optionsOf(*Each)].push_back(Each);
  Records.clear();
  for (const auto &[Options, All] : Groups) {
    if (All.size() < Fewest || ByOptions.count(Options))
      continue;
    const unsigned Step = (All.size() + Looked - 1) / Looked;
    std::vector<std::optional<TokenRecord>> Seen((All.size() + Step - 1) / Step);
    for (unsigned Number = 0; Number != Seen.size(); ++Number)
      Pool.async([&, Number, Of = All[Number * Step]] { Seen[Number] = record(*Of); });
    Pool.wait();
    std::vector<TokenRecord> Good;
    for (unsigned Number = 0; Number != Seen.size(); ++Number)
      if (Seen[Number]) {
        Good.push_back(*Seen[Number]);
        // Of this nobody else has need.
        Seen[Number]->Entered.clear();
        Seen[Number]->Includes.clear();
        Seen[Number]->Headers.clear();
        Records.emplace(All[Number * Step], std::move(*Seen[Number]));
      }
    const auto Lists = chooseHeaders(Good, double(All.size()) / Seen.size());
    std::vector<std::unique_ptr<const SharedHeader>> Made(Lists.size());
    for (unsigned Number = 0; Number != Lists.size(); ++Number)
      Pool.async([&, Number, Like = All.front()] { Made[Number] = make(*Like, Lists[Number]); });
    Pool.wait();
    llvm::erase(Made, nullptr);
    ByOptions[Options] = std::move(Made);
  }
}

std::unique_ptr<const SharedUse> SharedHeaders::find(const Command &Of) const {
  const auto Known = ByOptions.find(optionsOf(Of));
  if (Known == ByOptions.end() || Known->second.empty())
    return nullptr;
  std::optional<TokenRecord> Own;
  const auto Kept = Records.find(&Of);
  if (Kept == Records.end() && !(Own = record(Of)))
    return nullptr;
  const TokenRecord *Whole = Own ? &*Own : &Kept->second;
  const SharedHeader *Best = nullptr;
  for (const auto &Each : Known->second)
    if (Each->Tokens >= LeastPart * Whole->Tokens && (!Best || Each->Tokens > Best->Tokens) &&
        std::includes(Whole->Prints.begin(), Whole->Prints.end(), Each->Prints.begin(), Each->Prints.end()))
      Best = Each.get();
  if (!Best)
    return nullptr;
  auto Made = std::make_unique<SharedUse>(SharedUse{Best, {}});
  std::set_difference(Whole->Prints.begin(), Whole->Prints.end(), Best->Prints.begin(), Best->Prints.end(),
                      std::back_inserter(Made->Rest));
  return Made;
}

} // namespace asynciter
