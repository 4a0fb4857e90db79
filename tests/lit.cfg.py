# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What a RUN line may say. %verify FILE compares the findings in FILE with its
# `expected-...` comments; options of the compiler (-DX) and of the linter
# (--rules=...) may stand beside it.
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys

import asynciter_formats as formats

config.name = config.suite
config.test_source_root = config.source
config.test_exec_root = config.work

tools = formats.Tools(
    lint=config.lint,
    module=config.module,
    clang_tidy=config.clang_tidy,
    flags=["-std=c++20", "-I", os.path.join(config.tests, "include"),
           "-I", os.path.join(config.project, "runtime", "include")],
)
if config.suite == "pages":
    config.test_format = formats.PageTest(tools)
    config.suffixes = [".md"]
else:
    config.test_format = formats.RuleTest(tools)
    config.suffixes = [".cpp", ".c", ".test"]
config.excludes = ["Inputs", "include", "README.md"]

config.environment["PATH"] = os.pathsep.join(
    [config.llvm_tools, config.environment.get("PATH", "")]
)
config.environment.pop("NO_COLOR", None)
# A cache only where a test names one.
config.environment["ASYNCITER_CACHE_DIR"] = ""

python = shlex.quote(sys.executable)
flags = " ".join(map(shlex.quote, tools.flags))
tidy = [config.clang_tidy, "--load", config.module, "--quiet", "--config={}"]
tidy.append("--checks=-*,asynciter-*")
parity = [sys.executable, os.path.join(config.tests, "check_parity.py")]
parity += [config.lint, config.module, config.clang_tidy]

fixes = [sys.executable, os.path.join(config.tests, "check_fixes.py"), config.lint, config.clang]

config.substitutions += [
    ("%check_fixes", shlex.join(fixes) + " %t " + shlex.join(tools.flags)),
    ("%verify", formats.verify_command(tools)),
    ("%check_parity", shlex.join(parity) + " " + shlex.join(tools.flags)),
    ("%lint", shlex.quote(config.lint)),
    ("%tidy", shlex.join(tidy)),
    ("%module", shlex.quote(config.module)),
    ("%run_clang_tidy", shlex.quote(config.run_clang_tidy)),
    ("%clang_tidy", shlex.quote(config.clang_tidy)),
    ("%other_clang_tidy", shlex.quote(config.other_clang_tidy)),
    ("%cmake", shlex.quote(config.cmake)),
    ("%clang", shlex.quote(config.clang)),
    ("%python", python),
    ("%wild", shlex.join([sys.executable, os.path.join(config.project, "scripts", "wild"), "--linter", config.lint])),
    ("%flags", flags),
    ("%project", config.project),
    ("%build", config.build),
    ("%version", config.version),
]
for tool in ["FileCheck", "split-file", "not", "count"]:
    versioned = f"{tool}-{config.llvm_major}"
    config.substitutions.append(
        (rf"\b{versioned}\b", os.path.join(config.llvm_tools, tool))
    )

if config.run_clang_tidy and "NOTFOUND" not in config.run_clang_tidy:
    config.available_features.add("run-clang-tidy")
if config.other_clang_tidy and "NOTFOUND" not in config.other_clang_tidy:
    config.available_features.add("other-clang-tidy")
# scripts/setup puts it there.
schema = os.path.join(config.project, ".cache", "sarif-2.1.0-rtm.5.json")
config.substitutions.append(("%sarif_schema", schema))
if os.path.exists(schema) and importlib.util.find_spec("jsonschema"):
    config.available_features.add("sarif-schema")
if os.geteuid() == 0:
    config.available_features.add("root")

if shutil.which("bazel"):
    config.available_features.add("bazel")
# Bazel's own, where Debian has it. In some containers it may not do what it does.
sandbox = "/usr/share/bazel/linux-sandbox"
if os.path.exists(sandbox) and subprocess.run([sandbox, "--", "/bin/true"], capture_output=True).returncode == 0:
    config.available_features.add("bazel-sandbox")

# Libraries as Debian has them.
for feature, header in [("asio", "asio.hpp"), ("boost-asio", "boost/asio.hpp"),
                        ("qcoro", "qcoro6/qcoro/qcorotask.h")]:
    if os.path.exists(os.path.join("/usr/include", header)):
        config.available_features.add(feature)
