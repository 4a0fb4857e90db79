// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The coroutine frames that a function makes by calling coroutines: what becomes
// of each, what it borrows, and whether that is gone before the frame is done.
#pragma once

#include "model/Borrows.h"

#include <map>
#include <optional>
#include <set>

namespace clang {
class CallExpr;
class LambdaExpr;
class VarDecl;
} // namespace clang

namespace asynciter {

/// What becomes of a frame that a call makes.
struct Fate {
  enum Kind {
    Unknown,
    AwaitedAtOnce, ///< within the full expression that makes it
    Dropped,
    LoopedOver, ///< by a range-`for`: temporaries of its range end before it
    Kept,       ///< in a local
    Returned,
    Escaped, ///< into a member, a global, a container or a closure
    Spawned, ///< given to a function that starts it and does not wait
  };
  Kind Is = Unknown;
  /// The local it is kept in, or the object it escapes into, if that has a name.
  const clang::ValueDecl *In = nullptr;
  /// The call that spawns it.
  const clang::Expr *By = nullptr;
};

struct Frame {
  const clang::CallExpr *Call;
  Fate Becomes;
  /// The end of the innermost loop around it.
  clang::SourceLocation LoopEnd;
};

/// One thing that a frame refers to as long as it runs.
struct Loan {
  Lender From;
  /// As written in the call that makes the frame.
  const clang::Expr *Argument;
  /// The coroutine's parameter that keeps it; null for the coroutine's object or
  /// closure.
  const clang::ParmVarDecl *Parameter;
  /// The coroutine, and the calls by which wrappers hand the argument on to it.
  const clang::FunctionDecl *Coroutine;
  std::vector<const clang::CallExpr *> Through;
};

/// When something that a frame refers to is gone.
enum class Gone { Never, AfterExpression, AfterScope, AfterFunction };

/// The frames that one function makes, each once.
class FramesOf {
public:
  FramesOf(const Unit &In, const Function &Where);

  const std::vector<Frame> &frames() const { return All; }
  /// Whether the lender is gone while the frame may still run.
  Gone goneBefore(const Frame &Made, const Lender &From) const;
  /// What becomes of the frame, also after it was kept in a local.
  Fate fateOf(const Frame &Made) const;
  /// Whether the function itself starts the frame that a local keeps.
  bool isStarted(const clang::ValueDecl &Local) const { return Started.count(&Local) != 0; }

private:
  friend class FrameWalk;
  struct Mention {
    clang::SourceLocation At;
    bool IsReassigned;
  };
  bool isWaitedFor(const Frame &Made, const clang::VarDecl &Local) const;
  bool isMentionedBehind(const clang::ValueDecl &Named, clang::SourceLocation At) const;
  clang::SourceLocation scopeEnd(const clang::ValueDecl &Local) const;

  const Unit &In;
  const Function &Where;
  std::vector<Frame> All;
  std::map<const clang::ValueDecl *, std::vector<Mention>> Mentions;
  std::map<const clang::ValueDecl *, clang::SourceLocation> ScopeEnds;
  std::set<const clang::ValueDecl *> Started;
  /// Where a local that keeps a frame goes in the end.
  std::map<const clang::ValueDecl *, Fate> MovedOn;
  /// What may wait for something: suspensions and, elsewhere, calls.
  std::vector<clang::SourceLocation> Waits;
};

/// For one `Unit`; ask for it with `unit.facts<Frames>()`.
class Frames {
public:
  explicit Frames(const Unit &In) : In(In), Known(In) {}

  const FramesOf &of(const Function &Where) const;
  /// What the frame that `Call` makes borrows, as far as is known: nothing if it
  /// makes none.
  std::vector<Loan> loans(const clang::CallExpr &Call) const;

  /// The parameters that what a function returns borrows, by number; -1 for its object.
  std::set<int> kept(const clang::FunctionDecl &Callee) const;

  const Borrows &borrows() const { return Known; }

  /// Whether the coroutine uses the parameter, or with null its object or
  /// captures, when the expression that called it may be over.
  bool usesLater(const clang::FunctionDecl &Coroutine, const clang::ParmVarDecl *Given) const;
  /// Whether it does so behind a suspension that is written in its body.
  bool usesBehindSuspension(const Function &Coroutine, const clang::ParmVarDecl *Given) const;

private:
  /// What a function's result borrows of its parameter, or with -1 its object.
  struct Keeps {
    int Parameter;
    const clang::ParmVarDecl *Kept;
    const clang::FunctionDecl *Coroutine;
    std::vector<const clang::CallExpr *> Through;
    /// Not the parameter's object, but what the pointer or view in it refers to.
    bool ByValue = false;
  };
  using Uses = llvm::DenseMap<const clang::ValueDecl *, bool>;

  const std::vector<Keeps> &keeps(const clang::FunctionDecl &Callee) const;
  std::vector<Keeps> findKeeps(const clang::FunctionDecl &Callee) const;
  void ofCoroutine(const clang::FunctionDecl &Coroutine, std::vector<Keeps> &Found) const;
  void ofWrapper(const Function &Wrapper, std::vector<Keeps> &Found) const;
  const Uses &usesOf(const Function &Coroutine) const;

  const Unit &In;
  Borrows Known;
  mutable std::map<const clang::FunctionDecl *, std::vector<Keeps>> Kept;
  mutable std::map<const clang::FunctionDecl *, std::unique_ptr<FramesOf>> Walked;
  mutable std::map<const clang::FunctionDecl *, Uses> Used;
};

} // namespace asynciter
