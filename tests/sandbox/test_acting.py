"""A service at work in a role's name: what it calls is called by the role, and allowed what the role is."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox.acting import actors, deny_assume_role
from sandbox.caller import access_key_of, called_by, caller
from sandbox.identity import AccessDenied, Context, Credentials
from sandbox.settings import SandboxSettings

ROOT = Path(__file__).resolve().parents[2]
ROLE = "arn:aws:iam::000000000000:role/builder"


class OneRole:
    """IAM with one role, which CodeBuild may take on and which may list buckets."""

    def assume(self, role_arn: str, *, service: str, session: str, source_arn: str = "") -> Credentials:
        if (role_arn, service) != (ROLE, "codebuild"):
            raise AccessDenied(f"{service} may not take on {role_arn} for {source_arn}")
        arn = f"arn:aws:sts::000000000000:assumed-role/builder/{session}"
        return Credentials(access_key_id="ASIAROLE", secret_access_key="s", session_token="t", arn=arn)  # noqa: S106

    def unrestricted(self, access_key_id: str | None) -> bool:
        return access_key_id is None

    def require(self, access_key_id: str | None, action: str, resource: str, context: Context | None = None) -> None:
        if (access_key_id, action) != ("ASIAROLE", "s3:ListAllMyBuckets"):
            raise AccessDenied(f"{access_key_id} may not {action} on {resource} with {context}")

    def arn_of(self, access_key_id: str | None) -> str:
        return str(access_key_id)


class Wire:
    """Answers every request as S3 lists no bucket, and remembers who made it."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def __call__(
        self, _: str, __: str, ___: str, headers: dict[str, str], ____: bytes, _____: dict[str, list[str]]
    ) -> tuple[int, dict[str, str], bytes]:
        self.keys.append(access_key_of(headers))
        return 200, {"Content-Type": "application/xml"}, b"<ListAllMyBucketsResult/>"


@pytest.fixture
def settings(tmp_path: Path) -> SandboxSettings:
    return SandboxSettings(home=tmp_path, port=1)


def test_a_roles_client_signs_with_the_roles_credentials(settings: SandboxSettings) -> None:
    wire = Wire()
    actor = actors(settings=settings, identity=OneRole(), wire=wire)(ROLE, service="codebuild", session="build")
    actor.client("s3").list_buckets()
    assert wire.keys == ["ASIAROLE"] == [actor.key]
    assert actor.arn.endswith("assumed-role/builder/build")
    assert actor.credentials.environment["AWS_SESSION_TOKEN"] == "t"  # noqa: S105


def test_one_client_a_service_is_made_even_from_many_threads(settings: SandboxSettings) -> None:
    actor = actors(settings=settings, identity=OneRole(), wire=Wire())(ROLE, service="codebuild", session="build")
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: actor.client("s3"), range(16)))
    assert len(set(map(id, made))) == 1
    assert actor.client("sqs") is not made[0]


def test_a_permission_that_no_call_carries_is_asked_for(settings: SandboxSettings) -> None:
    actor = actors(settings=settings, identity=OneRole(), wire=Wire())(ROLE, service="codebuild", session="build")
    actor.require("s3:ListAllMyBuckets", "*")
    with pytest.raises(AccessDenied, match="codecommit:UploadArchive"):
        actor.require("codecommit:UploadArchive", "arn:aws:codecommit:us-east-1:000000000000:r")


def test_a_role_that_does_not_let_the_service_in_is_not_taken_on(settings: SandboxSettings) -> None:
    take_on = actors(settings=settings, identity=OneRole(), wire=Wire())
    with pytest.raises(AccessDenied, match="events may not take on"):
        take_on(ROLE, service="events", session="rule")
    with pytest.raises(AccessDenied, match="there is no IAM here"):
        deny_assume_role(ROLE, service="codebuild", session="build")


def test_who_calls_is_told_inside_and_forgotten_outside() -> None:
    with called_by("outer"):
        with called_by("inner"):
            assert caller() == "inner"
        assert caller() == "outer"
    assert caller() is None


