"""One sandbox a test session, and clients that hold every answer of our own services against botocore's model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.validate import ParamValidator
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from sandbox.environment import variables
from sandbox.process import down, up
from sandbox.settings import SandboxSettings
from tests.longest_first import ordered

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# No test is timed: on a machine that has other things to do an example may take as long as it takes.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = ordered(items)


@pytest.fixture(scope="session", autouse=True)
def _temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where the sandboxes of the tests run their processes: it goes with pytest's own folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("processes")))
        yield


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxSettings]:
    """A sandbox that all tests of the session share; each takes names of its own."""
    home = tmp_path_factory.mktemp("sandbox")
    yield up(home)
    down(home)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser. It is one of a module, since while it runs Playwright keeps an event loop in this thread."""
    from tests.browser.chromium import chromium  # noqa: PLC0415 (half a second that few tests need)

    with chromium() as started:
        yield started


OWN_SERVICES = ("sagemaker", "codecommit", "codebuild", "codepipeline")
ClientOf = Callable[..., Any]  # (service, config=None) -> client


def client_of(settings: SandboxSettings) -> ClientOf:
    """boto3 clients of a sandbox; those of our own services refuse an answer that is not the model's output shape to the letter."""
    given = variables(settings)
    session: Any = boto3.Session(
        given["AWS_ACCESS_KEY_ID"], given["AWS_SECRET_ACCESS_KEY"], region_name=settings.region
    )

    def client(service: str, config: Config | None = None) -> Any:
        made = session.client(service, endpoint_url=settings.endpoint_url, config=config)
        if service in OWN_SERVICES:
            made.meta.events.register(f"after-call.{service}", hold_to_the_model)
        return made

    return client


# What the service model calls required and AWS itself leaves out: the name of a version (developer guide, "View the Details of a
# Model Version"); of a package without a version it is there.
_LEFT_OUT = {"DescribeModelPackage": ('Missing required parameter in input: "ModelPackageName"',)}


def hold_to_the_model(http_response: Any, model: Any, **_: object) -> None:
    """The raw answer has the output shape: nothing missing, nothing beside it.

    Only an empty list may be empty where the model says that it has at least one member: so AWS's own answers are.
    """
    if http_response.status_code != 200 or model.output_shape is None:
        return
    report = ParamValidator().validate(json.loads(http_response.content or b"{}"), model.output_shape)
    errors = [line for line in report.generate_report().splitlines() if not excused(line, model.name)]
    assert not errors, f"{model.name}: {errors}"


def excused(line: str, operation: str) -> bool:
    """Whether AWS's own answers have this fault that botocore finds in an answer of the operation."""
    return any(words in line for words in ("value: 0, valid min length", *_LEFT_OUT.get(operation, ())))


@pytest.fixture(scope="session")
def client(sandbox: SandboxSettings) -> ClientOf:
    return client_of(sandbox)
