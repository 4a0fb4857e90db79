# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lints C++ targets, across files: one action for each source, and one that reports on all.

    asynciter_lint(name = "lint", targets = ["//app"])            # building it writes a report
    asynciter_lint_test(name = "lint_test", targets = ["//app"])  # fails when there are findings

docs/scale.md says more.
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

AsynciterInfo = provider(
    doc = "What is known of a target and all that it depends on.",
    fields = {
        "facts": "depset of facts files",
        "sources": "depset of files that findings may be in",
    },
)

_SwitchInfo = provider(fields = ["on"])

def _switch_impl(ctx):
    return [_SwitchInfo(on = ctx.build_setting_value)]

asynciter_switch = rule(
    implementation = _switch_impl,
    build_setting = config.bool(flag = True),
)

_C = ["c"]
_CXX = ["C", "c++", "cc", "cpp", "cxx"]
_ALONG = ["deps", "implementation_deps"]

# What `$(location ...)` in `copts` may name.
_LOCATED = ["additional_compiler_inputs", "data", "deps", "srcs"]

# They need files that only the build's own compile actions have.
_NOT_HERE = ["layering_check", "module_maps", "use_header_modules"]

def _merged(infos, facts = [], sources = []):
    return AsynciterInfo(
        facts = depset(facts, transitive = [info.facts for info in infos]),
        sources = depset(transitive = sources + [info.sources for info in infos]),
    )

def _compilation_context(target, deps):
    # What `implementation_deps` bring is not in what the target itself provides.
    infos = [each[CcInfo] for each in [target] + deps if CcInfo in each]
    return cc_common.merge_cc_infos(cc_infos = infos).compilation_context

def _copts(ctx):
    """The target's own, as the C++ rules read them."""
    words = []
    labels = [label for name in _LOCATED for label in getattr(ctx.rule.attr, name, [])]
    for copt in getattr(ctx.rule.attr, "copts", []):
        located = ctx.expand_location(copt, labels)
        words += ctx.tokenize(ctx.expand_make_variables("copts", located, {}))
    return words

def _flags(ctx, toolchain, features, context, local_defines, is_cxx):
    # To Bazel `includes` are system folders. The linter passes over what is declared in those.
    ours, theirs = [], []
    for folder in context.system_includes.to_list():
        is_external = folder.startswith("external/") or folder.startswith(ctx.bin_dir.path + "/external/")
        is_read = ctx.attr._external[_SwitchInfo].on or not is_external
        (ours if is_read else theirs).append(folder)
    cpp = ctx.fragments.cpp
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        include_directories = depset(context.includes.to_list() + ours),
        quote_include_directories = context.quote_includes,
        system_include_directories = depset(theirs),
        preprocessor_defines = depset(local_defines, transitive = [context.defines]),
        user_compile_flags = cpp.copts + (cpp.cxxopts if is_cxx else cpp.conlyopts) + _copts(ctx),
    )
    return cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = ACTION_NAMES.cpp_compile if is_cxx else ACTION_NAMES.c_compile,
        variables = variables,
    )

