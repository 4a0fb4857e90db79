# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lit's test formats of this project.

A rule's test passes when its RUN lines do and, for each file that they verify,
both front ends say the same. A page passes when its code blocks do.
"""

import dataclasses
import os
import re
import shlex
import subprocess

import lit.formats
import lit.Test

import check_parity


@dataclasses.dataclass
class Tools:
    """The programs under test, and how they compile a test."""

    lint: str
    module: str
    clang_tidy: str
    flags: list


def verify_command(tools):
    script = os.path.join(os.path.dirname(__file__), "verify.sh")
    return shlex.join(
        ["env", f"LINT={tools.lint}", f"FLAGS={shlex.join(tools.flags)}", "sh", script]
    )


def compiler_flags(words):
    """Those of a %verify line's words that are for the compiler."""
    return [w for w in words if w.startswith("-") and not w.startswith("--")]


def check_both(tools, path, flags):
    """What the front ends disagree on, as text."""
    return check_parity.difference(
        tools.lint, tools.module, tools.clang_tidy, path, tools.flags + flags
    )


class RuleTest(lit.formats.ShTest):
    """RUN lines, then parity for each `%verify ... %s` among them."""

    RUN = re.compile(r"RUN:\s*%verify\s+(.*)$", re.MULTILINE)

    def __init__(self, tools):
        super().__init__(execute_external=False)
        self.tools = tools

    def getTestsInDirectory(self, suite, path, config, local_config):
        # A folder that CMake builds, and all below it, holds tests of another kind.
        for depth in range(1, len(path) + 1):
            folder = suite.getSourcePath(path[:depth])
            if os.path.exists(os.path.join(folder, "CMakeLists.txt")):
                return
        yield from super().getTestsInDirectory(suite, path, config, local_config)

    def execute(self, test, lit_config):
        result = super().execute(test, lit_config)
        if result.code not in (lit.Test.PASS, lit.Test.FLAKYPASS):
            return result
        path = test.getSourcePath()
        with open(path, encoding="utf-8") as file:
            lines = self.RUN.findall(file.read())
        for line in lines:
            words = shlex.split(line)
            if words[-1:] != ["%s"]:
                continue
            wrong = check_both(self.tools, path, compiler_flags(words))
            if wrong:
                return lit.Test.Result(lit.Test.FAIL, wrong)
        return result


class PageTest(lit.formats.FileBasedTest):
    """The ```cpp blocks of a page, compiled at the page's own line numbers.

    The blocks of one page are one translation unit, in which the page's rule
    runs alone. A block that is opened by ```cpp standalone is a unit of its own.
    """

    def __init__(self, tools):
        super().__init__()
        self.tools = tools

    def execute(self, test, lit_config):
        page = test.getSourcePath()
        rule = os.path.splitext(os.path.basename(page))[0]
        with open(page, encoding="utf-8") as file:
            units = units_of(file.read().splitlines())
        os.makedirs(os.path.dirname(test.getExecPath()), exist_ok=True)
        for number, lines in enumerate(units):
            path = f"{test.getExecPath()}.{number}.cpp"
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")
            run = subprocess.run(
                shlex.split(verify_command(self.tools)) + [f"--rules=-*,{rule}", path],
                stdin=subprocess.DEVNULL, capture_output=True, text=True,
            )
            wrong = run.stdout + run.stderr if run.returncode else ""
            wrong = wrong or check_both(self.tools, path, [])
            if wrong:
                return lit.Test.Result(lit.Test.FAIL, wrong.replace(path, page))
        return lit.Test.Result(lit.Test.PASS, "")


def units_of(lines):
    """The page's translation units: its lines with all but code blanked."""
    shared = [""] * len(lines)
    units = [shared]
    target = None
    for number, line in enumerate(lines):
        if line.startswith("```"):
            info = line[3:].split()
            if target is not None:
                target = None
            elif info == ["cpp", "standalone"]:
                target = [""] * len(lines)
                units.append(target)
            elif info[:1] == ["cpp"]:
                target = shared
            else:
                target = []  # Another language: read over it.
        elif target:
            target[number] = line
    return [unit for unit in units if any(unit)]
