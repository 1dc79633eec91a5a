"""An execution role at work: taken on for one job or model, with what it reaches, and what must be allowed beside that.

The permissions are those of https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html, "Execution Role Permissions" of
CreateProcessingJob, CreateTrainingJob and CreateModel: S3 and logs are called as the role; images and network interfaces, which
a laptop has not, are asked for all the same, so that what fails on AWS fails here.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from sandbox.acting import Actor
from sandbox.containers.objects import ObjectStore
from sandbox.containers.runner import Runner
from sandbox.identity import AccessDenied
from sandbox.store import Document

_IMAGE = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[\w-]+)\.[\w.]+/(?P<repository>[^:@]+)")
_LAYERS = ("BatchCheckLayerAvailability", "GetDownloadUrlForLayer", "BatchGetImage")
_SEEN = (
    "DescribeNetworkInterfaces",
    "DescribeVpcs",
    "DescribeDhcpOptions",
    "DescribeSubnets",
    "DescribeSecurityGroups",
)


class Logs(Protocol):
    """CloudWatch Logs, as the jobs need it."""

    def stream(self, *, group: str, name: str) -> Callable[[str], None]:
        """A function that takes one line; lines are in order and soon visible to GetLogEvents."""


class Reach(Protocol):
    """S3 and CloudWatch Logs, for whoever acts."""

    def objects(self, actor: Actor | None) -> ObjectStore:
        """None: as SageMaker itself sees S3."""

    def logs(self, actor: Actor) -> Logs: ...


class RolesAtWork:
    """One for each role, kept for as long as AWS's sessions last by default: making clients costs more than most jobs' calls.

    What a role may do is asked at each call, and whether it trusts SageMaker before each piece of work: nothing is asked too late.
    """

    LASTING = 3600.0  # seconds

    def __init__(self, reach: Reach, runner: Runner) -> None:
        self._reach, self._runner = reach, runner
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, RoleAtWork]] = {}

    def of(self, actor: Actor) -> RoleAtWork:
        now = time.monotonic()
        with self._lock:
            until, known = self._known.get(actor.arn, (0.0, None))
            if known is None or now >= until:
                known = RoleAtWork(actor, self._reach, self._runner)
                self._known[actor.arn] = (now + self.LASTING, known)
            return known


class ImageDenied(Exception):
    """The role may not pull the image."""


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What a job or a model is started with."""

    role: str
    image: str | None
    vpc: Document | None = None


@dataclass(frozen=True)
class RoleAtWork:
    """One role, for one piece of work; containers find its credentials in their environment."""

    actor: Actor
    _reach: Reach
    _runner: Runner

    @property
    def arn(self) -> str:
        """The role's own, of arn:aws:sts::<account>:assumed-role/<role>/<session>."""
        account, name = self.actor.arn.split(":")[4], self.actor.arn.split("/")[1]
        return f"arn:aws:iam::{account}:role/{name}"

    @cached_property
    def objects(self) -> ObjectStore:
        return self._reach.objects(self.actor)

    @cached_property
    def logs(self) -> Logs:
        return self._reach.logs(self.actor)

    @cached_property
    def runner(self) -> Runner:
        return self._runner.with_environment(self.actor.credentials.environment)

    def pull(self, image: str) -> None:
        """Raises ImageDenied in the words of an endpoint's FailureReason."""
        found = _IMAGE.match(image)
        if found is None:  # not in ECR
            return
        repository = f"arn:aws:ecr:{found['region']}:{found['account']}:repository/{found['repository']}"
        asked = (("GetAuthorizationToken", "*"), *((action, repository) for action in _LAYERS))
        for action, resource in asked:
            try:
                self.actor.require(f"ecr:{action}", resource)
            except AccessDenied as error:
                raise ImageDenied(
                    f"The role '{self.arn}' does not have {action} permission for the image: '{image}'. {error.message}"
                ) from error

    def join(self, vpc: Document, *, place: str) -> None:
        """`place` is `<region>:<account>`. Raises AccessDenied."""
        interface = f"arn:aws:ec2:{place}:network-interface/*"
        subnets = [f"arn:aws:ec2:{place}:subnet/{name}" for name in vpc["Subnets"]]
        groups = [f"arn:aws:ec2:{place}:security-group/{name}" for name in vpc["SecurityGroupIds"]]
        for resource in (interface, *subnets, *groups):
            self.actor.require("ec2:CreateNetworkInterface", resource)
        for action in (
            "CreateNetworkInterfacePermission",
            "DeleteNetworkInterface",
            "DeleteNetworkInterfacePermission",
        ):
            self.actor.require(f"ec2:{action}", interface)
        for action in _SEEN:
            self.actor.require(f"ec2:{action}", "*")
