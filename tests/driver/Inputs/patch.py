# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""patch.py FROM TO OFFSET: copies a file with the byte at OFFSET turned over."""

import pathlib
import sys

data = bytearray(pathlib.Path(sys.argv[1]).read_bytes())
data[int(sys.argv[3])] ^= 0xFF
pathlib.Path(sys.argv[2]).write_bytes(data)
