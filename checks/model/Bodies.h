// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is inside functions. Most of a parse is bodies in system headers, which few
// models ask for, so a lesser parse leaves them out. Models read all bodies that may
// be in one through this: asking for what was left out is noticed, and the unit is
// parsed again, whole.
#pragma once

namespace clang {
class FunctionDecl;
class FunctionTemplateDecl;
class Stmt;
} // namespace clang

namespace asynciter {

/// While it lives, this thread's questions are about a unit of a lesser parse.
class LesserParse {
public:
  LesserParse();
  ~LesserParse();
  LesserParse(const LesserParse &) = delete;
  LesserParse &operator=(const LesserParse &) = delete;

  /// Whether nobody asked for what was left out: a whole parse would have given the
  /// same answers.
  bool wasEnough() const { return WasEnough; }
  void giveUp() { WasEnough = false; }

private:
  bool WasEnough = true;
};

/// Whether a model probably asks for the body, so that a lesser parse had better keep
/// it. It costs time to be wrong here, and changes no answer.
bool isLikelyRead(const clang::FunctionDecl &Function);

/// The body in whichever declaration has it, which becomes `Definition`; null if
/// none is in sight.
const clang::Stmt *bodyOf(const clang::FunctionDecl &Function,
                          const clang::FunctionDecl **Definition = nullptr);

/// To be called before an answer depends on what a body that was left out may have
/// needed: that an instance of a function has a body or a deduced type, ...
void askForLeftOut(const clang::FunctionDecl &Function);
/// ... or which instances there are.
void askForLeftOut(const clang::FunctionTemplateDecl &Template);

} // namespace asynciter
