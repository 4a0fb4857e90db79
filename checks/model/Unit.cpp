// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Unit.h"

#include "model/Bodies.h"
#include "model/Graph.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"

using namespace clang;

namespace asynciter {

namespace {

/// Finds every function body that the user wrote. System headers are skipped at
/// the outermost declaration, so most of a unit costs one look.
class Collector {
public:
  Collector(ASTContext &Context, const Types &Shapes, std::vector<Function> &Functions,
            std::vector<const CXXRecordDecl *> &Classes, std::vector<Initialised> &Started)
      : Sources(Context.getSourceManager()), Shapes(Shapes), Functions(Functions), Classes(Classes),
        Started(Started) {}

  void visitAll(llvm::ArrayRef<Decl *> Outermost) {
    for (const Decl *Each : Outermost)
      if (const auto *Whole = dyn_cast<TranslationUnitDecl>(Each))
        visitMembers(*Whole);
      else
        visit(*Each);
  }

private:
  void visitMembers(const DeclContext &Outer) {
    for (const Decl *Member : Outer.decls())
      visit(*Member);
  }

  void visit(const Decl &Found) {
    if (Found.isImplicit() || Sources.isInSystemHeader(Found.getLocation()))
      return;
    if (const auto *Function = dyn_cast<FunctionDecl>(&Found))
      return visitFunction(*Function);
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(&Found))
      return visitTemplate(*Template);
    if (const auto *Template = dyn_cast<ClassTemplateDecl>(&Found))
      return visitTemplate(*Template);
    if (const auto *Friend = dyn_cast<FriendDecl>(&Found)) {
      if (const NamedDecl *Named = Friend->getFriendDecl())
        visit(*Named);
      return;
    }
    if (const auto *Variable = dyn_cast<VarDecl>(&Found)) {
      if (const Expr *Initialiser = Variable->getInit())
        visitInitialiser(*Variable, *Initialiser);
      return;
    }
    if (const auto *Field = dyn_cast<FieldDecl>(&Found)) {
      if (const Expr *Initialiser = Field->getInClassInitializer())
        visitInitialiser(*Field, *Initialiser);
      return;
    }
    if (const auto *Class = dyn_cast<CXXRecordDecl>(&Found)) {
      if (Class->isLambda())
        return;
      if (Class->isThisDeclarationADefinition() && !Class->isInjectedClassName() &&
          !isTemplateInstantiation(Class->getTemplateSpecializationKind()))
        Classes.push_back(Class);
    }
    if (isa<NamespaceDecl, LinkageSpecDecl, ExportDecl>(Found) ||
        (isa<CXXRecordDecl>(Found) && cast<CXXRecordDecl>(Found).isThisDeclarationADefinition()))
      visitMembers(*cast<DeclContext>(&Found));
  }

  void visitInitialiser(const ValueDecl &Of, const Expr &Value) {
    if (!Of.getDeclContext()->isDependentContext())
      Started.push_back({&Of, &Value});
    visitNested(Value);
  }

  void visitTemplate(const FunctionTemplateDecl &Template) {
    // The member template of a class template's instance has no body of its own, but
    // instances.
    if (!Template.isThisDeclarationADefinition() && !Template.getInstantiatedFromMemberTemplate())
      return;
    bool Instantiated = false;
    for (const FunctionDecl *Specialised : Template.specializations()) {
      if (Specialised->getTemplateSpecializationKind() == TSK_ExplicitSpecialization || !bodyOf(*Specialised))
        continue;
      Instantiated = true;
      visitFunction(*Specialised->getDefinition());
    }
    if (!Instantiated)
      visitFunction(*Template.getTemplatedDecl());
  }

  void visitTemplate(const ClassTemplateDecl &Template) {
    if (!Template.isThisDeclarationADefinition())
      return;
    for (const ClassTemplateSpecializationDecl *Specialised : Template.specializations())
      if (Specialised->getTemplateSpecializationKind() != TSK_ExplicitSpecialization)
        visitMembers(*Specialised);
    Classes.push_back(Template.getTemplatedDecl());
    visitMembers(*Template.getTemplatedDecl());
  }

