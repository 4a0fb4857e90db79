# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a compile database of the programs that are written as they should be: the runtime's tests, what its
headers and pages show, and the examples that are not wrong on purpose. Of several commands for a file, it has one,
with assertions if there is such a one."""

import json
import pathlib
import sys

project, build, out = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
ours = [project / "tests/runtime", build / "tests/runtime", project / "examples"]

chosen = {}
for command in json.loads((build / "compile_commands.json").read_text()):
    file = pathlib.Path(command["directory"], command["file"])
    if any(file.is_relative_to(folder) for folder in ours) and file.name != "wrong.cpp":
        if file not in chosen or "-UNDEBUG" not in chosen[file]["command"]:
            chosen[file] = command

# Each kind is there, wherever the build puts it.
for kind in ["runtime/task_test.cpp", "essays/task.cpp", "pages/task.cpp", "python/shield/shield.cpp", "right.cpp"]:
    if not any(str(file).endswith(kind) for file in chosen):
        sys.exit(f"{build}: compiles no {kind}")
out.mkdir(parents=True, exist_ok=True)
(out / "compile_commands.json").write_text(json.dumps(list(chosen.values()), indent=1))
