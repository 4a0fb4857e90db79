# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Writes the FILES as string literals into OUTPUT, behind the function
# `embedded<Function>` of Embedded.h. Literals are cut in pieces: compilers
# limit the length of one.
string(SUBSTRING ${FUNCTION} 0 1 first)
string(TOUPPER ${first} first)
string(SUBSTRING ${FUNCTION} 1 -1 rest)
set(text "#include \"Embedded.h\"\n\nnamespace asynciter {\n\nllvm::ArrayRef<EmbeddedFile> embedded${first}${rest}() {\n  static const EmbeddedFile Files[] = {\n")
foreach(file IN LISTS FILES)
  get_filename_component(stem ${file} NAME_WE)
  file(READ ${file} content)
  string(LENGTH "${content}" length)
  string(APPEND text "      {\"${stem}\",\n")
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${content}" ${at} 8000 piece)
    string(APPEND text "R\"=asynciter=(${piece})=asynciter=\"\n")
    math(EXPR at "${at} + 8000")
  endwhile()
  string(APPEND text "      },\n")
endforeach()
string(APPEND text "      {{}, {}},\n  };\n  return llvm::ArrayRef(Files).drop_back();\n}\n\n} // namespace asynciter\n")
file(WRITE ${OUTPUT} "${text}")
