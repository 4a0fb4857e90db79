# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""terminal.py COMMAND...: runs the command on a terminal of its own, prints
what it wrote there, and ends with its status."""

import os
import pty
import sys

os.environ.setdefault("TERM", "xterm")
output = []


def keep(terminal):
    data = os.read(terminal, 4096)
    output.append(data)
    return b""


status = pty.spawn(sys.argv[1:], keep, lambda _: b"")
sys.stdout.write(b"".join(output).decode().replace("\r\n", "\n"))
sys.exit(os.waitstatus_to_exitcode(status))
