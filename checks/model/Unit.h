// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One translation unit as the rules see it. Built once by one walk over the
// user's own declarations, then read by every rule.
#pragma once

#include "model/Annotations.h"
#include "model/Libraries.h"
#include "model/Timing.h"
#include "model/Types.h"

#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/DenseMap.h"

#include <memory>
#include <string>
#include <vector>

namespace clang {
class ASTContext;
class CoroutineBodyStmt;
class CXXRecordDecl;
class Expr;
class FunctionDecl;
class Stmt;
class ValueDecl;
} // namespace clang

namespace asynciter {

class Graph;

/// What a function's body is, seen from whoever calls or steps it.
enum class FunctionKind {
  Plain,
  Task,           ///< a coroutine that is awaited for its result
  AsyncGenerator, ///< a coroutine whose items are awaited
  SyncGenerator,  ///< a coroutine that is a sync range; it may block
};

/// A function of the user's with a body: free, member, lambda, instantiation.
/// A template whose code depends on its parameters stands for itself only
/// while nothing instantiates it.
struct Function {
  const clang::FunctionDecl *Declared;
  /// As written: of a coroutine, without what the promise adds.
  const clang::Stmt *Body;
  FunctionKind Kind;
  /// Types in it depend on template parameters; it has no control flow graph.
  bool IsDependent;

  bool isCoroutine() const { return Kind != FunctionKind::Plain; }
  /// A coroutine that an event loop may run: blocking in it stalls others.
  bool isAsync() const { return Kind == FunctionKind::Task || Kind == FunctionKind::AsyncGenerator; }
};

/// A variable of the user's outside of functions, or a member, and what it starts
/// with.
struct Initialised {
  const clang::ValueDecl *Declared;
  const clang::Expr *By;
};

class Unit {
public:
  /// `Context` and `Known` must outlive the unit.
  Unit(clang::ASTContext &Context, const Libraries &Known);
  ~Unit();
  Unit(const Unit &) = delete;
  Unit &operator=(const Unit &) = delete;

  clang::ASTContext &context() const { return Context; }
  const Libraries &libraries() const { return Known; }
  const Types &types() const { return Shapes; }

  /// In the order of their declarations.
  const std::vector<Function> &functions() const { return Functions; }
  /// The user's class definitions, of a template the pattern, in that order too.
  const std::vector<const clang::CXXRecordDecl *> &classes() const { return Classes; }
  /// In that order, too; not those in code that depends on template parameters.
  const std::vector<Initialised> &initialised() const { return Started; }
  /// The user's function that `Declared` is a declaration of, or null.
  const Function *find(const clang::FunctionDecl &Declared) const;

  /// The control flow graph of a function that is not dependent, built at the
  /// first question; null if there is none.
  const Graph *graph(const Function &Of) const;
  /// Whether control can get to `Part` of the function, as far as is known.
  bool isReachable(const Function &In, const clang::Stmt &Part) const;

  /// Facts of another layer about this unit, made at the first question and
  /// kept. `T` is constructed from the unit.
  template <typename T> const T &facts() const {
    static const char Key = 0;
    std::shared_ptr<void> Kept = Facts.lookup(&Key);
    if (!Kept) {
      const Timing::Scope Timed(Timing::Facts);
      // Made before it is kept: making it may ask for other facts.
      Kept = std::make_shared<T>(*this);
      Facts[&Key] = Kept;
    }
    return *static_cast<const T *>(Kept.get());
  }

  /// Annotations of ours that say nothing we know.
  llvm::ArrayRef<AnnotationMistake> annotationMistakes() const { return Annotated.Mistakes; }

private:
  clang::ASTContext &Context;
  Annotations Annotated;
  /// The models with what the annotations add; null without any.
  std::unique_ptr<const Libraries> Extended;
  const Libraries &Known;
  Types Shapes;
  std::vector<Function> Functions;
  std::vector<const clang::CXXRecordDecl *> Classes;
  std::vector<Initialised> Started;
  llvm::DenseMap<const clang::FunctionDecl *, unsigned> Index;
  mutable llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Graph>> Graphs;
  mutable llvm::DenseMap<const char *, std::shared_ptr<void>> Facts;
};

/// Where a call is reported: the name of the function in it.
clang::SourceLocation placeOf(const clang::Stmt &Call);

} // namespace asynciter
