# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import re

import house

# What a folder's files must not include.
FORBIDDEN = {
    "checks": r"clang-tidy/|clang/Tooling/|clang/Frontend/|driver/",
    "checks/model": r"facts/|Rule\.h",
    "runtime/include": r"clang|llvm/|Rule\.h|model/|facts/",
}
# Names of libraries belong into checks/libraries/, as data.
LIBRARY = re.compile(
    r"std::|^::\w|\b[Aa]sio\b|boost|[Cc]obalt|cppcoro|folly|\bQ[A-Z]\w+|[Ss]eastar|unifex|exec::|concurrencpp|"
    r"libcoro|\bcoro::|async_simple|corral|\btmc::|curl_|sqlite3|\bPQ[a-z]|mysql_|redis|"
    r"asynciter::(?!blocking\b|nonblocking\b|cleanup\b)"
)

# Bodies of functions are read through model/Bodies.h, which notices what a parse left
# out. Those of statements are always there.
BODY = re.compile(r"(?<!\bWhile->)(?<!\bFor->)(?<!\bDo->)(?<!\bLoop->)(?<!\bLoop\.)(?<!\bBody->)(?<!\bBody\.)(?<!\bCoroutine->)\b(?:getBody|hasBody)\(")


def problems():
    for file in house.sources("checks"):
        if file.name != "Bodies.cpp":
            for number, line in enumerate(house.code(file.read_text()).splitlines(), 1):
                if BODY.search(line):
                    yield f"{file.relative_to(house.project)}:{number}: bodies of functions are read by bodyOf()"
    for folder, pattern in FORBIDDEN.items():
        for file in house.sources(folder):
            for number, line in enumerate(house.code(file.read_text()).splitlines(), 1):
                included = re.match(r'\s*#\s*include\s*[<"]([^>"]+)', line)
                if included and re.search(pattern, included[1]):
                    yield f"{file.relative_to(house.project)}:{number}: {folder}/ must not include {included[1]}"
    for file in house.sources("checks/", "checks/facts"):
        for number, content in house.literals(file.read_text()):
            if LIBRARY.search(content):
                yield f'{file.relative_to(house.project)}:{number}: "{content}" is library knowledge'


house.done(problems())
