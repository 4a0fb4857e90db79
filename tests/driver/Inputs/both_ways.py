# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""both_ways.py LINT [OPTION...]: lints the compile database of this folder by one
command, and by `facts` for each unit and `link`. Both must say the same, as text
and as SARIF; it is printed, with the exit status."""

import json
import pathlib
import subprocess
import sys

lint, options = sys.argv[1], sys.argv[2:]


def run(*command):
    return subprocess.run([lint, *command], capture_output=True, text=True)


def both(*more):
    one = run(*options, *more)
    two = run("link", *more, *facts)
    for what in "stdout", "stderr", "returncode":
        first, second = getattr(one, what), getattr(two, what)
        if first != second:
            sys.exit(f"the two ways differ in {what}:\n{first}\n--- and\n{second}")
    return one


facts = []
for number, entry in enumerate(json.loads(pathlib.Path("compile_commands.json").read_text())):
    facts.append(f"{number}.facts")
    which = ["--compiled-to", entry["output"]] if "output" in entry else []
    made = run("facts", *options, *which, "-o", facts[-1], entry["file"])
    if made.returncode:
        sys.exit(made.stderr)
facts.reverse()
report = both()
facts.sort(key=lambda name: name[::-1])
both()
both("--format=sarif")
print(report.stdout + report.stderr + f"status {report.returncode}")
