# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""terminal.py COMMAND...: runs the command on a terminal of its own, copies
what it writes there to the standard output, and ends with its status."""

import os
import pty
import sys

os.environ["TERM"] = "xterm"
status = pty.spawn(sys.argv[1:], stdin_read=lambda _: b"")
sys.exit(os.waitstatus_to_exitcode(status))