  void visitFunction(const FunctionDecl &Declared) {
    const Stmt *Body = Declared.isThisDeclarationADefinition() ? bodyOf(Declared) : nullptr;
    if (!Body || Declared.isDefaulted() || !Seen.insert(&Declared).second)
      return;
    const bool Dependent = Declared.isDependentContext();
    if (Dependent && InstantiatedMembers.contains(&Declared))
      return;
    if (const FunctionDecl *Pattern = Declared.getTemplateInstantiationPattern())
      InstantiatedMembers.insert(Pattern);
    FunctionKind Kind = FunctionKind::Plain;
    if (const auto *Coroutine = dyn_cast<CoroutineBodyStmt>(Body)) {
      Body = Coroutine->getBody();
      Kind = kindOf(Declared.getReturnType());
    }
    Functions.push_back({&Declared, Body, Kind, Dependent});
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Declared))
      for (const CXXCtorInitializer *Initialiser : Constructor->inits())
        if (Initialiser->isWritten() && Initialiser->getInit())
          visitNested(*Initialiser->getInit());
    visitNested(*Body);
  }

  FunctionKind kindOf(QualType Returned) const {
    if (Shapes.isResult(Returned))
      return FunctionKind::Plain;
    if (!Shapes.isGenerator(Returned))
      return FunctionKind::Task;
    return Shapes.isStream(Returned) ? FunctionKind::AsyncGenerator : FunctionKind::SyncGenerator;
  }

  /// Lambdas and local classes.
  void visitNested(const Stmt &Part) {
    if (const auto *Lambda = dyn_cast<LambdaExpr>(&Part)) {
      if (const FunctionTemplateDecl *Generic = Lambda->getDependentCallOperator())
        visitTemplate(*Generic);
      else if (const CXXMethodDecl *Call = Lambda->getCallOperator())
        visitFunction(*Call);
    } else if (const auto *Declarations = dyn_cast<DeclStmt>(&Part)) {
      for (const Decl *Declared : Declarations->decls())
        if (isa<CXXRecordDecl>(Declared))
          visit(*Declared);
    }
    forEachPart(Part, [&](const Stmt &Nested) { visitNested(Nested); });
  }

  const SourceManager &Sources;
  const Types &Shapes;
  std::vector<Function> &Functions;
  std::vector<const CXXRecordDecl *> &Classes;
  std::vector<Initialised> &Started;
  llvm::DenseSet<const FunctionDecl *> Seen;
  llvm::DenseSet<const FunctionDecl *> InstantiatedMembers;
};

} // namespace

static std::unique_ptr<const Libraries> extended(const Libraries &Known, const Annotations &By) {
  if (!By.Model)
    return nullptr;
  auto More = std::make_unique<Libraries>(Known);
  More->add(*By.Model);
  return More;
}

Unit::Unit(ASTContext &Context, const Libraries &Given)
    : Context(Context), Annotated(annotationsIn(Context)), Extended(extended(Given, Annotated)),
      Known(Extended ? *Extended : Given), Shapes(Known) {
  Collector(Context, Shapes, Functions, Classes, Started).visitAll(Context.getTraversalScope());
  for (unsigned At = 0; At != Functions.size(); ++At)
    Index[Functions[At].Declared->getCanonicalDecl()] = At;
}

Unit::~Unit() = default;

const Function *Unit::find(const FunctionDecl &Declared) const {
  const auto Found = Index.find(Declared.getCanonicalDecl());
  return Found == Index.end() ? nullptr : &Functions[Found->second];
}

const Graph *Unit::graph(const Function &Of) const {
  if (Of.IsDependent)
    return nullptr;
  std::unique_ptr<Graph> &Kept = Graphs[Of.Declared];
  if (!Kept) {
    const Timing::Scope Timed(Timing::Facts);
    Kept = std::make_unique<Graph>(*Of.Declared, *Of.Body, Context);
  }
  return Kept->flow() ? Kept.get() : nullptr;
}

bool Unit::isReachable(const Function &In, const Stmt &Part) const {
  const Graph *Known = graph(In);
  return !Known || Known->isReachable(Part);
}

SourceLocation placeOf(const Stmt &Call) {
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call))
    return Member->getExprLoc();
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Call))
    return Operator->getOperator() == OO_Call ? Operator->getBeginLoc() : Operator->getOperatorLoc();
  return Call.getBeginLoc();
}

} // namespace asynciter
