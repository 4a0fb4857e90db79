// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Spin.h"

#include "model/LockTypes.h"
#include "model/Names.h"
#include "model/Walk.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/CharInfo.h"

using namespace clang;

namespace asynciter {

namespace {

class SpinFinder {
public:
  SpinFinder(const Unit &In, std::vector<Spin> &To) : In(In), To(To) {}

  void find(const Stmt &Part) {
    if (const auto *Loop = dyn_cast<WhileStmt>(&Part)) {
      if (!Loop->getConditionVariable())
        consider(Loop->getWhileLoc(), Loop->getCond(), nullptr, Loop->getBody());
    } else if (const auto *Loop = dyn_cast<DoStmt>(&Part)) {
      // `do { } while (false)` is how macros make one statement of several.
      consider(Loop->getDoLoc(), Loop->getCond(), nullptr, Loop->getBody());
    } else if (const auto *Loop = dyn_cast<ForStmt>(&Part)) {
      if (!Loop->getConditionVariable())
        consider(Loop->getForLoc(), Loop->getCond(), Loop->getInc(), Loop->getBody());
    }
    forEachPart(Part, [&](const Stmt &Nested) { find(Nested); });
  }

  void findEscaped(const Stmt &Part) {
    if (const auto *Lambda = dyn_cast<LambdaExpr>(&Part)) {
      for (const LambdaCapture &Capture : Lambda->captures())
        if (Capture.capturesVariable() && Capture.getCaptureKind() == LCK_ByRef)
          Escaped.insert(Capture.getCapturedVar());
    } else if (const auto *Address = dyn_cast<UnaryOperator>(&Part);
               Address && Address->getOpcode() == UO_AddrOf) {
      if (const ValueDecl *Named = entityOf(Address->getSubExpr()))
        Escaped.insert(Named);
    }
    forEachPart(Part, [&](const Stmt &Nested) { findEscaped(Nested); });
  }

private:
  /// What a test asks, and how the loop goes on.
  struct Asked {
    bool OnlyOthersChangeIt = false;
    std::string What;
    const Expr *Test = nullptr;
  };

  void consider(SourceLocation At, const Expr *Condition, const Expr *Step, const Stmt *Body) {
    if (Step || !Body || At.isMacroID())
      return;
    Found = Asked();
    const Expr *Test = Condition ? strip(Condition) : nullptr;
    const bool IsEndless = !Test || isTrue(*Test);
    if (!IsEndless && !waits(*Test, /*GoesOnIf=*/true))
      return;
    HasExit = false;
    if (!isIdle(*Body) || (IsEndless && !HasExit) || !Found.OnlyOthersChangeIt)
      return;
    To.push_back({Found.Test, At, Found.What});
  }

  bool isTrue(const Expr &Test) const {
    Expr::EvalResult Value;
    return !Test.isValueDependent() && !isa<CallExpr>(Test) && Test.EvaluateAsInt(Value, In.context()) &&
           Value.Val.getInt().getBoolValue();
  }

  /// Whether a body only passes the time, or leaves the loop.
  bool isIdle(const Stmt &Body) {
    if (isa<NullStmt, ContinueStmt, GCCAsmStmt>(Body))
      return true;
    if (const auto *Block = dyn_cast<CompoundStmt>(&Body))
      return llvm::all_of(Block->body(), [&](const Stmt *Part) { return isIdle(*Part); });
    if (const auto *Attributed = dyn_cast<AttributedStmt>(&Body))
      return isIdle(*Attributed->getSubStmt());
    if (const auto *Call = dyn_cast<CallExpr>(strippedValue(Body))) {
      const FunctionDecl *Callee = Call->getDirectCallee();
      return Callee && In.libraries().isIdle(qualifiedName(*Callee));
    }
    if (const auto *If = dyn_cast<IfStmt>(&Body)) {
      if (If->getInit() || If->getConditionVariable() || If->getElse() || If->isConstexpr() ||
          !leaves(*If->getThen()) || !waits(*strip(If->getCond()), /*GoesOnIf=*/false))
        return false;
      HasExit = true;
      return true;
    }
    return false;
  }

  static const Stmt *strippedValue(const Stmt &Part) {
    const auto *Value = dyn_cast<Expr>(&Part);
    return Value ? strip(Value) : &Part;
  }

