# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re
import sys

import house


def rows(text):
    """Rule, tier and summary of each row of the text's rule table."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3:
            name = re.sub(r"^\[`?([^]`]+)`?\]\([^)]*\)$", r"\1", cells[0]).strip("`")
            if name in house.rules():
                found[name] = cells[1:]
    return found


def printed_rows(text):
    """The same of what the tool prints: columns, of which one says on or off."""
    lines = (re.split(r" {2,}", line, maxsplit=3) for line in text.splitlines())
    return {name: [tier, summary] for name, tier, _, summary in lines}


def problems():
    with open(sys.argv[2], encoding="utf-8") as file:
        printed = printed_rows(file.read())
    if sorted(printed) != house.rules():
        yield f"the tool lists {sorted(printed)}, checks/ has {house.rules()}"
    for page in "README.md", "docs/rules/README.md":
        written = rows((house.project / page).read_text())
        for rule in sorted(printed.keys() | written.keys()):
            if printed.get(rule) != written.get(rule):
                yield f"{page}: {rule}: written {written.get(rule)}, printed {printed.get(rule)}"
        if list(written) != sorted(written):
            yield f"{page}: the rules are not in order"


house.done(problems())
