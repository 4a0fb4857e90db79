# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""sarif_content.py FOUND NONE FAILED: what a schema cannot say of the three
reports of sarif.test."""

import json
import sys


def run_of(name):
    with open(name, encoding="utf-8") as file:
        (run,) = json.load(file)["runs"]
    return run


found, none, failed = map(run_of, sys.argv[1:])

rules = found["tool"]["driver"]["rules"]
assert [r["id"] for r in rules] == sorted(r["id"] for r in rules)
for rule in rules:
    assert rule["properties"]["tier"] in ("correctness", "suspicious", "pedantic", "preview")
    assert rule["help"]["markdown"].startswith("# " + rule["id"]), rule["id"]
    assert "```" not in rule["help"]["text"], rule["id"]
    assert rule["defaultConfiguration"]["level"] in ("warning", "note")
    assert rule["shortDescription"]["text"].endswith(".")
    assert len(rule["fullDescription"]["text"]) > 20, rule["id"]
assert found["originalUriBaseIds"]["%SRCROOT%"]["uri"].startswith("file:///")
assert found["originalUriBaseIds"]["%SRCROOT%"]["uri"].endswith("/")
assert found["invocations"][0]["executionSuccessful"] is True

chain, step = found["results"]
for result in (chain, step):
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    (place,) = result["locations"]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "a.cpp", "uriBaseId": "%SRCROOT%"}

# Columns count characters: the line has one of two bytes before the call.
assert chain["ruleId"] == "blocking-call"
assert chain["locations"][0]["physicalLocation"]["region"] == {
    "startLine": 6, "startColumn": 14, "endLine": 6, "endColumn": 18}
notes = [n["message"]["text"] for n in chain["relatedLocations"]]
links = chain["codeFlows"][0]["threadFlows"][0]["locations"]
texts = [l["location"]["message"]["text"] for l in links]
assert texts == [chain["message"]["text"]] + notes
lines = [l["location"]["physicalLocation"]["region"]["startLine"] for l in links]
assert lines[:3] == [6, 4, 3], lines

assert step["ruleId"] == "unawaited-step"
(change,) = step["fixes"][0]["artifactChanges"]
(part,) = change["replacements"]
assert part["insertedContent"]["text"] == "co_await "
assert part["deletedRegion"] == {"startLine": 7, "startColumn": 3, "endLine": 7, "endColumn": 3}

assert none["results"] == []
assert none["invocations"][0]["executionSuccessful"] is True

assert len(failed["results"]) == 2
invocation = failed["invocations"][0]
assert invocation["executionSuccessful"] is False
said = [(n["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], n["level"], n["message"]["text"])
        for n in invocation["toolExecutionNotifications"]]
said = {uri: (level, text) for uri, level, text in said}
assert said["broken.cpp"][0] == "error" and "use of undeclared identifier" in said["broken.cpp"][1]
assert said["nowhere.cpp"][0] == "error" and "no such file" in said["nowhere.cpp"][1]
