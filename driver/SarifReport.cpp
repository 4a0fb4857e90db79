// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SarifReport.h"

#include "Fingerprints.h"
#include "Paths.h"
#include "SarifRules.h"
#include "SourceText.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace json = llvm::json;

namespace asynciter {
namespace {

constexpr llvm::StringLiteral Root = "%SRCROOT%";

std::string asUri(llvm::StringRef Path) {
  std::string Result;
  for (char Each : llvm::sys::path::convert_to_slash(Path))
    if (llvm::isAlnum(Each) || llvm::StringRef("-._~/:").contains(Each))
      Result += Each;
    else
      Result += "%" + llvm::toHex(llvm::StringRef(&Each, 1));
  return Result;
}

json::Object message(llvm::StringRef Text) { return json::Object{{"text", json::fixUTF8(Text)}}; }

json::Object artifact(llvm::StringRef File) {
  std::string Shown = displayPath(File);
  if (llvm::sys::path::is_absolute(Shown))
    return json::Object{{"uri", "file://" + asUri(Shown)}};
  return json::Object{{"uri", asUri(Shown)}, {"uriBaseId", Root}};
}

class Writer {
public:
  json::Object location(const Place &At) {
    return json::Object{
        {"physicalLocation", json::Object{{"artifactLocation", artifact(At.File)}, {"region", region(At)}}}};
  }

  json::Object location(const Place &At, llvm::StringRef Text) {
    json::Object Made = location(At);
    Made["message"] = message(Text);
    return Made;
  }

  json::Object result(const Result &Each, std::string Fingerprint) {
    json::Object Made{
        {"ruleId", Each.By->Name},
        {"ruleIndex", sarifIndex(*Each.By)},
        {"level", sarifLevel(*Each.By)},
        {"message", message(Each.Message)},
        {"locations", json::Array{location(Each.At)}},
        {"partialFingerprints", json::Object{{"primaryLocationLineHash", std::move(Fingerprint)}}}};
    if (!Each.Notes.empty())
      Made["relatedLocations"] = related(Each);
    if (Each.NotesAreAChain && !Each.Notes.empty())
      Made["codeFlows"] = chain(Each);
    if (!Each.Fix.empty())
      Made["fixes"] = json::Array{fix(Each)};
    return Made;
  }

  SourceText Sources;

private:
  json::Object region(const Place &At) {
    if (Sources.has(At.File, At.Offset))
      return region(At.File, At.Offset, At.Length);
    return json::Object{{"startLine", At.Line}, {"startColumn", At.Column}};
  }

  json::Object region(llvm::StringRef File, unsigned Offset, unsigned Length) {
    Region Of = Sources.region(File, Offset, Length);
    return json::Object{{"startLine", Of.StartLine},
                        {"startColumn", Of.StartColumn},
                        {"endLine", Of.EndLine},
                        {"endColumn", Of.EndColumn}};
  }

  json::Array related(const Result &Each) {
    json::Array All;
    for (const ResultNote &Note : Each.Notes)
      All.push_back(location(Note.At, Note.Message));
    return All;
  }

  /// The way from the finding along its notes.
  json::Array chain(const Result &Each) {
    json::Array Links{json::Object{{"location", location(Each.At, Each.Message)}}};
    for (const ResultNote &Note : Each.Notes)
      Links.push_back(json::Object{{"location", location(Note.At, Note.Message)}});
    return json::Array{
        json::Object{{"threadFlows", json::Array{json::Object{{"locations", std::move(Links)}}}}}};
  }

  json::Object fix(const Result &Each) {
    json::Array Changes;
    for (const clang::tooling::Replacement &Part : Each.Fix)
      Changes.push_back(
          json::Object{{"artifactLocation", artifact(Part.getFilePath())},
                       {"replacements",
                        json::Array{json::Object{
                            {"deletedRegion", region(Part.getFilePath(), Part.getOffset(), Part.getLength())},
                            {"insertedContent", message(Part.getReplacementText())}}}}});
    llvm::StringRef What = Each.Safety == FixSafety::Safe ? llvm::StringRef("the fix that --fix applies")
                                                          : llvm::StringRef(UnsafeFixNote);
    return json::Object{{"description", message(What)}, {"artifactChanges", std::move(Changes)}};
  }
};

json::Object notification(const UnitResult &Unit, llvm::StringRef Level, llvm::ArrayRef<std::string> Lines) {
  return json::Object{
      {"level", Level},
      {"message", message(llvm::join(Lines, "\n"))},
      {"locations", json::Array{json::Object{
                        {"physicalLocation", json::Object{{"artifactLocation", artifact(Unit.File)}}}}}}};
}

json::Object invocation(llvm::ArrayRef<UnitResult> Units) {
  json::Array Notifications;
  bool Successful = true;
  for (const UnitResult &Unit : Units) {
    if (!Unit.Errors.empty())
      Notifications.push_back(notification(Unit, "error", Unit.Errors));
    if (!Unit.Warnings.empty())
      Notifications.push_back(notification(Unit, "warning", Unit.Warnings));
    Successful &= Unit.Is != UnitResult::Failed;
  }
  return json::Object{{"executionSuccessful", Successful},
                      {"toolExecutionNotifications", std::move(Notifications)}};
}

} // namespace

void writeSarif(llvm::ArrayRef<UnitResult> Units, llvm::ArrayRef<Result> Results, llvm::raw_ostream &Out) {
  Writer Write;
  json::Array All;
  std::vector<std::string> Known = fingerprints(Results, Write.Sources);
  for (auto [Each, Fingerprint] : llvm::zip(Results, Known))
    All.push_back(Write.result(Each, Fingerprint));

  std::string Here = "file://" + asUri(absolutePath("")) + "/";
  json::Object Run{{"tool", json::Object{{"driver", sarifDriver()}}},
                   {"columnKind", "unicodeCodePoints"},
                   {"originalUriBaseIds", json::Object{{Root, json::Object{{"uri", std::move(Here)}}}}},
                   {"invocations", json::Array{invocation(Units)}},
                   {"results", std::move(All)}};
  json::Value Log = json::Object{{"$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/"
                                             "schemas/sarif-schema-2.1.0.json"},
                                 {"version", "2.1.0"},
                                 {"runs", json::Array{std::move(Run)}}};
  Out << llvm::formatv("{0:2}", Log) << '\n';
}

} // namespace asynciter
