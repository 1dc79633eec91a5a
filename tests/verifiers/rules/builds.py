"""CodeBuild projects: unprivileged, with a build specification that parses, and every variable that their code reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from pipelines.settings import NAMES
from promoter.settings import _FORMS as PROMOTER_NAMES
from tests.verifiers.assembly import Assembly, Finding, Resource

# https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
SECTIONS = {"version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache"}
PHASES = {"install", "pre_build", "build", "post_build"}
PHASE_KEYS = {"run-as", "on-failure", "runtime-versions", "commands", "finally", "steps"}
SECRET = re.compile(r"(?i)(secret|password|token|credential|private.?key|api.?key)")
# CodeBuild itself sets these (https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html).
GIVEN = {"AWS_REGION", "AWS_DEFAULT_REGION", "CODEBUILD_RESOLVED_SOURCE_VERSION"}


def projects(assembly: Assembly) -> list[Resource]:
    return assembly.of("AWS::CodeBuild::Project")


def variables(project: Resource) -> dict[str, str]:
    given = project.properties.get("Environment", {}).get("EnvironmentVariables", [])
    return {entry["Name"]: str(entry["Value"]) for entry in given}


def privileges(assembly: Assembly) -> Iterator[Finding]:
    for project in projects(assembly):
        environment = project.properties.get("Environment", {})
        if environment.get("PrivilegedMode"):
            yield project.found("build-privileged", "a privileged build owns its host; nothing here builds images")
        if not re.match(r"aws/codebuild/", str(environment.get("Image"))):
            yield project.found("build-image", f"not an image of CodeBuild's own: {environment.get('Image')}")
        for entry in environment.get("EnvironmentVariables", []):
            if entry.get("Type", "PLAINTEXT") == "PLAINTEXT" and SECRET.search(entry["Name"]):
                yield project.found("build-secret", f"{entry['Name']} in plain text")
        if not project.properties.get("TimeoutInMinutes"):
            yield project.found("build-timeout", "no TimeoutInMinutes: a hanging build is paid for eight hours")


def specification(assembly: Assembly, project: Resource) -> str:
    """The text of a project's build specification: inline, a file that its repository carries, or the default one."""
    given = str(project.properties.get("Source", {}).get("BuildSpec") or "buildspec.yml")
    return assembly.files.get(given, "") if re.fullmatch(r"[\w./-]+\.ya?ml", given) else given


def specifications(assembly: Assembly) -> Iterator[Finding]:
    for project in projects(assembly):
        for check, what in specification_faults(specification(assembly, project)):
            yield project.found(check, what)


def specification_faults(text: str) -> Iterator[tuple[str, str]]:
    check = "buildspec"
    try:
        read = yaml.safe_load(text)
    except yaml.YAMLError as error:
        yield check, f"no YAML: {error}"
        return
    if not isinstance(read, dict):
        yield check, "no build specification (or its file is not in the repository)"
        return
    if str(read.get("version")) != "0.2":
        yield check, f"version {read.get('version')}, not 0.2"
    for section in read.keys() - SECTIONS:
        yield check, f"unknown section {section}"
    phases = read.get("phases")
    if not isinstance(phases, dict) or "build" not in phases:
        yield check, "no phases with a build"
        return
    yield from _phase_faults(phases)
    if "artifacts" in read and not (read["artifacts"] or {}).get("files"):
        yield check, "artifacts without files"


def _phase_faults(phases: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, phase in phases.items():
        commands = (phase or {}).get("commands")
        if name not in PHASES:
            yield "buildspec", f"unknown phase {name}"
        elif strange := (phase or {}).keys() - PHASE_KEYS:
            yield "buildspec", f"{name}: unknown {', '.join(sorted(strange))}"
        elif not commands or not all(isinstance(command, str) for command in commands):
            yield "buildspec", f"{name}: commands is a list of commands"
        if (phase or {}).get("on-failure") == "CONTINUE":
            yield "buildspec-continues", f"{name} goes on after a failure"
    commands = [command for phase in phases.values() for command in (phase or {}).get("commands") or []]
    for command in commands:
        if "pip install" in str(command) and "--require-hashes" not in str(command).split():
            yield "buildspec-hashes", f"{command}: takes whatever the index serves, as it lacks --require-hashes"
    tests = str(phases.get("pre_build", "")) + str(phases.get("install", ""))
    if "BUILD_MODULE" in str(phases.get("build")) and "pytest" not in tests:
        yield "buildspec-untested", "the module is run before the tests"


def environments(assembly: Assembly) -> Iterator[Finding]:
    """The build of each repository gets every variable that its code reads, under the very name."""
    for project in projects(assembly):
        given = variables(project).keys() | GIVEN
        module = variables(project).get("BUILD_MODULE", "")
        wanted: list[tuple[str, ...]] = []
        if module.startswith("pipelines"):
            wanted = list(NAMES.values())
        elif module.startswith("promoter"):
            wanted = [(name,) for name in PROMOTER_NAMES]
        for names in wanted:
            if not given & set(names):
                yield project.found("build-variable", f"{module} reads {' or '.join(names)}, which is not set")
