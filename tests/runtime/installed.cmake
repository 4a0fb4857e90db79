# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs the runtime of BUILD into OUT, builds tests in SOURCE, which find it there, with COMPILER, and runs them:
# plain, under AddressSanitizer and UndefinedBehaviorSanitizer, and under ThreadSanitizer.
set(pages async_generator channel filter for_each)
function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${OUT}/prefix)
run(${CMAKE_COMMAND} --install ${BUILD} --component runtime --prefix ${OUT}/prefix)
run(${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${OUT}/build
  -D CMAKE_CXX_COMPILER=${COMPILER} -D CMAKE_PREFIX_PATH=${OUT}/prefix -D CMAKE_BUILD_TYPE=Release)
list(TRANSFORM pages PREPEND runtime_page_ OUTPUT_VARIABLE targets)
run(${CMAKE_COMMAND} --build ${OUT}/build --target runtime runtime_address runtime_thread ${targets})
# The tests of the program `runtime` have capital letters behind the dot.
list(JOIN pages "|" names)
run(${CMAKE_CTEST_COMMAND} --test-dir ${OUT}/build --output-on-failure --no-tests=error
  -R "^runtime\\.([A-Z]|address\\.|thread\\.|page\\.(${names})$)")
