"""What is asked of an execution role beside S3 and logs, and how long its clients are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from sandbox.identity import AccessDenied
from sandbox.sagemaker.role_at_work import ImageDenied, RolesAtWork
from sandbox.sagemaker.service import SageMaker
from sandbox.service_context import ServiceContext
from sandbox.settings import SandboxSettings
from tests.sandbox.pipelines.memory_objects import MemoryObjects
from tests.sandbox.pipelines.world import Reached
from tests.sandbox.roles import Roles

ROLE = "arn:aws:iam::000000000000:role/job"
IMAGE = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.2-0"
REPOSITORY = "arn:aws:ecr:eu-west-1:141502667606:repository/sagemaker-xgboost"


@pytest.fixture
def roles() -> Roles:
    return Roles()


@pytest.fixture
def sagemaker(tmp_path: Path, roles: Roles) -> Iterator[SageMaker]:
    sagemaker = SageMaker(
        settings=SandboxSettings(home=tmp_path, port=4566),
        operations={},
        reach=Reached(MemoryObjects()),
        runner=cast(Any, None),
        around=ServiceContext(take_on=roles),
    )
    yield sagemaker
    sagemaker.close()


def test_an_image_is_asked_for_in_its_own_registry_and_region(sagemaker: SageMaker, roles: Roles) -> None:
    sagemaker.work_as(ROLE, source_arn="j").pull(IMAGE)
    assert roles.asked == [
        ("job", "ecr:GetAuthorizationToken", "*"),
        ("job", "ecr:BatchCheckLayerAvailability", REPOSITORY),
        ("job", "ecr:GetDownloadUrlForLayer", REPOSITORY),
        ("job", "ecr:BatchGetImage", REPOSITORY),
    ]


def test_a_denied_image_names_role_permission_and_image(sagemaker: SageMaker, roles: Roles) -> None:
    roles.denied.add(("job", "ecr:BatchGetImage"))
    with pytest.raises(ImageDenied) as denied:
        sagemaker.work_as(ROLE, source_arn="j").pull(IMAGE)
    said = f"The role '{ROLE}' does not have BatchGetImage permission for the image: '{IMAGE}'."
    assert str(denied.value).startswith(said)


def test_a_vpc_is_joined_by_its_subnets_and_security_groups(sagemaker: SageMaker, roles: Roles) -> None:
    vpc = {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    sagemaker.work_as(ROLE, source_arn="j").join(vpc, place=sagemaker.place)
    made = {resource for _, action, resource in roles.asked if action == "ec2:CreateNetworkInterface"}
    here = "arn:aws:ec2:us-east-1:000000000000"
    assert made == {f"{here}:network-interface/*", f"{here}:subnet/subnet-1", f"{here}:security-group/sg-1"}


def test_a_roles_clients_are_made_once_an_hour(
    sagemaker: SageMaker, roles: Roles, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sagemaker.work_as(ROLE, source_arn="one")
    assert sagemaker.work_as(ROLE, source_arn="two") is first
    assert sagemaker.work_as(f"{ROLE}-other", source_arn="one") is not first
    assert [source for *_, source in roles.taken] == ["one", "two", "one"]
    monkeypatch.setattr(RolesAtWork, "LASTING", -1.0)
    second = sagemaker.work_as(f"{ROLE}-brief", source_arn="one")
    assert sagemaker.work_as(f"{ROLE}-brief", source_arn="one") is not second


def test_trust_is_asked_before_every_piece_of_work(sagemaker: SageMaker, roles: Roles) -> None:
    sagemaker.work_as(ROLE, source_arn="one")
    roles.absent.add(ROLE)
    with pytest.raises(AccessDenied):
        sagemaker.work_as(ROLE, source_arn="two")
