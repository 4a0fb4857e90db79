// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "Config.h"

#include "Paths.h"
#include "Selection.h"
#include "model/LibrariesYaml.h"

#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

using llvm::yaml::IO;

namespace asynciter {
namespace {

/// A value on its way in, with the option that it is for.
struct Setting {
  const Option *For;
  std::string Value;
};

struct SettingsOfRule {
  const RuleInfo *For;
  std::map<std::string, std::string> &Into;
};

bool isSwitch(const Option &Each) { return Each.Default == "true" || Each.Default == "false"; }

std::string listed(llvm::ArrayRef<Option> Options) {
  if (Options.empty())
    return "the rule has no options";
  std::string Text = "the rule has ";
  for (const Option &Each : Options)
    Text += (&Each == Options.begin() ? "'" : ", '") + Each.Name.str() + "'";
  return Text;
}

/// Collects errors as compilers print places, with what to do about an unknown
/// key: the reader itself only says that it is unknown.
struct Complaint {
  std::string Path, Text, Advice, Scratch;

  static void take(const llvm::SMDiagnostic &What, void *Self) {
    auto &Into = *static_cast<Complaint *>(Self);
    if (!Into.Text.empty())
      return;
    Into.Text = Into.Path + ":" + std::to_string(What.getLineNo()) + ":" +
                std::to_string(What.getColumnNo() + 1) + ": " + What.getMessage().str();
    if (What.getMessage().starts_with("unknown key") && !Into.Advice.empty())
      Into.Text += "; " + Into.Advice;
  }
};

/// Hands an error to the reader, which wants a text that stays.
llvm::StringRef complain(void *Context, llvm::Error Wrong) {
  if (!Wrong)
    return {};
  auto &Into = *static_cast<Complaint *>(Context);
  return Into.Scratch = llvm::toString(std::move(Wrong));
}

void advise(IO &In, std::string Text) { static_cast<Complaint *>(In.getContext())->Advice = std::move(Text); }

} // namespace
} // namespace asynciter

LLVM_YAML_IS_SEQUENCE_VECTOR(asynciter::PathConfig)

// Rules and options are read by their declared names, so that the reader
// itself finds the unknown ones and knows where they stand.
namespace llvm::yaml {

template <> struct ScalarTraits<asynciter::Setting> {
  static void output(const asynciter::Setting &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *, asynciter::Setting &Into) {
    Into.Value = Text.str();
    if (asynciter::isSwitch(*Into.For) && Text != "true" && Text != "false")
      return "this option is a switch: write true or false";
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<asynciter::RuleGlobs> {
  static void output(const asynciter::RuleGlobs &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *Context, asynciter::RuleGlobs &Into) {
    Into.Text = Text.str();
    return asynciter::complain(Context, asynciter::checkGlobs(Text));
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<asynciter::Pattern> {
  static void output(const asynciter::Pattern &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *Context, asynciter::Pattern &Into) {
    Into.Text = Text.str();
    return asynciter::complain(Context, asynciter::checkPattern(Text));
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<asynciter::PathGlob> {
  static void output(const asynciter::PathGlob &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *Context, asynciter::PathGlob &Into) {
    Into.Text = Text.str();
    if (Text.empty())
      return "write a path, in which `*` stands for any text";
    if (Expected<GlobPattern> Read = GlobPattern::create(Text); !Read)
      return asynciter::complain(Context, Read.takeError());
    return {};
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct MappingTraits<asynciter::SettingsOfRule> {
  static void mapping(IO &In, asynciter::SettingsOfRule &Rule) {
    for (const asynciter::Option &Each : Rule.For->Options) {
      std::string Name = Each.Name.str();
      asynciter::Setting Value{&Each, {}};
      bool UseDefault;
      void *Saved;
      if (!In.preflightKey(Name.c_str(), false, false, UseDefault, Saved))
        continue;
      EmptyContext None;
      yamlize(In, Value, true, None);
      In.postflightKey(Saved);
      Rule.Into[Name] = Value.Value;
    }
    asynciter::advise(In, asynciter::listed(Rule.For->Options));
  }
};

template <> struct MappingTraits<asynciter::RuleOptions> {
  static void mapping(IO &In, asynciter::RuleOptions &Options) {
    for (const asynciter::Rule *Each : asynciter::catalogue()) {
      std::string Name = Each->Info.Name.str();
      std::map<std::string, std::string> Values;
      asynciter::SettingsOfRule Reading{&Each->Info, Values};
      In.mapOptional(Name.c_str(), Reading);
      if (!Values.empty())
        Options[Name] = std::move(Values);
    }
    asynciter::advise(In, "no rule has that name; see 'asynciter-lint --list-rules'");
  }
};

template <> struct MappingTraits<asynciter::PathConfig> {
  static void mapping(IO &In, asynciter::PathConfig &Path) {
    In.mapRequired("match", Path.Match);
    In.mapOptional("rules", Path.Rules);
    In.mapOptional("options", Path.Options);
    asynciter::advise(In, "the keys of a path are 'match', 'rules' and 'options'");
  }
};

template <> struct MappingTraits<asynciter::Config> {
  static void mapping(IO &In, asynciter::Config &Config) {
    In.mapOptional("rules", Config.Rules);
    In.mapOptional("options", Config.Options);
    In.mapOptional("header-filter", Config.HeaderFilter);
    In.mapOptional("paths", Config.Paths);
    In.mapOptional("models", Config.Models);
    asynciter::advise(In, "the keys are 'rules', 'options', 'header-filter', 'paths' and 'models'");
  }
};

} // namespace llvm::yaml

namespace asynciter {

llvm::Error checkPattern(llvm::StringRef Text) {
  std::string Why;
  if (llvm::Regex(Text).isValid(Why))
    return llvm::Error::success();
  return llvm::createStringError("'" + Text + "' is not a regular expression: " + Why);
}

llvm::Expected<Config> readConfig(llvm::StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
  if (!Buffer)
    return llvm::createStringError("cannot read the config file '" + Path +
                                   "': " + Buffer.getError().message());
  Config Result;
  Complaint Wrong;
  Wrong.Path = displayPath(absolutePath(Path));
  llvm::yaml::Input In((*Buffer)->getMemBufferRef(), &Wrong, Complaint::take, &Wrong);
  In >> Result;
  if (In.error())
    return llvm::createStringError(Wrong.Text.empty() ? Wrong.Path + ": not a YAML mapping" : Wrong.Text);
  return Result;
}

} // namespace asynciter
