// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a library author says in a header: `[[clang::annotate("asynciter::...")]]`
// on a class or function says what a model would say of its name. The keys are
// those of docs/libraries.md; docs/configuration.md has the table.
#pragma once

#include "model/Libraries.h"

#include "clang/Basic/SourceLocation.h"

#include <optional>
#include <vector>

namespace clang {
class ASTContext;
}

namespace asynciter {

/// An annotation of ours that says nothing we know, or says it in the wrong place.
struct AnnotationMistake {
  clang::SourceLocation At;
  std::string Message;
};

struct Annotations {
  /// What they come to; nothing if there are none.
  std::optional<LibraryModel> Model;
  std::vector<AnnotationMistake> Mistakes;
};

/// All of a unit, in system headers too.
Annotations annotationsIn(clang::ASTContext &Context);

} // namespace asynciter
