# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the house tests share. Each is called with the project's folder first."""

import pathlib
import re
import subprocess
import sys

project = pathlib.Path(sys.argv[1])


def rules():
    """The stems of the rules, as their source files give them."""
    return sorted(file.stem for file in (project / "checks").glob("*.cpp"))


def sources(*folders):
    """C++ files below the folders (or the folder's own, for a name with a /)."""
    for folder in folders:
        place = project / folder
        found = place.glob("*") if folder.endswith("/") else place.rglob("*")
        yield from sorted(f for f in found if f.suffix in {".cpp", ".h"})


def tracked():
    """All text files of the project: what git knows, else what is there."""
    listed = subprocess.run(
        ["git", "-C", project, "ls-files", "-co", "--exclude-standard", "-z"],
        capture_output=True,
    )
    if listed.returncode == 0:
        files = [project / name for name in listed.stdout.decode().split("\0") if name]
    else:
        files = [f for f in project.rglob("*") if not f.is_relative_to(project / "build")]
    for file in sorted(files):
        if file.is_file():
            data = file.read_bytes()
            if b"\0" not in data:
                yield file, data.decode(errors="replace")


def code(text):
    """C++ with its comments blanked; lines and strings keep their places."""
    pattern = r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/'
    return re.sub(
        pattern,
        lambda m: m[0] if m[0][0] == '"' else re.sub(r"[^\n]", " ", m[0]),
        text,
        flags=re.DOTALL,
    )


def literals(text):
    """The string literals of C++ text as (line, content); `#include`s are none."""
    for number, line in enumerate(code(text).splitlines(), 1):
        if not line.lstrip().startswith("#include"):
            for content in re.findall(r'"((?:\\.|[^"\\])*)"', line):
                yield number, content


def done(problems):
    """Prints what is wrong, and exits accordingly."""
    problems = list(problems)
    for problem in problems:
        print(problem)
    sys.exit(bool(problems))
