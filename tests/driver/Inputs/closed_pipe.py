# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""closed_pipe.py COMMAND...: runs the command with a standard output that nobody
reads. It may end by the signal, or by itself; it may not complain."""

import os
import signal
import subprocess
import sys

for disposition in (signal.SIG_DFL, signal.SIG_IGN):
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run(
        sys.argv[1:],
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.PIPE,
        restore_signals=False,
        preexec_fn=lambda: signal.signal(signal.SIGPIPE, disposition),
    )
    os.close(writer)
    if run.stderr or run.returncode not in (-signal.SIGPIPE, 0, 1):
        sys.exit(f"status {run.returncode}: {run.stderr.decode()}")
