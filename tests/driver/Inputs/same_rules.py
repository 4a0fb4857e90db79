# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""same_rules.py RULES CHECKS: what --list-rules and --list-checks print name the
same rules."""

import sys

rules, checks = (open(name).read().split("\n") for name in sys.argv[1:])
ours = ["asynciter-" + line.split()[0] for line in rules if line]
theirs = [line.strip() for line in checks if line.startswith(" ")]
if ours != theirs:
    sys.exit(f"{ours}\n{theirs}")
