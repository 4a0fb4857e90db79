# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""cached.py FOLDER COMMAND...: runs a linter with its cache in FOLDER. Prints what it
printed, then how it came by that:

    replayed              without as much as starting the engine, which has Clang in it
    linted N              with N units that were not in the cache

Files are made to look old first: what was changed just now is not trusted."""

import glob
import os
import subprocess
import sys
import tempfile
import time

cache, command = os.path.abspath(sys.argv[1]), sys.argv[2:]


def entries():
    """The units' entries; one that is written again is another."""
    found = {}
    for path in glob.glob(os.path.join(cache, "units", "*", "*")):
        seen = os.stat(path)
        found[path] = (seen.st_ino, seen.st_ctime_ns)
    return found


time.sleep(0.05)
before = entries()
with tempfile.TemporaryDirectory() as folder:
    environment = dict(os.environ, ASYNCITER_CACHE_DIR=cache, LD_DEBUG="files",
                       LD_DEBUG_OUTPUT=os.path.join(folder, "loaded"))
    run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    loaded = ""
    for path in glob.glob(os.path.join(folder, "*")):
        with open(path, encoding="utf-8", errors="replace") as file:
            loaded += file.read()
assert "libc.so" in loaded, "nothing is known of what was loaded"
after = entries()
new = [path for path in after if before.get(path) != after[path]]
print(run.stdout, end="")
print("status", run.returncode)
print(f"linted {len(new)}" if loaded.count("initialize program:") > 1 else "replayed")
