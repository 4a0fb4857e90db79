// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Items.h"

#include "model/Names.h"
#include "model/Step.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;

namespace asynciter {

Items::Items(const Unit &In, const Function &Consumer) : In(In), Tests(In.types()), Refers(In) {
  findCursors(*Consumer.Body);
}

std::set<Perishable::Thing> Items::referredBy(const VarDecl &Variable, const Expr &Value,
                                              Knowledge Known) const {
  if (const Thing Stream = deliveredBy(Value))
    return {Stream};
  // Of a step's result a copy refers to the same item.
  const Expr *Inner = strip(&Value);
  const ValueDecl *Copied = Tests.cursorOf(Inner);
  if (Copied && isa<DeclRefExpr>(Inner) && !Refers.isBorrow(Variable.getType()) &&
      In.context().hasSameUnqualifiedType(Variable.getType(), Copied->getType()))
    return Known(*Copied);
  std::set<Thing> All;
  for (const Expr *Source : Refers.sources(Value, Variable.getType(), [&](const Expr &Part, bool AsValue) {
         return !itemsIn(Part, AsValue, Known).empty();
       }))
    for (bool AsValue : {false, true})
      for (Thing Stream : itemsIn(*Source, AsValue, Known))
        All.insert(Stream);
  return All;
}

std::optional<Perishable::Thing> Items::endedBy(const Stmt &Element) const {
  const auto *Await = dyn_cast<CoawaitExpr>(&Element);
  const std::optional<Step> Awaited = Await ? awaitedStep(*Await, In.types()) : std::nullopt;
  const ValueDecl *On = Awaited ? Tests.cursorOf(Awaited->On) : nullptr;
  if (!On)
    return std::nullopt;
  const auto Iterator = Iterators.find(On);
  return Iterator == Iterators.end() ? On : Iterator->second;
}

/// Whether what the stream delivers ends with the next step.
bool Items::itemsEnd(QualType Stream) const {
  const CXXRecordDecl *Class = classOf(Stream);
  if (!Class)
    return false;
  QualType Item;
  if (const auto *Specialised = dyn_cast<ClassTemplateSpecializationDecl>(Class);
      Specialised && Specialised->getTemplateArgs().size() &&
      Specialised->getTemplateArgs()[0].getKind() == TemplateArgument::Type)
    Item = Specialised->getTemplateArgs()[0].getAsType();
  const bool IsReference = !Item.isNull() && Item->isReferenceType();
  if (IsReference && Item->isLValueReferenceType() && !Item->getPointeeType().isConstQualified())
    return false;
  const StreamFacts *Facts = In.libraries().stream(qualifiedName(*Class));
  switch (Facts ? Facts->Item : StreamFacts::ByShape) {
  case StreamFacts::UntilNextStep:
    return true;
  case StreamFacts::OfReference:
    return IsReference;
  case StreamFacts::OwnValue:
    return false;
  case StreamFacts::ByShape:
    break;
  }
  return In.types().isGenerator(Stream) && In.types().protocol(Stream) == Protocol::AwaitedIterator;
}

/// The stream that a step delivers a result of, whose item ends.
Perishable::Thing Items::deliveredBy(const Expr &Value) const {
  const std::optional<Step> Awaited = awaitedStep(Value, In.types());
  if (!Awaited || Awaited->IsAdvance || Awaited->Way == Protocol::AwaitedIterator ||
      !itemsEnd(Awaited->On->getType()))
    return nullptr;
  return Tests.cursorOf(Awaited->On);
}

std::set<Perishable::Thing> Items::itemsOf(const Expr *Cursor, Knowledge Known) const {
  if (const Thing Stream = deliveredBy(*Cursor))
    return {Stream};
  const ValueDecl *Named = Tests.cursorOf(Cursor);
  if (!Named)
    return {};
  const auto Iterator = Iterators.find(Named);
  return Iterator == Iterators.end() ? Known(*Named) : std::set<Thing>{Iterator->second};
}

/// The items that an expression is a read of, or a pointer or view to.
std::set<Perishable::Thing> Items::itemsIn(const Expr &Part, bool AsValue, Knowledge Known) const {
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Part);
      Operator && Operator->getOperator() == (AsValue ? OO_Arrow : OO_Star))
    return itemsOf(Operator->getArg(0), Known);
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(&Part); Call && !AsValue) {
    const CXXMethodDecl *Method = Call->getMethodDecl();
    if (Method && Method->getIdentifier() && Method->getName() == "value")
      return itemsOf(Call->getImplicitObjectArgument(), Known);
  }
  const auto *Named = dyn_cast<DeclRefExpr>(&Part);
  return Named && AsValue && Refers.isBorrow(Named->getType()) ? Known(*Named->getDecl()) : std::set<Thing>();
}

void Items::findCursors(const Stmt &Part) {
  auto Given = [&](const ValueDecl *Variable, const Expr *Value) {
    const std::optional<Step> Awaited = Value ? awaitedStep(*Value, In.types()) : std::nullopt;
    if (!Variable || !Awaited || Awaited->IsAdvance)
      return;
    const bool End = itemsEnd(Awaited->On->getType());
    Found |= End;
    if (Awaited->Way == Protocol::AwaitedIterator && End)
      if (const ValueDecl *Stream = Tests.cursorOf(Awaited->On))
        Iterators[Variable] = Stream;
  };
  if (const auto *Declarations = dyn_cast<DeclStmt>(&Part)) {
    for (const Decl *Declared : Declarations->decls())
      if (const auto *Variable = dyn_cast<VarDecl>(Declared))
        Given(Variable, Variable->getInit());
  } else if (const auto *Await = dyn_cast<CoawaitExpr>(&Part)) {
    const std::optional<Step> Awaited = awaitedStep(*Await, In.types());
    Found |= Awaited && !Awaited->IsAdvance && itemsEnd(Awaited->On->getType());
  }
  const auto *Written = dyn_cast<Expr>(&Part);
  const Expr *Left = nullptr, *Right = nullptr;
  if (Written && isAssignment(*Written, Left, Right))
    Given(Tests.cursorOf(Left), Right);
  forEachPart(Part, [&](const Stmt &Nested) { findCursors(Nested); });
}

} // namespace asynciter
