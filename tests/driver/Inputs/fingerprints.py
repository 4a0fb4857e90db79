# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""fingerprints.py BEFORE AFTER: two reports have the same fingerprints, all
different, though their lines are not the same."""

import json
import sys


def read(name):
    with open(name, encoding="utf-8") as file:
        results = json.load(file)["runs"][0]["results"]
    prints = [tuple(r["partialFingerprints"].values()) for r in results]
    lines = [r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in results]
    return prints, lines


(before, old_lines), (after, new_lines) = map(read, sys.argv[1:])
assert len(before) == 3 == len(set(before)), before
assert before == after, (before, after)
assert old_lines != new_lines
