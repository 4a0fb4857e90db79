// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Most of a parse is bodies in system headers, which hardly anybody asks about: the
// library models stand for them. Left out are those that cannot get at anything of
// the user's, so that no code of the user's is instantiated by them:
//  - of functions that are no templates, nor members of one: they can name nothing that
//    is declared after them;
//  - of instances whose template arguments, and those around them, are the system's.
//
// Not seen is a friend of a class that such a body alone would define. What lacks it does
// not compile, and any error makes for a whole parse. Nor is a function of the user's that
// is declared before the header, and found there by its name alone. A class
// of the system's that only such a body instantiates is read from its template then, as
// is one that nobody instantiates. A model that asks for a body that was left out makes
// for a whole parse as well (model/Bodies.h).
//
// All that holds of system headers whose bodies get at nothing of the user's in another
// way: the unit is parsed whole where such a header includes one of the user's, where
// the user's macros stand for names in it, and where the user defines what it declares.
#pragma once

#include "model/SystemOnly.h"

#include "clang/AST/DeclGroup.h"
#include "clang/Sema/SemaConsumer.h"

#include <memory>

namespace asynciter {

/// Leaves bodies out while the unit is parsed. To be derived from, or to be one of
/// several consumers.
class LesserConsumer : public clang::SemaConsumer {
public:
  /// Leaves nothing out unless `IsLesser`; the frontend must have been told to skip
  /// bodies then.
  explicit LesserConsumer(bool IsLesser) : IsLesser(IsLesser) {}

  void InitializeSema(clang::Sema &S) override;
  void ForgetSema() override { Running = nullptr; }
  bool shouldSkipFunctionBody(clang::Decl *Of) override;
  bool HandleTopLevelDecl(clang::DeclGroupRef Group) override;

  /// Whether a system header has included one of the user's, or used a macro of the user's
  /// that has names in it.
  bool isMixed() const { return *Mixed; }

private:
  bool IsLesser;
  std::shared_ptr<bool> Mixed = std::make_shared<bool>(false);
  clang::Sema *Running = nullptr;
  SystemOnly Closed;
};

/// Whether the user defines what a system header declares, or adds to the system's
/// templates what their instances can get at without an argument that is the user's.
bool addsToSystemHeaders(const clang::ASTContext &Context);

} // namespace asynciter