def test_a_new_thread_is_the_sandbox_itself() -> None:
    with called_by("outer"), ThreadPoolExecutor(1) as threads:
        assert threads.submit(caller).result() is None


# ministack in a process of its own: it reads its environment while it is imported.
_INSIDE = """
import json, sys
from pathlib import Path
from botocore.exceptions import ClientError
from sandbox import plugin
from sandbox.acting import actors
from sandbox.backplane import client
from sandbox.identity import AccessDenied, Unauthenticated
from sandbox.settings import SandboxSettings

settings = SandboxSettings(home=Path(sys.argv[1]), port=1)
plugin.configure(settings)
identity = plugin.MinistackIdentity(settings)
admin = lambda service: client(service, settings, plugin.wire)
trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "codebuild.amazonaws.com"},
         "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:codebuild:*:*:project/mine"}}}
secure = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::held/*",
          "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
may = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::held/*"}
arn = admin("iam").create_role(RoleName="builder", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))["Role"]["Arn"]
admin("iam").put_role_policy(RoleName="builder", PolicyName="own", PolicyDocument=json.dumps(
    {"Version": "2012-10-17", "Statement": [may]}))
admin("s3").create_bucket(Bucket="held")
admin("s3").put_bucket_policy(Bucket="held", Policy=json.dumps({"Version": "2012-10-17", "Statement": [secure]}))
take_on = actors(settings=settings, identity=identity, wire=plugin.enforced_wire)
project = "arn:aws:codebuild:us-east-1:000000000000:project/"
told = {}

def attempt(name, call):
    try:
        call()
        told[name] = "done"
    except (AccessDenied, Unauthenticated, ClientError) as error:
        told[name] = str(error)

actor = take_on(arn, service="codebuild", session="build", source_arn=project + "mine")
attempt("put", lambda: actor.client("s3").put_object(Bucket="held", Key="k", Body=b"1"))
attempt("get", lambda: actor.client("s3").get_object(Bucket="held", Key="k"))
attempt("require", lambda: actor.require("s3:PutObject", "arn:aws:s3:::held/k"))
attempt("require another", lambda: actor.require("s3:PutObject", "arn:aws:s3:::other/k"))
attempt("other service", lambda: take_on(arn, service="events", session="rule"))
attempt("other project", lambda: take_on(arn, service="codebuild", session="build", source_arn=project + "other"))
attempt("no role", lambda: take_on(arn + "x", service="codebuild", session="build"))
attempt("itself", lambda: identity.require(None, "s3:PutObject", "*"))
attempt("root", lambda: identity.require(settings.root_key.id, "s3:PutObject", "*"))
attempt("nobody", lambda: identity.require("", "s3:PutObject", "*"))
told["arn"] = identity.arn_of(actor.key)
told["unrestricted"] = [identity.unrestricted(key) for key in (None, settings.root_key.id, "", actor.key)]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    command = [sys.executable, "-c", _INSIDE, str(tmp_path_factory.mktemp("home"))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answers: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answers


def test_the_wire_inside_the_process_asks_the_roles_policies(told: dict[str, object]) -> None:
    """The put meets a bucket policy that refuses what is not TLS: inside the process counts as TLS, as loopback does."""
    assert told["put"] == "done"
    assert "not authorized to perform: s3:GetObject" in str(told["get"])
    assert told["require"] == "done"
    assert "on resource: arn:aws:s3:::other/k because no identity-based policy" in str(told["require another"])


def test_a_trust_policy_decides_who_takes_a_role_on_and_for_what(told: dict[str, object]) -> None:
    for refused in ("other service", "other project", "no role"):
        assert "not authorized to perform: sts:AssumeRole" in str(told[refused]), refused
    assert "there is no such role" in str(told["no role"])
    assert told["arn"] == "arn:aws:sts::000000000000:assumed-role/builder/build"


def test_the_sandbox_itself_and_the_root_may_do_everything_and_nobody_nothing(told: dict[str, object]) -> None:
    assert (told["itself"], told["root"]) == ("done", "done")
    assert told["nobody"] == "Request is missing Authentication Token"
    assert told["unrestricted"] == [True, True, False, False]
