// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The items of streams that deliver references to what their producers hold:
// what refers to one, and which step ends it.
#pragma once

#include "model/EndTest.h"
#include "model/Kept.h"

#include <map>

namespace asynciter {

/// For one consumer. An item is named after the stream that delivers it.
class Items final : public Perishable {
public:
  Items(const Unit &In, const Function &Consumer);

  /// Whether the consumer takes such items at all.
  bool areThere() const { return Found; }

  std::set<Thing> referredBy(const clang::VarDecl &Variable, const clang::Expr &Value,
                             Knowledge Known) const override;
  std::optional<Thing> endedBy(const clang::Stmt &Element) const override;

private:
  bool itemsEnd(clang::QualType Stream) const;
  Thing deliveredBy(const clang::Expr &Value) const;
  std::set<Thing> itemsOf(const clang::Expr *Cursor, Knowledge Known) const;
  std::set<Thing> itemsIn(const clang::Expr &Part, bool AsValue, Knowledge Known) const;
  void findCursors(const clang::Stmt &Part);

  const Unit &In;
  EndTests Tests;
  Borrows Refers;
  std::map<const clang::ValueDecl *, Thing> Iterators;
  bool Found = false;
};

} // namespace asynciter
