# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Applies the linter's fixes to copies of files and looks at what comes of it.

check_fixes.py LINT CLANG FOLDER [COMPILER-OPTION...] FILE... [COMPILER-OPTION...]

For the safe fixes, and then for all of them: the fixed copy compiles, none of
the fixed findings is there any more and no other finding of those rules came,
and fixing it again changes nothing. A file without a fix is a mistake.
"""

import collections
import json
import os
import shutil
import subprocess
import sys

UNSAFE = "read it before applying it"


class Wrong(Exception):
    pass


def run(command, allowed):
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if ran.returncode not in allowed:
        raise Wrong(f"{' '.join(command)}\n{ran.stdout}{ran.stderr}")
    return ran


class Checker:
    def __init__(self, lint, clang, folder, flags):
        self.lint, self.clang, self.folder = lint, clang, folder
        self.flags = flags + ["-Wno-everything"]

    def linted(self, path, *options):
        # Never in a header: those are the project's own.
        only = ["--quiet", "--rules=*", "--header-filter=^$"]
        return run([self.lint, *only, *options, path, "--"] + self.flags, (0, 1))

    def findings(self, path):
        """How many findings each rule has, all and those with a safe or any fix."""
        results = json.loads(self.linted(path, "--format=sarif").stdout)["runs"][0]["results"]
        every, safe, fixable = (collections.Counter() for _ in range(3))
        for each in results:
            rule = each["ruleId"]
            every[rule] += 1
            for fix in each.get("fixes", []):
                fixable[rule] += 1
                safe[rule] += UNSAFE not in fix.get("description", {}).get("text", "")
        return every, {"safe": +safe, "unsafe": +fixable}

    def check(self, source, kind):
        """Whether there was something to fix."""
        path = os.path.join(self.folder, f"{kind}-{os.path.basename(source)}")
        shutil.copyfile(source, path)
        os.chmod(path, 0o644)
        before, fixable = self.findings(path)
        if not fixable[kind]:
            return False
        # Two fixes in one place need two runs.
        for _ in range(3):
            self.linted(path, f"--fix={kind}")
            run([self.clang, *self.flags, "-fsyntax-only", path], (0,))
            after, left = self.findings(path)
            if not left[kind]:
                break
        else:
            raise Wrong(f"{path}: these can be fixed still: {left[kind]}")
        for rule, count in fixable[kind].items():
            if after[rule] > before[rule] - count:
                raise Wrong(f"{path}: {before[rule]} findings of {rule}, {count} were fixed, {after[rule]} are left")
        with open(path, "rb") as file:
            once = file.read()
        self.linted(path, f"--fix={kind}")
        with open(path, "rb") as file:
            if file.read() != once:
                raise Wrong(f"{path}: fixing it twice changed it")
        return True


def main():
    lint, clang, folder, *rest = sys.argv[1:]
    flags, files = [], []
    for before, word in zip([""] + rest, rest):
        is_file = not word.startswith("-") and before not in ("-I", "-isystem", "-include", "-x")
        (files if is_file else flags).append(word)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    checker = Checker(lint, clang, folder, flags)
    try:
        for path in files:
            # All of them: where there is a safe fix there is a fix.
            kinds = [kind for kind in ("unsafe", "safe") if checker.check(path, kind)]
            if not kinds:
                raise Wrong(f"{path}: nothing to fix")
            print(f"{path}: {' and '.join(kinds)} fixes")
    except Wrong as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    main()
