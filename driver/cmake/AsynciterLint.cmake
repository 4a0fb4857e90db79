# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#[[
asynciter_lint_target(<name>
  TARGETS <target>...     # whose C and C++ sources are linted
  [ROOT <folder>]         # paths in facts files are relative to it; the project's by default
  [DEPENDS <target>...]   # what makes generated headers
  [OPTIONS <option>...]   # of asynciter-lint, such as --rules=...
  [LINK_OPTIONS <option>...])  # of asynciter-lint link, such as --format=sarif

Makes a target <name> that lints the sources of the targets, across files. Each
source has a command and a facts file of its own, so that the build tool makes them
in parallel and makes again only what has changed; reporting on all is the last
step. A source of several targets is linted as each of them compiles it. What only a
generator expression names is not linted, which a warning says. The build fails when there are findings. Needs Ninja or Makefiles, and
CMAKE_EXPORT_COMPILE_COMMANDS, which has to be on before the targets are made.
#]]
find_program(ASYNCITER_LINT asynciter-lint HINTS ${CMAKE_CURRENT_LIST_DIR}/../../../bin
  DOC "The linter for async iteration")

function(asynciter_lint_target name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "ROOT" "TARGETS;DEPENDS;OPTIONS;LINK_OPTIONS")
  if(NOT arg_TARGETS OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "asynciter_lint_target(${name}): name the targets to lint behind TARGETS")
  endif()
  if(NOT ASYNCITER_LINT)
    message(FATAL_ERROR "asynciter_lint_target(${name}): set ASYNCITER_LINT to the program asynciter-lint")
  endif()
  if(NOT CMAKE_EXPORT_COMPILE_COMMANDS)
    message(FATAL_ERROR "asynciter_lint_target(${name}): set CMAKE_EXPORT_COMPILE_COMMANDS to ON first")
  endif()
  if(NOT arg_ROOT)
    set(arg_ROOT ${PROJECT_SOURCE_DIR})
  endif()

  # CMake writes the database anew whenever it runs. Only a change of it counts.
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}.dir)
  set(database ${folder}/compile_commands.json)
  add_custom_command(OUTPUT ${database}
    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${CMAKE_BINARY_DIR}/compile_commands.json ${database}
    DEPENDS ${CMAKE_BINARY_DIR}/compile_commands.json VERBATIM)

  set(all "")
  foreach(target IN LISTS arg_TARGETS)
    get_target_property(sources ${target} SOURCES)
    get_target_property(place ${target} SOURCE_DIR)
    get_target_property(built ${target} BINARY_DIR)
    foreach(source IN LISTS sources)
      if(source MATCHES "\\$<")
        message(WARNING "asynciter_lint_target(${name}): '${source}' of ${target} is not linted")
        continue()
      endif()
      if(NOT source MATCHES "\\.(c|cc|cpp|cxx|c\\+\\+|C|cppm|ixx)$")
        continue()
      endif()
      get_source_file_property(is_header ${source} TARGET_DIRECTORY ${target} HEADER_FILE_ONLY)
      if(is_header)
        continue()
      endif()
      # What is not among the sources is made.
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${place} NORMALIZE OUTPUT_VARIABLE written)
      if(NOT EXISTS ${written})
        set(place_of_source ${built})
      else()
        set(place_of_source ${place})
      endif()
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${place_of_source} NORMALIZE)
      cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${arg_ROOT} OUTPUT_VARIABLE stem)
      string(REPLACE "../" "up/" stem "${stem}")
      set(facts ${folder}/${target}/${stem}.facts)
      list(APPEND all ${facts})
      cmake_path(GET facts PARENT_PATH inner)
      file(MAKE_DIRECTORY ${inner})
      add_custom_command(OUTPUT ${facts}
        COMMAND ${ASYNCITER_LINT} facts -p ${database} --root ${arg_ROOT} --depfile=${facts}.d -o ${facts}
                --compiled-to=CMakeFiles/${target}.dir/ ${arg_OPTIONS} ${source}
        DEPENDS ${source} ${database} ${ASYNCITER_LINT} ${arg_DEPENDS}
        DEPFILE ${facts}.d
        COMMENT "Linting ${stem}" VERBATIM)
    endforeach()
  endforeach()

  string(REPLACE ";" "\n" lines "${all}")
  file(GENERATE OUTPUT ${folder}/list CONTENT "${lines}\n")
  add_custom_target(${name}
    COMMAND ${ASYNCITER_LINT} link --root ${arg_ROOT} ${arg_LINK_OPTIONS} @${folder}/list
    DEPENDS ${all} WORKING_DIRECTORY ${arg_ROOT} COMMENT "Linking the facts of ${name}" VERBATIM)
endfunction()
