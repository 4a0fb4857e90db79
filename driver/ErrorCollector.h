// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Why a unit does not compile, in two lines.
#pragma once

#include "clang/Basic/Diagnostic.h"

#include <string>
#include <vector>

namespace asynciter {

/// Keeps the first error and counts the others. A user's own warnings are not
/// our business.
class ErrorCollector : public clang::DiagnosticConsumer {
public:
  explicit ErrorCollector(llvm::StringRef UnitFile) : UnitFile(UnitFile) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level Level, const clang::Diagnostic &Info) override;

  bool isEmpty() const { return Count == 0; }
  /// Whether the same files would give the same errors again: there are some, and none is
  /// about a file that could not be read.
  bool areCertain() const { return Count && !AreOfFiles; }
  std::vector<std::string> describe() const;
  std::vector<std::string> describeCrash() const;

private:
  std::string placeOf(const clang::Diagnostic &Info) const;

  std::string UnitFile, First;
  unsigned Count = 0;
  bool AreOfFiles = false;
};

} // namespace asynciter
