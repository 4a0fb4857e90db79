# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""thorough.py LINT DATABASE...: makes the facts of each unit with and without
--thorough. They must be the same bytes."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

lint, databases = sys.argv[1], sys.argv[2:]


def facts(folder, *options):
    out = os.path.join(folder, "facts")
    done = subprocess.run([lint, "facts", "-o", out, *options], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return pathlib.Path(out).read_bytes()


units = [
    (os.path.dirname(os.path.abspath(database)), os.path.join(entry["directory"], entry["file"]))
    for database in databases
    for entry in json.loads(pathlib.Path(database).read_text())
]
if not units:
    sys.exit("no unit to compare")
with tempfile.TemporaryDirectory() as folder:
    for build, file in units:
        needed, whole = (facts(folder, "-p", build, *more, file) for more in ([], ["--thorough"]))
        if needed != whole:
            sys.exit(f"{file}: the facts differ from those of the whole parse ({len(needed)} and {len(whole)} bytes)")