  /// Whether a branch ends by leaving the loop; what it does before is its own
  /// affair.
  static bool leaves(const Stmt &Branch) {
    if (const auto *Block = dyn_cast<CompoundStmt>(&Branch))
      return !Block->body_empty() && leaves(*Block->body_back());
    return isa<BreakStmt, ReturnStmt, CoreturnStmt>(Branch);
  }

  /// Whether the loop goes on as long as a test has this value, and nothing it
  /// does itself can change that. Parts that it could change make it a loop of
  /// another kind.
  bool waits(const Expr &Test, bool GoesOnIf) {
    const Expr &Inner = *strip(&Test);
    if (const auto *Not = dyn_cast<UnaryOperator>(&Inner); Not && Not->getOpcode() == UO_LNot)
      return waits(*Not->getSubExpr(), !GoesOnIf);
    if (const auto *Not = dyn_cast<CXXOperatorCallExpr>(&Inner);
        Not && Not->getOperator() == OO_Exclaim && Not->getNumArgs() == 1)
      return waits(*Not->getArg(0), !GoesOnIf);
    if (const auto *Both = dyn_cast<BinaryOperator>(&Inner)) {
      if (Both->isLogicalOp())
        return waits(*Both->getLHS(), GoesOnIf) && waits(*Both->getRHS(), GoesOnIf);
      if (!Both->isComparisonOp())
        return false;
      return compares(*Both->getLHS(), *Both->getRHS());
    }
    if (const auto *Rewritten = dyn_cast<CXXRewrittenBinaryOperator>(&Inner))
      return compares(*Rewritten->getLHS(), *Rewritten->getRHS());
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&Inner);
        Operator && Operator->isComparisonOp() && Operator->getNumArgs() == 2)
      return compares(*Operator->getArg(0), *Operator->getArg(1));
    return othersChange(Inner, GoesOnIf);
  }

  bool compares(const Expr &Left, const Expr &Right) {
    const bool IsLeft = othersChange(*strip(&Left), /*GoesOnIf=*/true);
    const bool IsRight = othersChange(*strip(&Right), /*GoesOnIf=*/true);
    return (IsLeft || isFixed(Left)) && (IsRight || isFixed(Right)) && (IsLeft || IsRight);
  }

  /// A value that the loop does not change: its body is idle, so a variable will
  /// do.
  bool isFixed(const Expr &Value) const {
    const Expr *Inner = strip(&Value);
    if (const auto *Construct = dyn_cast<CXXConstructExpr>(Inner))
      return llvm::all_of(Construct->arguments(), [&](const Expr *Part) { return isFixed(*Part); });
    return isa<DeclRefExpr, IntegerLiteral, CXXBoolLiteralExpr, CXXNullPtrLiteralExpr, FloatingLiteral,
               CharacterLiteral>(Inner) ||
           (!Inner->isValueDependent() && Inner->isEvaluatable(In.context()));
  }

  bool note(const Expr &Asked, const Expr *Object, llvm::StringRef Method) {
    const ValueDecl *Named = Object ? ownerOf(*Object) : nullptr;
    Found.OnlyOthersChangeIt = true;
    Found.Test = &Asked;
    if (Found.What.empty())
      Found.What = Named && Named->getIdentifier() ? Named->getName().str() : Method.str();
    return true;
  }

  bool othersChange(const Expr &Test, bool GoesOnIf) {
    if (const auto *Atomic = dyn_cast<AtomicExpr>(&Test))
      return (Atomic->getOp() == AtomicExpr::AO__atomic_load_n ||
              Atomic->getOp() == AtomicExpr::AO__atomic_load ||
              Atomic->getOp() == AtomicExpr::AO__c11_atomic_load) &&
             note(Test, Atomic->getPtr(), "");
    if (const auto *Call = dyn_cast<CallExpr>(&Test))
      return isPolled(*Call, GoesOnIf);
    if (!isa<DeclRefExpr, MemberExpr>(Test))
      return false;
    const auto *Named = dyn_cast_or_null<ValueDecl>(entityOf(&Test));
    if (!Named || Named->getType().isConstQualified())
      return false;
    const QualType Type = Named->getType().getNonReferenceType();
    if (Type->isAtomicType() || Type.isVolatileQualified())
      return note(Test, &Test, "");
    if (!Type->isScalarType() || Type->isPointerType())
      return false;
    // A plain flag: a member, a global, or a local that somebody else has.
    const auto *Variable = dyn_cast<VarDecl>(Named);
    const bool IsShared = isa<FieldDecl>(Named) || (Variable && (Variable->hasGlobalStorage() ||
                                                                 Variable->getType()->isReferenceType() ||
                                                                 Escaped.contains(Variable)));
    return IsShared && note(Test, &Test, "");
  }