def _facts_impl(target, ctx):
    deps = [dep for name in _ALONG for dep in getattr(ctx.rule.attr, name, [])]
    known = [dep[AsynciterInfo] for dep in deps if AsynciterInfo in dep]
    is_external = ctx.label.workspace_root != ""
    sources = [each for each in getattr(ctx.rule.files, "srcs", []) if each.extension in _C + _CXX]
    if (CcInfo not in target or not sources or "no-lint" in ctx.rule.attr.tags or
        is_external and not ctx.attr._external[_SwitchInfo].on):
        info = _merged(known)
        return [info, OutputGroupInfo(asynciter_facts = info.facts)]

    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features + _NOT_HERE,
    )
    context = _compilation_context(target, deps)
    local_defines = target[CcInfo].compilation_context.local_defines.to_list()
    flags = {
        is_cxx: _flags(ctx, toolchain, features, context, local_defines, is_cxx)
        for is_cxx in [True, False]
    }
    inputs = depset(
        getattr(ctx.rule.files, "additional_compiler_inputs", []) + [ctx.file._config],
        transitive = [context.headers, toolchain.all_files],
    )

    facts = []
    for source in sources:
        path = source.short_path.replace("../", "external/")
        out = ctx.actions.declare_file("{}.facts/{}.facts".format(ctx.label.name, path))
        arguments = ctx.actions.args()
        arguments.add("facts")

        # Never the config files that happen to be above where the action runs.
        arguments.add("--config", ctx.file._config)
        if is_external:
            arguments.add("--rules=-*")
        arguments.add("-o", out)
        arguments.add(source)
        arguments.add("--")
        if source.extension in _C:
            # Else the linter takes its own default, which is for C++.
            arguments.add("-std=gnu17")
        arguments.add_all(flags[source.extension in _CXX])
        ctx.actions.run(
            executable = ctx.executable._lint,
            arguments = [arguments],
            inputs = depset([source], transitive = [inputs]),
            outputs = [out],
            mnemonic = "AsynciterFacts",
            progress_message = "Linting " + path,
        )
        facts.append(out)

    seen = [] if is_external else [depset(sources), context.headers]
    info = _merged(known, facts, seen)
    return [info, OutputGroupInfo(asynciter_facts = info.facts)]

_LINT = attr.label(
    default = Label("//:lint"),
    allow_files = True,
    executable = True,
    cfg = "exec",
)

asynciter_facts = aspect(
    doc = "Adds the output group `asynciter_facts`, the facts files of a target and all that it depends on.",
    implementation = _facts_impl,
    attr_aspects = _ALONG,
    attrs = {
        "_cc_toolchain": attr.label(default = Label("@bazel_tools//tools/cpp:current_cc_toolchain")),
        "_config": attr.label(default = Label("//:config"), allow_single_file = True),
        "_external": attr.label(default = Label("//:external")),
        "_lint": _LINT,
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def _report(ctx, format):
    info = _merged([target[AsynciterInfo] for target in ctx.attr.targets])
    report = ctx.actions.declare_file(ctx.label.name + (".sarif" if format == "sarif" else ".txt"))
    options = ctx.actions.args()
    options.add(ctx.executable._lint)
    options.add("link")
    options.add(format, format = "--format=%s")
    options.add("-o", report)

    # Bazel knows what is up to date.
    options.add("--no-source-check")
    facts = ctx.actions.args()
    facts.use_param_file("@%s", use_always = True)
    facts.set_param_file_format("multiline")
    facts.add_all(info.facts)
    ctx.actions.run_shell(
        # Findings are no failure to report on them.
        command = '"$@" || [ $? -eq 1 ]',
        arguments = [options, facts],
        tools = [ctx.executable._lint],
        inputs = depset(transitive = [info.facts] + ([info.sources] if ctx.attr.excerpts else [])),
        outputs = [report],
        mnemonic = "AsynciterLink",
        progress_message = "Linking the facts of " + str(ctx.label),
    )
    return report

def _lint_impl(ctx):
    return [DefaultInfo(files = depset([_report(ctx, ctx.attr.format)]))]

def _lint_test_impl(ctx):
    report = _report(ctx, "text")
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(
        script,
        "#!/bin/sh\ncat '{0}'\n! [ -s '{0}' ]\n".format(report.short_path),
        is_executable = True,
    )
    return [DefaultInfo(files = depset([report]), executable = script, runfiles = ctx.runfiles([report]))]

_ATTRIBUTES = {
    "excerpts": attr.bool(default = True, doc = "Whether the report quotes the sources, which it then reads."),
    "targets": attr.label_list(aspects = [asynciter_facts], mandatory = True, doc = "Linted with their `deps`."),
    "_lint": _LINT,
}

asynciter_lint = rule(
    doc = "Reports on targets and all that they depend on.",
    implementation = _lint_impl,
    attrs = dict(_ATTRIBUTES, format = attr.string(default = "text", values = ["text", "sarif"])),
)

asynciter_lint_test = rule(
    doc = "Passes if there are no findings, and prints them.",
    implementation = _lint_test_impl,
    attrs = _ATTRIBUTES,
    test = True,
)
