# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""readme.py PROJECT BUILD FOLDER: FOLDER is for files of its own."""

import difflib
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import house

build, folder = sys.argv[2], pathlib.Path(sys.argv[3])
lint = f"{build}/bin/asynciter-lint"
FENCED = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command, place=None):
    return subprocess.run(command, cwd=place, capture_output=True, text=True)


def pages():
    yield house.project / "README.md"
    yield house.project / "CHANGELOG.md"
    yield house.project / "examples/README.md"
    yield from sorted((house.project / "docs").rglob("*.md"))


def wrong_output(block):
    """How a `$ command` and what follows it differ from what it prints. The
    build's folder may be another one than the README's `build`."""
    command, shown = block.split("\n", 1)
    words = [re.sub(r"^build(?=/|$)", build, w) for w in shlex.split(command)[1:]]
    result = run(words, house.project)
    printed = [line.rstrip() for line in (result.stdout + result.stderr).splitlines()]
    return "\n".join(difflib.unified_diff(shown.splitlines(), printed, "README", "printed", lineterm=""))


def wrong_code(block, examples):
    """The first paragraph that no example holds."""
    return next((p for p in block.strip().split("\n\n") if p not in examples), None)


def wrong_config(block):
    config, source = folder / "config.yaml", folder / "empty.cpp"
    config.write_text(block)
    source.write_text("")
    return run([lint, "--quiet", f"--config={config}", source, "--"]).stderr


def wrong_links(page, text):
    prose = re.sub(r"`[^`\n]*`", "", FENCED.sub("", text))
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose):
        if ":" not in link and not (page.parent / link).exists():
            yield link


def problems():
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    examples = "\n".join(f.read_text() for f in house.sources("examples"))
    options = set(re.findall(r"--[a-z][a-z-]+", run([lint, "--help"]).stdout))
    outputs = 0
    for page in pages():
        name, text = page.relative_to(house.project), page.read_text()
        for link in wrong_links(page, text):
            yield f"{name}: there is no {link}"
        for line in re.findall(r"^.*asynciter-lint.*$", text, re.MULTILINE):
            for option in sorted(set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)) - options):
                yield f"{name}: asynciter-lint has no {option}"
        for language, block in FENCED.findall(text):
            wrong = None
            if language == "console":
                outputs += 1
                wrong = wrong_output(block)
            elif language == "cpp" and page.parent == house.project:
                wrong = wrong_code(block, examples)
            elif language == "yaml" and re.match(r"(rules|options|header-filter|models):", block):
                wrong = wrong_config(block)
            if wrong:
                yield f"{name}: not so:\n{wrong}"
    if not outputs:
        yield "README.md: shows no output"


house.done(problems())
