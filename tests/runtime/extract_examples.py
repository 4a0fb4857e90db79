#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Takes the C++ out of what people read, so that it can be compiled and run.

    extract_examples.py HEADERS PAGES HARNESSES OUT

HEADERS/<name>.h    Each indented block of the comment at its top becomes OUT/essays/<name>.<n>.inc, n from 1.
PAGES/<name>.md     Its ```cpp block becomes OUT/pages/<name>.cpp.
HARNESSES/<name>.cpp  Includes the essay's blocks where they mean something; checked for completeness here.

Files that would not change are not touched. Prints what is missing and exits 1 if something is.
"""
import pathlib
import re
import sys


def essay_blocks(text):
    """The indented blocks of the comment before `#pragma once`."""
    blocks, current = [], []
    for line in text.split("#pragma once")[0].splitlines():
        code = re.match(r"//     (.*)$", line)
        if code:
            current.append(code.group(1))
        elif line.rstrip() == "//" and current:
            current.append("")
        elif current:
            blocks.append(current)
            current = []
    if current:
        blocks.append(current)
    return ["\n".join(block).rstrip() + "\n" for block in blocks]


def write(path, text):
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def main():
    headers, pages, harnesses, out = map(pathlib.Path, sys.argv[1:])
    missing = []
    for header in sorted(headers.glob("*.h")):
        name = header.stem
        blocks = essay_blocks(header.read_text())
        if not blocks:
            missing.append(f"{header}: the comment at the top shows no use")
        harness = harnesses / f"{name}.cpp"
        harness_text = harness.read_text() if harness.exists() else ""
        for number, block in enumerate(blocks, start=1):
            inc = f"{name}.{number}.inc"
            write(out / "essays" / inc, block)
            if f'"{inc}"' not in harness_text:
                missing.append(f"{harness}: does not include {inc}, the use shown at the top of {header.name}")
        page = pages / f"{name}.md"
        if not page.exists():
            missing.append(f"{page}: there is no reference page for {header.name}")
            continue
        programs = re.findall(r"```cpp\n(.*?)```", page.read_text(), re.S)
        if len(programs) != 1:
            missing.append(f"{page}: has {len(programs)} ```cpp blocks; it should have one, a complete program")
            continue
        write(out / "pages" / f"{name}.cpp", programs[0])
    for problem in missing:
        print(problem, file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
