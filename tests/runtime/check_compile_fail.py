#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that programs with a mistake are rejected, and in which words.

    check_compile_fail.py <compiler> <include directory> <file>...

Each file must be rejected with an error that contains what its line `// expected: <text>` says, which may go on
in the next comment line; `// expected(clang): <text>` and `// expected(gcc): <text>` count for that compiler only. With -DCORRECT, which
turns on how it is done right, the same file must be accepted: so the mistake is what was rejected. A file that
has such lines only for other compilers is skipped. A line `// flags: <flags>` adds options.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys


def compile_file(compiler, include, path, flags):
    command = [compiler, "-std=c++20", "-Wall", "-Wextra", "-Wno-unused-variable", "-fsyntax-only",
               "-fdiagnostics-color=never", f"-I{include}", *flags, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ, LC_ALL="C"))
    return result.returncode, result.stderr


def check(compiler, include, path):
    family = "clang" if "clang" in pathlib.Path(compiler).name else "gcc"
    text = path.read_text()
    expected = [" ".join(words.split("\n// "))
                for words in re.findall(rf"^// expected(?:\({family}\))?: (.*(?:\n// (?!expected|flags).*)*)", text, re.M)]
    flags = [flag for line in re.findall(r"^// flags: (.*)$", text, re.M) for flag in line.split()]
    if not expected:
        return None if "// expected(" in text else "does not say what is expected"
    status, messages = compile_file(compiler, include, path, ["-DCORRECT", *flags])
    if status:
        return f"is rejected though it is correct:\n{messages}"
    status, messages = compile_file(compiler, include, path, flags)
    if not status:
        return "is accepted"
    errors = "\n".join(line for line in messages.splitlines() if "error: " in line)
    for words in expected:
        if words not in errors:
            return f"is not rejected with '{words}':\n{messages}"
    return None


def main():
    compiler, include, *files = sys.argv[1:]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = pool.map(lambda name: check(compiler, include, pathlib.Path(name)), files)
        failed = {name: problem for name, problem in zip(files, problems) if problem}
    for name, problem in failed.items():
        print(f"{name} {problem}", file=sys.stderr)
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())
