# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Runs SCRIPT with PYTHON, and PROGRAM, and fails unless both exit with 0 and print the same. FOLDER is for what they
# print.
cmake_path(GET SCRIPT STEM name)
set(python_output ${FOLDER}/${name}.python.txt)
set(cpp_output ${FOLDER}/${name}.cpp.txt)
file(MAKE_DIRECTORY ${FOLDER})

function(run output)
  execute_process(COMMAND ${ARGN} OUTPUT_FILE ${output} ERROR_VARIABLE errors RESULT_VARIABLE status TIMEOUT 20)
  if(NOT status EQUAL 0 OR errors)
    file(READ ${output} printed)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${status}; it printed:\n${printed}${errors}")
  endif()
endfunction()

run(${python_output} ${PYTHON} -W error ${SCRIPT})
run(${cpp_output} ${PROGRAM})

execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${python_output} ${cpp_output}
  RESULT_VARIABLE different OUTPUT_QUIET ERROR_QUIET)
if(different)
  execute_process(COMMAND ${PYTHON} -c "import difflib, sys
python, cpp = (open(name, encoding='utf-8').read().splitlines() for name in sys.argv[1:])
print('\\n'.join(difflib.unified_diff(python, cpp, *sys.argv[1:], lineterm='')))"
    ${python_output} ${cpp_output} OUTPUT_VARIABLE difference)
  message("${difference}")
  message(FATAL_ERROR "${SCRIPT} and ${PROGRAM} print different things")
endif()
