// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SarifRules.h"

#include "Page.h"
#include "Version.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace json = llvm::json;

namespace asynciter {
namespace {

std::string sentence(llvm::StringRef Summary) {
  std::string Result = Summary.str() + ".";
  Result[0] = llvm::toUpper(Result[0]);
  return Result;
}

json::Object describe(const RuleInfo &Info) {
  std::string Page = json::fixUTF8(pageOf(Info.Name));
  std::string Short = sentence(Info.Summary);
  std::string First = json::fixUTF8(firstParagraph(Page));
  json::Object Made{
      {"id", Info.Name},
      {"shortDescription", json::Object{{"text", Short}}},
      {"fullDescription", json::Object{{"text", First.empty() ? Short : First}}},
      {"defaultConfiguration", json::Object{{"enabled", Info.onByDefault()}, {"level", sarifLevel(Info)}}},
      {"properties", json::Object{{"tier", tierName(Info.Level)},
                                  {"since", Info.Since},
                                  {"tags", json::Array{tierName(Info.Level), "asynchronous"}}}}};
  if (!Page.empty())
    Made["help"] = json::Object{{"text", renderPage(Page, false)}, {"markdown", Page}};
  if (!HomePage.empty())
    Made["helpUri"] = (HomePage + "/blob/main/docs/rules/" + Info.Name + ".md").str();
  return Made;
}

} // namespace

llvm::StringRef sarifLevel(const RuleInfo &Info) { return Info.onByDefault() ? "warning" : "note"; }

unsigned sarifIndex(const RuleInfo &Info) {
  return llvm::find_if(catalogue(), [&](const Rule *Each) { return &Each->Info == &Info; }) -
         catalogue().begin();
}

json::Object sarifDriver() {
  json::Array Rules;
  for (const Rule *Each : catalogue())
    Rules.push_back(describe(Each->Info));
  json::Object Made{{"name", "asynciter-lint"}, {"semanticVersion", Version}, {"rules", std::move(Rules)}};
  if (!HomePage.empty())
    Made["informationUri"] = HomePage;
  return Made;
}

} // namespace asynciter
