# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re

import house


def problems():
    rules = set(house.rules())
    pages = {f.stem for f in (house.project / "docs/rules").glob("*.md")} - {"README"}
    tests = {f.stem for f in (house.project / "tests/rules").iterdir()}
    if not rules:
        yield "checks/ has no rule"
    for rule in sorted(rules | pages | tests):
        for place, stems in ("checks", rules), ("docs/rules", pages), ("tests/rules", tests):
            if rule not in stems:
                yield f"{rule}: nothing in {place}/"
        if not re.fullmatch(r"[a-z]+(-[a-z]+)*", rule):
            yield f"{rule}: a rule's name is lower-case words joined by hyphens"
    for rule in sorted(rules):
        source = house.project / "checks" / f"{rule}.cpp"
        if f'"{rule}"' not in source.read_text():
            yield f"checks/{rule}.cpp does not declare a rule of that name"
    for page in sorted(pages):
        text = (house.project / "docs/rules" / f"{page}.md").read_text()
        if not text.startswith(f"# {page}\n"):
            yield f"docs/rules/{page}.md does not begin with its rule's name"
        if (house.project / "tests/proof" / f"{page}.cpp").exists() == ("\nNo program fails by it: " in text):
            yield f"{page}: give it a program in tests/proof/, or say on its page why there is none ('No program fails by it: ...')"
        for heading in "What happens", "Reported", "Accepted", "Write this instead", "Options", "What it does not see":
            if f"\n## {heading}\n" not in text:
                yield f"docs/rules/{page}.md has no section '{heading}'"
    for test in sorted(tests & rules):
        folder = house.project / "tests/rules" / test
        files = folder.rglob("*.cpp") if folder.is_dir() else [folder.with_suffix(".cpp")]
        text = "".join(f.read_text() for f in files)
        if "expected-warning" not in text:
            yield f"tests/rules/{test}: nothing is expected to be reported"
        if not re.search(r"_ok\b", text):
            yield f"tests/rules/{test}: nothing is expected to be silent"


house.done(problems())
