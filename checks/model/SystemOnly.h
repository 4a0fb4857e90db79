// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "clang/AST/TemplateBase.h"
#include "clang/AST/Type.h"
#include "llvm/ADT/DenseMap.h"

namespace asynciter {

/// Tells what can get at nothing of the user's.
class SystemOnly {
public:
  /// Is or is in a system header, and is instantiated with nothing of the user's.
  bool contains(const clang::Decl &Declared);
  bool areAll(llvm::ArrayRef<clang::TemplateArgument> Arguments);

private:
  bool is(const clang::TemplateArgument &Argument);
  bool is(clang::QualType Type);
  bool compute(const clang::Type &Type);

  llvm::DenseMap<const clang::Type *, bool> Known;
};

bool isInSystemHeader(const clang::Decl &Declared);

} // namespace asynciter
