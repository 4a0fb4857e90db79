# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares what asynciter-lint and clang-tidy with our module say of a file.

check_parity.py LINT MODULE CLANG_TIDY [COMPILER-OPTION...] FILE [COMPILER-OPTION...]

Everything they print for the user must be the same: places, texts, notes, and
the fixes that are shown under them. The order of findings is each tool's own.
"""

import difflib
import os
import re
import subprocess
import sys

HEAD = re.compile(r"^.+?:\d+:\d+: (warning|error): ")
# What the host says of itself, not of the code.
HOST = re.compile(r"\[clang-tidy-nolint\]$")


def findings(text):
    """The printed findings, each with its notes and source lines, sorted."""
    groups = []
    for line in text.splitlines():
        if HEAD.match(line) or not groups:
            groups.append([])
        groups[-1].append(line.rstrip())
    return sorted("\n".join(g) for g in groups if not HOST.search(g[0]))


def output(command, allowed):
    # From the root every path is printed whole.
    run = subprocess.run(
        command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if run.returncode not in allowed:
        raise RuntimeError(f"{command[0]} failed:\n{run.stdout}{run.stderr}")
    return run.stdout


def difference(lint, module, clang_tidy, path, flags):
    """A diff of the two, empty when they agree."""
    path = os.path.abspath(path)
    flags = ["-Wno-everything"] + flags
    try:
        ours = output([lint, "--quiet", "--rules=*", path, "--"] + flags, (0, 1))
        theirs = output(
            [clang_tidy, "--load", module, "--quiet", "--config={}",
             "--checks=-*,asynciter-*", "--header-filter=.*", path, "--"] + flags, (0,))
    except RuntimeError as error:
        return str(error)
    diff = difflib.unified_diff(
        "\n".join(findings(ours)).splitlines(),
        "\n".join(findings(theirs)).splitlines(),
        "asynciter-lint", "clang-tidy", lineterm="")
    return "\n".join(diff)


def main():
    lint, module, clang_tidy, *rest = sys.argv[1:]
    # The value of a separate -I or -isystem is no file to lint.
    flags, files = [], []
    for before, word in zip([""] + rest, rest):
        is_file = not word.startswith("-") and before not in ("-I", "-isystem", "-include", "-x")
        (files if is_file else flags).append(word)
    for path in files:
        wrong = difference(lint, module, clang_tidy, path, flags)
        if wrong:
            sys.exit(f"the front ends disagree on {path}:\n{wrong}")


if __name__ == "__main__":
    main()
