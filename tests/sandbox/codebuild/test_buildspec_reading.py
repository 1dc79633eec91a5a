"""buildspec.yml, read: everything it may say, and the line of everything it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.codebuild.buildspec.nodes import BuildSpecError
from sandbox.codebuild.buildspec.reading import read
from sandbox.codebuild.buildspec.spec import Files, Phase
from sandbox.errors import NotInTheSandbox

ROOT = Path(__file__).parents[3]
WHOLE = """\
version: 0.2
env:
  shell: bash
  variables: {A: 1, B: yes}
  parameter-store: {P: /p}
  secrets-manager: {S: "name:key"}
  exported-variables: [A]
  git-credential-helper: yes
phases:
  install:
    runtime-versions: {python: 3.11}
    on-failure: ABORT
    commands: [one, two]
    finally:
      - three
  build:
    commands: alone
reports:
  unit: {files: ["*.xml"], base-directory: out, file-format: JUNITXML}
artifacts:
  files: ["**/*"]
  exclude-paths: ["secret/*"]
  discard-paths: no
  name: whole
  secondary-artifacts:
    other: {files: [x], discard-paths: yes}
cache:
  paths: ["/root/.cache/**/*"]
"""


def test_all_that_a_buildspec_may_say_is_read() -> None:
    spec = read(WHOLE)
    assert (spec.env.shell, spec.env.variables, spec.env.git_credential_helper) == (
        "bash",
        {"A": "1", "B": "yes"},
        True,
    )
    assert (spec.env.parameter_store, spec.env.secrets_manager, spec.env.exported) == (
        {"P": "/p"},
        {"S": "name:key"},
        ("A",),
    )
    assert spec.phase("install") == Phase(commands=("one", "two"), at_last=("three",), on_failure="ABORT")
    assert (spec.phase("build").commands, spec.phase("post_build")) == (("alone",), Phase())
    assert spec.runtime_versions == {"python": "3.11"}
    assert spec.artifacts == Files(patterns=("**/*",), exclude=("secret/*",), name="whole")
    assert spec.secondary_artifacts == {"other": Files(patterns=("x",), discard_paths=True)}
    assert spec.reports == {"unit": Files(patterns=("*.xml",), base_directory="out")}
    assert spec.cache_paths == ("/root/.cache/**/*",)


@pytest.mark.parametrize("name", ["buildspec.yml", "infra/units/smoke_test_buildspec.yml"])
def test_the_templates_own_buildspecs_are_read(name: str) -> None:
    assert read((ROOT / name).read_text()).phases.keys() >= {"install", "build"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "it is empty"),
        ("phases: {build: {commands: [a]}}", "version: it must be given"),
        ("version: 0.3\nphases: {}", "'0.3' is not a version of buildspecs; 0.2 is at line 1"),
        ("version: 0.2", "phases: it has none"),
        ("version: 0.2\nphases:\n  compile: {}", "phases.compile: unknown key at line 3; known here are install"),
        ("version: 0.2\nphases:\n  build:\n    command: [a]", "phases.build.command: unknown key at line 4"),
        ("version: 0.2\nphases:\n  build:\n    commands:\n      - a: b", "expected text, found subkeys at line 5"),
        ("version: 0.2\nphases:\n  build:\n    commands: {a: b}", "expected text, found subkeys at line 4"),
        ("version: 0.2\nphases:\n  build: {}\n  build: {}", "mapping key 'build' already defined at line 4"),
        ("version: 0.2\nphases:\n  build:\n   commands: [a\n", "at line 5"),
        ("version: 0.2\nphases:\n\tbuild:", "at line 3"),
        ("version: 0.2\nphases: {build: {on-failure: STOP}}", "'STOP' is not one of ABORT, CONTINUE, RETRY at line 2"),
        ("version: 0.2\nphases: {}\nartifacts: {name: a}", "artifacts: files must be given at line 3"),
        (
            "version: 0.2\nphases: {build: {runtime-versions: {python: 3}}}",
            "phases.build.runtime-versions: unknown key",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(BuildSpecError) as raised:
        read(text)
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("run-as: root", "run-as"),
        ("proxy: {logs: yes}", "proxy"),
        ("batch: {fast-fail: true}", "batch"),
        ("env: {shell: powershell.exe}", "env/shell powershell.exe"),
        ("artifacts: {files: [a], enable-symlinks: yes}", "artifacts/enable-symlinks"),
        ("reports: {r: {files: [a], file-format: CUCUMBERJSON}}", "the report format CUCUMBERJSON"),
        ("cache: {key: k, paths: [a]}", "cache/key"),
    ],
)
def test_what_the_sandbox_does_not_carry_out_is_refused_by_name(more: str, what: str) -> None:
    with pytest.raises(NotInTheSandbox) as raised:
        read(f"version: 0.2\nphases: {{build: {{commands: [a]}}}}\n{more}\n")
    assert raised.value.message == f"buildspec line 3: {what} is not in the sandbox"


@given(st.text(max_size=200) | st.text(alphabet="version: 0.2\n-{}[]'\"&*!|>#phasecomd", max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        read(text)
    except (BuildSpecError, NotInTheSandbox) as error:
        assert str(error)
