# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""validate_sarif.py SCHEMA FILE...: the files follow the published schema."""

import json
import sys

import jsonschema


def load(name):
    with open(name, encoding="utf-8") as file:
        return json.load(file)


schema = load(sys.argv[1])
validator = jsonschema.validators.validator_for(schema)(
    schema, format_checker=jsonschema.FormatChecker()
)
validator.check_schema(schema)
problems = [
    f"{name}: {error.json_path}: {error.message[:500]}"
    for name in sys.argv[2:]
    for error in validator.iter_errors(load(name))
]
sys.exit("\n".join(problems) or 0)
