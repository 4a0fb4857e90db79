# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import house

LIMIT = 200


def problems():
    for rule in house.rules():
        text = (house.project / "checks" / f"{rule}.cpp").read_text()
        lines = len(text.splitlines())
        if lines > LIMIT and "// Long because" not in text:
            yield f"checks/{rule}.cpp: {lines} lines; say why in a comment that begins with 'Long because', or move a part into model/"
        for word in "Believes:", "Does not see:":
            if word not in text:
                yield f"checks/{rule}.cpp: its head does not say what the rule '{word[:-1].lower()}'"


house.done(problems())