  /// A class whose value other threads change.
  static bool isAtomic(const CXXRecordDecl &Class) {
    auto Has = [&](llvm::StringRef Name) {
      const IdentifierInfo &Known = Class.getASTContext().Idents.get(Name);
      if (!Class.lookup(&Known).empty())
        return true;
      return Class.hasDefinition() && llvm::any_of(Class.bases(), [&](const CXXBaseSpecifier &Base) {
               const CXXRecordDecl *Inherited = classOf(Base.getType());
               return Inherited && !Inherited->lookup(&Known).empty();
             });
    };
    return (Has("load") && Has("store")) || (Has("test_and_set") && Has("clear"));
  }

  /// `try_pop`, `tryPop`.
  static bool isNamed(llvm::StringRef Name, llvm::StringRef Word) {
    return Name.consume_front(Word) && !Name.empty() &&
           (Name.front() == '_' || clang::isUppercase(Name.front()));
  }

  /// Tries whose failure leaves things as they were; a `try_parse` may have got on.
  static bool isTry(llvm::StringRef Name) {
    if (!isNamed(Name, "try"))
      return false;
    const llvm::StringRef Rest = Name.drop_front(Name[3] == '_' ? 4 : 3);
    static constexpr llvm::StringLiteral Words[] = {"lock",    "acquire", "wait",    "pop",  "push",
                                                    "emplace", "dequeue", "enqueue", "take", "receive",
                                                    "recv",    "send",    "put",     "enter"};
    return llvm::any_of(Words, [&](llvm::StringRef Word) { return Rest.starts_with_insensitive(Word); });
  }

  bool isPolled(const CallExpr &Call, bool GoesOnIf) {
    const FunctionDecl *Callee = Call.getDirectCallee();
    const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
    if (!Callee)
      return false;
    const llvm::StringRef Name = Callee->getIdentifier() ? Callee->getName() : llvm::StringRef();
    // `std::atomic_load(&flag)`: of a function, the first argument.
    if (!Member)
      return Call.getNumArgs() && Name.starts_with("atomic_") &&
             (Name.contains("_load") || Name.ends_with("_test")) && note(Call, Call.getArg(0), Name);
    const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
    const Expr *Object = Member->getImplicitObjectArgument();
    const CXXRecordDecl *Class = classOf(Member->getObjectType());
    if (!Method || !Class)
      return false;
    if (In.types().isAwaitable(Callee->getReturnType()))
      return false;
    if (isAtomic(*Class))
      return (isa<CXXConversionDecl>(Method) || Name == "load" || Name == "test" || Name == "test_and_set" ||
              (Name == "exchange" && GoesOnIf && isTrue(*Call.getArg(0)))) &&
             note(Call, Object, Name);
    if (isa<CXXConversionDecl>(Method))
      return false;
    // A try that goes on until it succeeds; one that goes on while it does is
    // at work.
    if (isTry(Name))
      return !GoesOnIf && note(Call, Object, Name);
    // Pure questions: nothing in the loop can change the answer.
    static constexpr llvm::StringLiteral Questions[] = {
        "empty", "done", "ready", "isFinished", "size", "loaded", "poll_ready", "stop_requested", "is_set"};
    const bool IsQuestion =
        llvm::is_contained(Questions, Name) || isNamed(Name, "is") || isNamed(Name, "has");
    return Method->isConst() && Call.getNumArgs() == 0 && IsQuestion && note(Call, Object, Name);
  }

  const Unit &In;
  std::vector<Spin> &To;
  llvm::DenseSet<const ValueDecl *> Escaped;
  Asked Found;
  bool HasExit = false;
};

} // namespace

std::vector<Spin> spinsOf(const Unit &In, const Function &Where) {
  std::vector<Spin> Found;
  SpinFinder Finder(In, Found);
  Finder.findEscaped(*Where.Body);
  Finder.find(*Where.Body);
  return Found;
}

} // namespace asynciter
