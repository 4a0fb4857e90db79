// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "model/Annotations.h"

#include "model/Names.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"

#include <map>

using namespace clang;

namespace asynciter {

namespace {

using Names = std::vector<std::string> LibraryModel::*;

/// Annotations that put a name on a list.
struct Listed {
  llvm::StringRef Key;
  Names List;
};
constexpr Listed OfClasses[] = {
    {"awaitable", &LibraryModel::Awaitables},  {"eager-awaitable", &LibraryModel::EagerAwaitables},
    {"in-memory", &LibraryModel::InMemory},    {"thread-pool", &LibraryModel::ThreadPools},
    {"guard", &LibraryModel::Guards},          {"async-lock", &LibraryModel::AsyncLocks},
    {"stop-token", &LibraryModel::StopTokens}, {"view", &LibraryModel::Views},
    {"holder", &LibraryModel::Holders},        {"owner", &LibraryModel::Owners},
    {"callable", &LibraryModel::Callables},    {"detached-task", &LibraryModel::DetachedTasks},
};
constexpr Listed OfFunctions[] = {
    {"runs-here", &LibraryModel::RunsHere}, {"combines", &LibraryModel::Combines},
    {"spawns", &LibraryModel::Spawns},      {"empty-at-end", &LibraryModel::EmptyAtEnd},
    {"idles", &LibraryModel::Idles},        {"forgets-callables", &LibraryModel::ForgetsCallables},
    {"removes", &LibraryModel::Removes},    {"thread-bound", &LibraryModel::ThreadBound},
};
/// The facts and the duties layers read these on the function itself.
constexpr llvm::StringRef ReadElsewhere[] = {"blocking", "nonblocking", "cleanup"};
/// Of streams and scopes, whose annotations are put together by class.
constexpr llvm::StringRef OfStreams[] = {"stream",        "end", "item", "end-is-final", "first-step-is-safe",
                                         "may-be-dropped"};
constexpr llvm::StringRef OfMethods[] = {"step", "unchecked-accessor", "closes"};

bool isIn(llvm::ArrayRef<Listed> All, llvm::StringRef Key) {
  return llvm::any_of(All, [&](const Listed &Each) { return Each.Key == Key; });
}

class Reader {
public:
  explicit Reader(Annotations &Into) : Into(Into) {}

  void visitAll(llvm::ArrayRef<Decl *> Outermost) {
    for (const Decl *Each : Outermost)
      if (const auto *Whole = dyn_cast<TranslationUnitDecl>(Each))
        visitMembers(*Whole);
      else
        visit(*Each);
  }

  void finish() {
    for (auto &[Class, Facts] : Streams)
      Model.Streams.push_back(std::move(Facts));
    for (auto &[Class, Facts] : Scopes)
      Model.Scopes.push_back(std::move(Facts));
    if (Any)
      Into.Model = std::move(Model);
  }

private:
  void visitMembers(const DeclContext &Outer) {
    for (const Decl *Member : Outer.decls())
      visit(*Member);
  }

  void visit(const Decl &Found) {
    const Decl *Declared = &Found;
    if (const auto *Template = dyn_cast<TemplateDecl>(Declared); Template && Template->getTemplatedDecl())
      Declared = Template->getTemplatedDecl();
    if (Declared->isImplicit())
      return;
    if (const auto *Named = dyn_cast<NamedDecl>(Declared))
      for (const auto *Note : Named->specific_attrs<AnnotateAttr>())
        if (llvm::StringRef Text = Note->getAnnotation();
            !Note->isInherited() && Text.consume_front("asynciter::"))
          read(*Named, *Note, Text);
    if (isa<NamespaceDecl, LinkageSpecDecl, ExportDecl>(Declared) ||
        (isa<CXXRecordDecl>(Declared) && cast<CXXRecordDecl>(Declared)->isThisDeclarationADefinition()))
      visitMembers(*cast<DeclContext>(Declared));
  }

