# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""project.py FOLDER [OPTION...]: makes FOLDER/compile_commands.json, in which
every source file below FOLDER is compiled with the options."""

import json
import os
import sys

folder = os.path.abspath(sys.argv[1])
compilers = {".cpp": "clang++", ".c": "clang"}
entries = []
for place, _, names in sorted(os.walk(folder)):
    for name in sorted(names):
        if compiler := compilers.get(os.path.splitext(name)[1]):
            file = os.path.join(place, name)
            command = [compiler, *sys.argv[2:], "-c", file, "-o", file + ".o"]
            entries.append({"directory": folder, "file": file, "arguments": command})
with open(os.path.join(folder, "compile_commands.json"), "w") as out:
    json.dump(entries, out, indent=1)
