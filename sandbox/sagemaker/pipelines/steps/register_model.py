"""The RegisterModel step: CreateModelPackageGroup, then CreateModelPackage, once an execution, whatever is retried or killed.

AWS asks for the group in every execution, as the pipeline's role and with the execution's tag. That there is one already is no
failure; a denial is: "ClientError: Failed to invoke sagemaker:CreateModelPackageGroup. ... is not authorized to perform:
sagemaker:AddTags on resource: .../model-package-group/..." (seen in an account whose role lacked that right alone). Without a group
the package has no version, and is called by a name that Pipelines makes; both kinds succeed in the SDK's own integration tests
(aws/sagemaker-python-sdk, tests/integ/sagemaker/workflow/test_model_steps.py and test_model_registration.py).
"""

from __future__ import annotations

import uuid

from sandbox.errors import ServiceError
from sandbox.sagemaker.pipelines.steps.contract import Attempt, Outcome, StepFailed, StepType
from sandbox.store import Document

_GROUP = "ModelPackageGroupName"


def _run(attempt: Attempt) -> Outcome:
    request = attempt.arguments | {"ClientToken": client_token(attempt)}
    if _GROUP in request:
        # A version has the tags of its group, "you cannot supply a tag argument" (API_CreateModelPackage, Tags).
        request.pop("Tags", None)
        _ask_for_the_group(attempt)
    else:
        request |= {"ModelPackageName": attempt.name, "Tags": attempt.tags}
    arn = attempt.call("CreateModelPackage", request)["ModelPackageArn"]
    package = attempt.call("DescribeModelPackage", {"ModelPackageName": arn})
    return Outcome(properties=package, metadata={"RegisterModel": {"Arn": arn}})


def _ask_for_the_group(attempt: Attempt) -> None:
    name = attempt.arguments[_GROUP]
    if name.startswith("arn:"):  # another account's, perhaps; the operation takes names alone
        return
    request: Document = {_GROUP: name, "Tags": attempt.tags}
    try:
        attempt.call("CreateModelPackageGroup", request)
    except StepFailed as failure:
        if not isinstance(failure.__cause__, ServiceError) or "already exists" not in failure.__cause__.message:
            raise


def client_token(attempt: Attempt) -> str:
    """The same for every attempt of this step in this execution: CreateModelPackage answers a known token with the version it
    made for it (API_CreateModelPackage, ClientToken), also when the answer was lost to a crash."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{attempt.execution_arn}/{attempt.step.name}"))


REGISTER_MODEL = StepType(
    name="RegisterModel", run=_run, operation="CreateModelPackage", name_member="ModelPackageName"
)