  void read(const NamedDecl &On, const AnnotateAttr &Note, llvm::StringRef Text) {
    const auto [KeyText, ValueText] = Text.split(':');
    const llvm::StringRef Key = KeyText.trim(), Value = ValueText.trim();
    auto Complain = [&](const llvm::Twine &What) {
      Into.Mistakes.push_back({Note.getLocation(), ("`asynciter::" + Text + "` " + What).str()});
    };
    const bool IsOfClass = isIn(OfClasses, Key) || llvm::is_contained(OfStreams, Key) || Key == "scope";
    const bool IsOfMethod = llvm::is_contained(OfMethods, Key);
    if (!IsOfClass && !IsOfMethod && !isIn(OfFunctions, Key) && !llvm::is_contained(ReadElsewhere, Key))
      return Complain("is no annotation that asynciter knows");
    if (const bool TakesValue = Key == "end" || Key == "item" || Key == "scope"; TakesValue == Value.empty())
      return Complain(TakesValue ? "wants a value behind a colon" : "takes no value");
    const auto *Class = dyn_cast<CXXRecordDecl>(&On);
    const auto *Function = dyn_cast<FunctionDecl>(&On);
    if (IsOfClass && !Class)
      return Complain("is for classes");
    if (!IsOfClass && !Function)
      return Complain("is for functions");
    Any = true;
    if (Class) {
      if (!ofClass(*Class, Key, Value))
        Complain("has a value that asynciter does not know");
    } else if (!ofFunction(*Function, Key)) {
      Complain("is for methods");
    }
  }

  bool ofClass(const CXXRecordDecl &Class, llvm::StringRef Key, llvm::StringRef Value) {
    for (const Listed &Each : OfClasses)
      if (Each.Key == Key)
        (Model.*Each.List).push_back(qualifiedName(Class));
    if (Key == "scope")
      scope(Class).Kind = Value.str();
    if (!llvm::is_contained(OfStreams, Key))
      return true;
    StreamFacts &Facts = stream(Class);
    Facts.EndIsFinal |= Key == "end-is-final";
    Facts.FirstStepIsSafe |= Key == "first-step-is-safe";
    Facts.MayBeDropped |= Key == "may-be-dropped";
    if (Key == "end")
      return readEnding(Value, Facts.End);
    return Key != "item" || readLife(Value, Facts.Item);
  }

  bool ofFunction(const FunctionDecl &Function, llvm::StringRef Key) {
    for (const Listed &Each : OfFunctions)
      if (Each.Key == Key)
        (Model.*Each.List).push_back(qualifiedName(Function));
    if (!llvm::is_contained(OfMethods, Key))
      return true;
    const auto *Method = dyn_cast<CXXMethodDecl>(&Function);
    if (Key == "step" && !Method) {
      Model.StepFunctions.push_back(qualifiedName(Function));
      return true;
    }
    if (!Method)
      return false;
    const std::string Name = Method->getNameAsString();
    if (Key == "step")
      stream(*Method->getParent()).Steps.push_back(Name);
    else if (Key == "closes")
      scope(*Method->getParent()).ClosedBy.push_back(Name);
    else
      stream(*Method->getParent()).UncheckedAccessors.push_back(Name);
    return true;
  }

  StreamFacts &stream(const CXXRecordDecl &Class) {
    const std::string Name = qualifiedName(Class);
    StreamFacts &Facts = Streams[Name];
    Facts.Types = {Name};
    return Facts;
  }

  ScopeFacts &scope(const CXXRecordDecl &Class) {
    const std::string Name = qualifiedName(Class);
    ScopeFacts &Facts = Scopes[Name];
    Facts.Types = {Name};
    if (Facts.Kind.empty())
      Facts.Kind = "scope";
    return Facts;
  }

  Annotations &Into;
  LibraryModel Model;
  bool Any = false;
  std::map<std::string, StreamFacts> Streams;
  std::map<std::string, ScopeFacts> Scopes;
};

} // namespace

Annotations annotationsIn(ASTContext &Context) {
  Annotations Found;
  // A look at every declaration, where the word was written at all.
  if (Context.Idents.find("annotate") == Context.Idents.end())
    return Found;
  Reader Read(Found);
  Read.visitAll(Context.getTraversalScope());
  Read.finish();
  return Found;
}

} // namespace asynciter
