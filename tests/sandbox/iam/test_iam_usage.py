"""The record of decisions, and the report that is made of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.iam.decision import Decision, Grants, Statement
from sandbox.iam.reading import read
from sandbox.iam.report import document, text
from sandbox.iam.usage import Usage
from sandbox.settings import SandboxSettings
from sandbox.store import Document, Store
from tests.conftest import ClientOf
from tests.sandbox.iam.conftest import MakeRole, allow, deny, refusal

ROOT = Path(__file__).resolve().parents[3]


def decision(
    action: str = "s3:GetObject", *, allowed: bool = True, statements: tuple[str, ...] = ("own/Read",)
) -> Decision:
    return Decision(role="job", action=action, resource="arn:aws:s3:::b/k", allowed=allowed, statements=statements)


@pytest.fixture
def usage(tmp_path: Path) -> Usage:
    return Usage(Store(tmp_path / "iam.sqlite"))


def test_the_same_decision_is_kept_once_and_counted(usage: Usage) -> None:
    for _ in range(3):
        usage.record(decision())
    usage.record(decision(allowed=False, statements=()))
    allowed, refused = sorted(usage.all(), key=lambda used: not used.allowed)
    assert (allowed.count, allowed.statements) == (3, ["own/Read"])
    assert allowed.first <= allowed.last
    assert (refused.count, refused.statements) == (1, [])


def test_every_statement_that_ever_matched_is_kept(usage: Usage) -> None:
    usage.record(decision(statements=("own/Read",)))
    usage.record(decision(statements=("own/Read", "own/All")))
    assert usage.all()[0].statements == ["own/Read", "own/All"]


def test_what_was_counted_survives_a_restart(tmp_path: Path) -> None:
    before = Usage(Store(tmp_path / "iam.sqlite"))
    before.record(decision())
    before.close()
    after = Usage(Store(tmp_path / "iam.sqlite"))
    after.record(decision())
    assert [used.count for used in after.all()] == [2]


GRANTS = Grants(
    role="job",
    statements=[
        Statement(name="own/Read", effect="Allow", actions=["s3:Get*", "s3:ListBucket"], resources=["*"]),
        Statement(name="own/Idle", effect="Allow", actions=["sns:Publish"], resources=["*"]),
        Statement(name="own/ApproveNothing", effect="Deny", actions=["sagemaker:UpdateModelPackage"], resources=["*"]),
    ],
)


def test_the_report_tells_used_from_never_used(usage: Usage) -> None:
    usage.record(decision())
    usage.record(decision())
    role = document([GRANTS], usage.all())["roles"][0]
    used, idle, denying = role["statements"]
    assert [(each["action"], each["count"]) for each in used["used"]] == [("s3:GetObject", 2)]
    assert used["never_used"] == ["s3:ListBucket"]
    assert (idle["used"], idle["never_used"]) == ([], ["sns:Publish"])
    assert denying["used"] == []


def test_the_report_names_refusals_and_the_statement_that_refused(usage: Usage) -> None:
    usage.record(decision("sagemaker:UpdateModelPackage", allowed=False, statements=("own/ApproveNothing",)))
    role = document([GRANTS], usage.all())["roles"][0]
    assert [(each["action"], each["denied_by"]) for each in role["refused"]] == [
        ("sagemaker:UpdateModelPackage", ["own/ApproveNothing"])
    ]
    assert role["statements"][2]["used"][0]["count"] == 1


def test_a_role_that_is_gone_stays_in_the_report(usage: Usage) -> None:
    usage.record(decision(allowed=False, statements=()))
    assert [role["role"] for role in document([], usage.all())["roles"]] == ["job"]


def test_the_report_reads_as_text(usage: Usage) -> None:
    usage.record(decision())
    usage.record(decision("sqs:SendMessage", allowed=False, statements=()))
    assert text(document([GRANTS], usage.all())).splitlines() == [
        "job",
        "  used        own/Read: s3:GetObject (once)",
        "              never: s3:ListBucket",
        "  never used  own/Idle: sns:Publish",
        "  never used  own/ApproveNothing (deny): sagemaker:UpdateModelPackage",
        "  refused     sqs:SendMessage on arn:aws:s3:::b/k, once",
    ]
    assert text(document([], [])) == "No role has been made yet."


def _of(settings: SandboxSettings, name: str) -> Document:
    (found,) = [role for role in read(settings)["roles"] if role["role"] == name]
    return dict(found)


def test_a_running_sandbox_tells_what_a_role_did(role: MakeRole, client: ClientOf, sandbox: SandboxSettings) -> None:
    """ministack's services and our own alike; a resource a row."""
    client("s3").create_bucket(Bucket="usage-of-a-role")
    statements = (
        {"Sid": "List", **allow(["s3:ListBucket", "sagemaker:ListModels"])},
        {"Sid": "Idle", **allow("sns:Publish")},
        {"Sid": "NoModels", **deny("sagemaker:CreateModel")},
    )
    actor = role(*statements)
    for _ in range(2):
        actor.client("s3").list_objects_v2(Bucket="usage-of-a-role")
    actor.client("sagemaker").list_models()
    refusal(actor.client("sagemaker").list_endpoints)
    refusal(actor.client("sagemaker").create_model, ModelName="m", ExecutionRoleArn=actor.arn)
    told = _of(sandbox, actor.name)
    listing, idle, no_models = told["statements"]
    assert listing["statement"] == "own/List"
    assert {(each["action"], each["resource"], each["count"]) for each in listing["used"]} == {
        ("s3:ListBucket", "arn:aws:s3:::usage-of-a-role", 2),
        ("sagemaker:ListModels", "*", 1),
    }
    assert (listing["never_used"], idle["used"]) == ([], [])
    assert [each["action"] for each in no_models["used"]] == ["sagemaker:CreateModel"]
    assert {(each["action"], *each["denied_by"]) for each in told["refused"]} == {
        ("sagemaker:ListEndpoints",),
        ("sagemaker:CreateModel", "own/NoModels"),
    }


@pytest.mark.parametrize(("arguments", "begins"), [((), ""), (("--json",), '{\n  "roles": [')])
def test_the_verb_prints_the_report(
    role: MakeRole, sandbox: SandboxSettings, arguments: tuple[str, ...], begins: str
) -> None:
    made = role(allow("sns:Publish"))
    command = [sys.executable, "-m", "sandbox", "permissions", "--home", str(sandbox.home), *arguments]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
    assert printed.startswith(begins)
    assert made.name in printed
    assert "sns:Publish" in printed
