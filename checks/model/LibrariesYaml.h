// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How models of libraries are read from YAML, for whoever reads a file that
// has some in it. Reading only: nothing writes a model.
#pragma once

#include "model/Libraries.h"

#include "llvm/Support/YAMLTraits.h"

LLVM_YAML_IS_SEQUENCE_VECTOR(asynciter::LibraryModel)

template <> struct llvm::yaml::MappingTraits<asynciter::LibraryModel> {
  static void mapping(IO &In, asynciter::LibraryModel &Model);
  static std::string validate(IO &In, asynciter::LibraryModel &Model);
};
