// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Most of a parse is bodies in system headers, which nobody asks about: the library
// models stand for them. What is left out must not change what is found.
#pragma once

namespace asynciter {

class Unit;

/// Whether code of the user's may be instantiated by bodies in system headers alone:
/// generic lambdas that are handed there, and virtual methods of class templates
/// whose objects are made there. Then the unit has to be parsed whole.
///
/// Not seen is a friend that such a body alone would define. What lacks it does not
/// compile, and any error makes for a whole parse, too.
bool needsSystemBodies(const Unit &Source);

} // namespace asynciter
