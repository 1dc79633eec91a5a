"""The phases of a build: their order, what each failure leads to, and what is told of them."""

from __future__ import annotations

import pytest

from tests.sandbox.codebuild.conftest import Builder

ALL_PHASES = [
    *("SUBMITTED", "QUEUED", "PROVISIONING", "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD"),
    *("UPLOAD_ARTIFACTS", "FINALIZING", "COMPLETED"),
]


def spec(**phases: str) -> str:
    """Each phase's own lines, under its name."""
    listed = "".join(f"  {name}:\n    {body}\n" for name, body in phases.items())
    return f"version: 0.2\nphases:\n{listed}"


def test_a_build_goes_through_every_phase_and_says_so(builder: Builder) -> None:
    built = builder.run(spec(build="commands: [echo hello]"))
    assert list(built.phases) == ALL_PHASES
    assert set(built.phases.values()) == {"SUCCEEDED", ""}
    assert (built.status, built.build["buildNumber"], built.build["initiator"]) == ("SUCCEEDED", 1, "root")
    assert built.output == ["hello"]
    assert all("durationInSeconds" in phase for phase in built.build["phases"][:-1])


def test_all_commands_share_one_shell(builder: Builder) -> None:
    built = builder.run(
        spec(install="commands: [A=1, 'export B=2', mkdir below, cd below]", build="commands: ['echo $A$B', pwd]")
    )
    assert built.output[0] == "12"
    assert built.output[1].endswith("/src/below")


def test_the_first_failing_command_ends_its_phase_but_finally_comes(builder: Builder) -> None:
    built = builder.run(
        spec(pre_build="commands: [echo one, 'sh -c \"exit 7\"', echo never]\n    finally: [echo at last]")
    )
    assert built.context("PRE_BUILD") == {
        "statusCode": "COMMAND_EXECUTION_ERROR",
        "message": 'Error while executing command: sh -c "exit 7". Reason: exit status 7',
    }
    assert built.output == ["one", "at last"]


@pytest.mark.parametrize("failing", ["install", "pre_build"])
def test_a_failure_before_build_leads_to_the_end(builder: Builder, failing: str) -> None:
    built = builder.run(spec(**{failing: "commands: ['false']", "post_build": "commands: [echo never]"}))
    phases = list(built.phases)
    assert phases[phases.index(failing.upper()) + 1 :] == ["FINALIZING", "COMPLETED"]
    assert (built.status, built.output) == ("FAILED", [])


def test_post_build_comes_after_a_build_that_failed_and_knows_it(builder: Builder) -> None:
    built = builder.run(
        spec(build="commands: ['false']", post_build="commands: ['echo succeeding=$CODEBUILD_BUILD_SUCCEEDING']")
    )
    assert built.output == ["succeeding=0"]
    assert (built.status, built.phases["POST_BUILD"], built.phases["UPLOAD_ARTIFACTS"]) == (
        "FAILED",
        "SUCCEEDED",
        "SUCCEEDED",
    )


def test_abort_leads_to_the_end_from_build_too(builder: Builder) -> None:
    built = builder.run(spec(build="on-failure: ABORT\n    commands: ['false']", post_build="commands: [echo never]"))
    assert list(built.phases)[-3:] == ["BUILD", "FINALIZING", "COMPLETED"]


def test_continue_leads_to_the_next_phase_and_the_build_has_failed(builder: Builder) -> None:
    built = builder.run(spec(install="on-failure: CONTINUE\n    commands: ['false']", pre_build="commands: [echo on]"))
    assert (built.output, built.status, built.phases["INSTALL"]) == (["on"], "FAILED", "FAILED")


def test_a_command_that_exits_ends_itself_and_not_the_build(builder: Builder) -> None:
    built = builder.run(
        spec(install="commands: ['export A=1; mkdir d; cd d; exit 0']", build="commands: ['echo $A', 'pwd', exit 3]")
    )
    assert built.output[0] == "1"
    assert built.output[1].endswith("/d")
    assert built.context("BUILD")["message"].endswith("Reason: exit status 3")


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_command_that_the_shell_cannot_read_fails_its_phase(builder: Builder, shell: str) -> None:
    built = builder.run(
        f"version: 0.2\nenv: {{shell: {shell}}}\nphases:\n  build:\n    commands: ['if then']\n"
        "  post_build: {commands: [echo after]}\n"
    )
    assert built.context("BUILD")["statusCode"] == "COMMAND_EXECUTION_ERROR"
    assert built.output[-1] == "after"


def test_exported_variables_are_those_that_the_environment_holds(builder: Builder) -> None:
    built = builder.run(
        "version: 0.2\nenv:\n  variables: {A: a}\n  exported-variables: [A, B, C, D]\n"
        "phases: {build: {commands: ['export B=\"two\n\n    lines\"', C=unexported]}}\n"
    )
    exported = {each["name"]: each["value"] for each in built.build["exportedEnvironmentVariables"]}
    assert exported.keys() == {"A", "B"}
    assert exported["A"] == "a"
    assert exported["B"].split() == ["two", "lines"]


def test_a_broken_buildspec_fails_the_build_with_the_line(builder: Builder) -> None:
    built = builder.run("version: 0.2\nphases:\n  build:\n    commands:\n      - echo 'a\n  post_build: [\n")
    context = built.context("DOWNLOAD_SOURCE")
    assert context["statusCode"] == "YAML_FILE_ERROR"
    assert "line" in context["message"]
    assert list(built.phases)[-3:] == ["DOWNLOAD_SOURCE", "FINALIZING", "COMPLETED"]


def test_a_runtime_that_is_not_there_is_refused_with_what_is(builder: Builder) -> None:
    built = builder.run(spec(install='runtime-versions: {python: "2.7"}\n    commands: [echo never]'))
    assert built.context("DOWNLOAD_SOURCE")["message"].startswith(
        "Unknown runtime version named '2.7' of python. This build image has the following versions: 3."
    )
