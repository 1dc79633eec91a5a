"""The person who decides: an IAM user with the policy that the foundation stack makes for approvers, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

from sandbox.demo.clients import Clients, connect
from sandbox.demo.failure import DemoFailure
from sandbox.root_key import AccessKey
from sandbox.settings import SandboxSettings

APPROVAL = "Approve"  # the action of the deploy pipeline
SMOKE_TEST_PAGE = "smoke-test.html"


@dataclass(frozen=True)
class Approver:
    """Their own access key goes with every call."""

    name: str
    clients: Clients

    def approve_version(self, arn: str) -> None:
        """In the model registry."""
        self.clients.sagemaker.update_model_package(
            ModelPackageArn=arn, ModelApprovalStatus="Approved", ApprovalDescription=f"Approved by {self.name}"
        )

    def read_report(self, link: str, reports: Path) -> Path:
        """The page that the approval's link leads to in the console."""
        where = urlparse(link)
        bucket, key = where.path.rpartition("/")[2], parse_qs(where.query)["prefix"][0]
        page = reports / SMOKE_TEST_PAGE
        page.write_bytes(self.clients.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        return page

    def release(self, pipeline: str, execution: str, action: str) -> None:
        """Lets the version that waits go on to production."""
        state = self.clients.codepipeline.get_pipeline_state(name=pipeline)
        stage, token = _waiting(state, execution, action)
        self.clients.codepipeline.put_approval_result(
            pipelineName=pipeline,
            stageName=stage,
            actionName=action,
            result={"summary": f"Read the test report; {self.name}", "status": "Approved"},
            token=token,
        )


def meet_approver(root: Clients, settings: SandboxSettings, *, name: str, policy: str) -> Approver:
    """The user, made where there is none; with a new key, since nobody remembers the secret of the old one."""
    if name not in (user["UserName"] for user in root.iam.list_users()["Users"]):
        root.iam.create_user(UserName=name)
    root.iam.attach_user_policy(UserName=name, PolicyArn=policy)
    for old in root.iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        root.iam.delete_access_key(UserName=name, AccessKeyId=old["AccessKeyId"])
    made = root.iam.create_access_key(UserName=name)["AccessKey"]
    key = AccessKey(id=made["AccessKeyId"], secret=made["SecretAccessKey"])
    return Approver(name, connect(settings, key))


def link_of(action: Mapping[str, Any]) -> str:
    """To the test report, out of the approval action as ListActionExecutions tells it."""
    return str(action["input"]["resolvedConfiguration"]["ExternalEntityLink"])


def _waiting(state: Mapping[str, Any], execution: str, action: str) -> tuple[str, str]:
    for stage in state["stageStates"]:
        if stage.get("latestExecution", {}).get("pipelineExecutionId") != execution:
            continue
        for each in stage["actionStates"]:
            token = each.get("latestExecution", {}).get("token")
            if each["actionName"] == action and token:
                return str(stage["stageName"]), str(token)
    raise DemoFailure("the approval", f"execution {execution} does not wait for {action}")
