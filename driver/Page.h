// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A rule's page and its line in the list of rules, for people at a terminal.
#pragma once

#include "Rule.h"

#include <string>

namespace llvm {
class raw_ostream;
}

namespace asynciter {

llvm::StringRef tierName(Tier Level);

/// The Markdown of a page as plain text: headings underlined, code indented,
/// the expectations of tests as the messages they stand for. With `Styled`
/// headings are bold instead.
std::string renderPage(llvm::StringRef Markdown, bool Styled);

/// The text of the paragraph after the title.
std::string firstParagraph(llvm::StringRef Markdown);

/// One line per rule: name, tier, whether it is among `On`, summary.
void listRules(llvm::ArrayRef<const Rule *> On, llvm::raw_ostream &Out);

} // namespace asynciter
