# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
import subprocess
import sys

import house

LINE = re.compile(r"^(.+?:\d+:\d+): (warning|note): (.*?)(?: \[asynciter-([a-z-]+)\])?$")


def problems():
    lint, flags = sys.argv[2], sys.argv[3:]
    files = sorted(map(str, (house.project / "tests/rules").rglob("*.cpp")))
    run = subprocess.run(
        [lint, "--quiet", "--rules=*", *files, "--", *flags], capture_output=True, text=True
    )
    if run.returncode == 2:
        yield run.stderr
    seen = set()
    for line in run.stdout.splitlines():
        match = LINE.match(line)
        if not match:
            continue
        place, kind, message, rule = match.groups()
        if kind == "warning":
            seen.add(rule)
            if not rule:
                yield f"{place}: no rule is named: {message}"
        if not re.match(r"[a-z`]", message):
            yield f"{place}: begins with a capital: {message}"
        if re.search(r"[.!?:;,]$", message):
            yield f"{place}: ends with punctuation: {message}"
        if message.count("`") % 2:
            yield f"{place}: a backtick is missing: {message}"
        if "  " in message or "``" in message or re.search(r"\b(should|must|please|you)\b", message):
            yield f"{place}: says what to do, or is badly put together: {message}"
        if re.search(r"\(lambda at|\(anonymous|<[^`]*> ", message):
            yield f"{place}: shows the compiler's inner names: {message}"
    for rule in sorted(set(house.rules()) - seen):
        yield f"{rule}: its tests make the tool say nothing"


house.done(problems())
