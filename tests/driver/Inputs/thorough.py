# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""thorough.py LINT LEAST [--every=N] DATABASE...: makes the facts of each unit, or of one
of N, with and without --thorough. They must be the same bytes, findings and questions
among them. What does not compile is left out, but at least LEAST units must."""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile

lint, least, databases = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
every = int(databases.pop(0).partition("=")[2]) if databases[0].startswith("--every=") else 1


def facts(folder, *options):
    out = pathlib.Path(folder, "facts")
    out.unlink(missing_ok=True)
    subprocess.run([lint, "facts", "-o", out, *options], capture_output=True)
    return out.read_bytes() if out.exists() else None


def compared(unit):
    build, file = unit
    with tempfile.TemporaryDirectory() as folder:
        whole, needed = (facts(folder, "-p", build, *more, file) for more in (["--thorough"], []))
    if needed != whole:
        sys.exit(f"{file}: the facts differ from those of the whole parse")
    return whole is not None


units = [
    (os.path.dirname(os.path.abspath(database)), os.path.join(entry["directory"], entry["file"]))
    for database in databases
    for entry in json.loads(pathlib.Path(database).read_text())
][::every]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    good = sum(pool.map(compared, units))
if good < least:
    sys.exit(f"only {good} of {len(units)} units compile")
print(f"{good} units are the same")
