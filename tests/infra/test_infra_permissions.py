"""Who may do what, and may not: a table of sentences, decided from the templates as IAM would decide."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.decisions import allowed
from tests.infra.synthesis import HOME as HOME_ACCOUNT
from tests.infra.synthesis import PRODUCTION, STAGING, settings
from tests.verifiers.assembly import Assembly
from tests.verifiers.facts import actors
from tests.verifiers.roles import Role, listed, roles

HOME = "eu-west-1:111111111111"
SAGEMAKER = f"arn:aws:sagemaker:{HOME}"
STACK = f"arn:aws:cloudformation:{HOME}:stack"
RESOURCES = {
    "a version": f"{SAGEMAKER}:model-package/abalone/7",
    "the group": f"{SAGEMAKER}:model-package-group/abalone",
    "another group's version": f"{SAGEMAKER}:model-package/churn/7",
    "the staging endpoint": f"{SAGEMAKER}:endpoint/abalone-staging",
    "the production endpoint": f"{SAGEMAKER}:endpoint/abalone-prod",
    "another project's endpoint": f"{SAGEMAKER}:endpoint/churn-prod",
    "a production model": f"{SAGEMAKER}:model/abalone-prod-0123456789ab",
    "a staging model": f"{SAGEMAKER}:model/abalone-staging-0123456789ab",
    "a pipeline's model": f"{SAGEMAKER}:model/pipelines-abc-CreateModel-xyz",
    "the SageMaker pipeline": f"{SAGEMAKER}:pipeline/abalone-pipeline",
    "another SageMaker pipeline": f"{SAGEMAKER}:pipeline/churn-pipeline",
    "a pipeline's training job": f"{SAGEMAKER}:training-job/pipelines-abc-Train-xyz",
    "a training job of somebody's own": f"{SAGEMAKER}:training-job/mine",
    "the deploy pipeline": f"arn:aws:codepipeline:{HOME}:abalone-model-deploy",
    "the build pipeline": f"arn:aws:codepipeline:{HOME}:abalone-model-build",
    "the approval": f"arn:aws:codepipeline:{HOME}:abalone-model-deploy/DeployProd/Approve",
    "the build project": f"arn:aws:codebuild:{HOME}:project/abalone-model-build",
    "the smoke test's project": f"arn:aws:codebuild:{HOME}:project/abalone-smoke-test",
    "the staging stack": f"{STACK}/abalone-staging/1",
    "the production stack": f"{STACK}/abalone-prod/1",
    "the foundation stack": f"{STACK}/abalone-foundation/1",
    "a quiet window's schedule": f"arn:aws:scheduler:{HOME}:schedule/abalone/abalone-data-arrival-20261101T060000Z",
    "the retraining's schedule": f"arn:aws:scheduler:{HOME}:schedule/abalone/abalone-retraining",
    "the data-arrival function": f"arn:aws:lambda:{HOME}:function:abalone-data-arrival",
    "the review's function": f"arn:aws:lambda:{HOME}:function:abalone-review",
    "the reconciler's function": f"arn:aws:lambda:{HOME}:function:abalone-reconciler",
    "a log of the smoke test": f"arn:aws:logs:{HOME}:log-group:/aws/codebuild/abalone-smoke-test:log-stream:1",
    "a log of the reconciler": f"arn:aws:logs:{HOME}:log-group:/aws/lambda/abalone-reconciler:log-stream:1",
    "the model-build repository": f"arn:aws:codecommit:{HOME}:abalone-model-build",
    "the model-deploy repository": f"arn:aws:codecommit:{HOME}:abalone-model-deploy",
    "the topic": f"arn:aws:sns:{HOME}:abalone-notices",
    "the dead-letter queue": f"arn:aws:sqs:{HOME}:abalone-foundation-DeadLetterQueue9F481546",
}
APPROVED = {"sagemaker:ModelApprovalStatus": "Approved"}
PENDING = {"sagemaker:ModelApprovalStatus": "PendingManualApproval"}
S3 = {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}

# Actor, may or may not, action, on what, and the request's context.
SENTENCES: list[tuple[str, str, str, str, dict[str, str]]] = [
    ("Approver", "may", "sagemaker:UpdateModelPackage", "a version", APPROVED),
    ("Approver", "may", "codepipeline:PutApprovalResult", "the approval", {}),
    ("Approver", "may", "s3:GetObject", "artifacts/reports/1/staging/report.html", {}),
    ("Approver", "may not", "sagemaker:UpdateModelPackage", "another group's version", APPROVED),
    ("Approver", "may not", "sagemaker:CreateModelPackage", "a version", PENDING),
    ("Approver", "may not", "sagemaker:UpdateEndpoint", "the production endpoint", {}),
    ("Approver", "may not", "codepipeline:StartPipelineExecution", "the deploy pipeline", {}),
    ("SageMakerPipeline", "may", "sagemaker:CreateTrainingJob", "a pipeline's training job", {}),
    ("SageMakerPipeline", "may", "sagemaker:CreateModelPackage", "a version", PENDING),
    ("SageMakerPipeline", "may", "iam:PassRole", "role Job", {"iam:PassedToService": "sagemaker.amazonaws.com"}),
    ("SageMakerPipeline", "may not", "sagemaker:CreateModelPackage", "a version", APPROVED),
    ("SageMakerPipeline", "may not", "sagemaker:UpdateModelPackage", "a version", PENDING),
    ("SageMakerPipeline", "may not", "sagemaker:CreateTrainingJob", "a training job of somebody's own", {}),
    ("SageMakerPipeline", "may not", "sagemaker:CreateModel", "a production model", {}),
    ("SageMakerPipeline", "may not", "iam:PassRole", "role Job", {"iam:PassedToService": "lambda.amazonaws.com"}),
    ("SageMakerPipeline", "may not", "iam:PassRole", "role Build", {"iam:PassedToService": "sagemaker.amazonaws.com"}),
    ("SageMakerPipeline", "may not", "s3:PutObject", "data/data/a.csv", {}),
    ("Job", "may", "s3:GetObject", "data/data/a.csv", {}),
    ("Job", "may", "s3:GetObject", "data/batch/a.csv", {}),
    ("Job", "may", "s3:PutObject", "artifacts/abalone-pipeline/1/Train/model.tar.gz", {}),
    ("Job", "may", "kms:Decrypt", "the key", S3),
    ("Job", "may not", "kms:Decrypt", "the key", {}),
    ("Job", "may not", "s3:PutObject", "data/data/a.csv", {}),
    ("Job", "may not", "s3:PutObject", "artifacts/code/1/train.py", {}),
    ("Job", "may not", "s3:PutObject", "artifacts/abalone-model-deploy/Built/1", {}),
    ("Job", "may not", "s3:DeleteObject", "artifacts/abalone-pipeline/1/Train/model.tar.gz", {}),
    ("Job", "may not", "sagemaker:CreateModelPackage", "a version", PENDING),
    ("Job", "may not", "sagemaker:CreateTrainingJob", "a pipeline's training job", {}),
    ("Job", "may", "s3:GetObject", "artifacts/models/0a/model.tar.gz", {}),
    ("Job", "may not", "s3:PutObject", "artifacts/models/0a/model.tar.gz", {}),
    ("Endpoint", "may", "s3:GetObject", "artifacts/models/0a/model.tar.gz", {}),
    ("Endpoint", "may not", "s3:GetObject", "artifacts/abalone-pipeline/1/Train/model.tar.gz", {}),
    ("Endpoint", "may", "s3:PutObject", "artifacts/data-capture/abalone-prod/1.jsonl", {}),
    ("Endpoint", "may not", "s3:PutObject", "artifacts/models/0a/model.tar.gz", {}),
    ("Endpoint", "may not", "s3:GetObject", "data/data/a.csv", {}),
    ("Endpoint", "may not", "sagemaker:DescribeModelPackage", "a version", {}),
    ("Build", "may", "sagemaker:UpdatePipeline", "the SageMaker pipeline", {}),
    ("Build", "may", "sagemaker:StartPipelineExecution", "the SageMaker pipeline", {}),
    ("Build", "may", "s3:PutObject", "artifacts/code/1/train.py", {}),
    ("Build", "may", "iam:PassRole", "role SageMakerPipeline", {"iam:PassedToService": "sagemaker.amazonaws.com"}),
    ("Build", "may not", "iam:PassRole", "role Job", {"iam:PassedToService": "sagemaker.amazonaws.com"}),
    ("Build", "may not", "sagemaker:UpdatePipeline", "another SageMaker pipeline", {}),
    ("Build", "may not", "sagemaker:CreateTrainingJob", "a pipeline's training job", {}),
    ("Build", "may not", "sagemaker:CreateModelPackage", "a version", PENDING),
    ("Build", "may not", "s3:PutObject", "artifacts/abalone-pipeline/1/Train/model.tar.gz", {}),
    ("Build", "may not", "s3:PutObject", "artifacts/models/0a/model.tar.gz", {}),
    ("Build", "may not", "s3:PutObject", "artifacts/abalone-model-deploy/Built/1", {}),
    ("Deploy", "may", "sagemaker:DescribeModelPackage", "a version", {}),
    ("Deploy", "may", "lambda:InvokeFunction", "the reconciler's function", {}),
    ("Deploy", "may not", "lambda:InvokeFunction", "the data-arrival function", {}),
    ("Deploy", "may not", "sagemaker:ListModelPackages", "the group", {}),
    ("Deploy", "may", "s3:GetObject", "artifacts/models/0a/model.tar.gz", {}),
    ("Deploy", "may not", "s3:GetObject", "artifacts/abalone-pipeline/1/Train/model.tar.gz", {}),
    ("Deploy", "may not", "s3:PutObject", "artifacts/models/0a/model.tar.gz", {}),
    ("Deploy", "may not", "sagemaker:UpdateModelPackage", "a version", PENDING),
    ("Deploy", "may not", "sagemaker:UpdateEndpoint", "the staging endpoint", {}),
    ("Deploy", "may not", "cloudformation:UpdateStack", "the staging stack", {}),
    ("Deploy", "may not", "s3:PutObject", "artifacts/reports/1/staging/report.html", {}),
    ("SmokeTest", "may", "sagemaker:InvokeEndpoint", "the staging endpoint", {}),
    ("SmokeTest", "may", "s3:PutObject", "artifacts/reports/1/staging/report.html", {}),
    ("SmokeTest", "may", "s3:GetObject", "artifacts/models/0a/model.tar.gz", {}),
    ("SmokeTest", "may not", "s3:GetObject", "artifacts/abalone-pipeline/1/Train/model.tar.gz", {}),
    ("SmokeTest", "may not", "sagemaker:InvokeEndpoint", "another project's endpoint", {}),
    ("SmokeTest", "may not", "sagemaker:UpdateEndpoint", "the staging endpoint", {}),
    ("SmokeTest", "may not", "codepipeline:PutApprovalResult", "the approval", {}),
    ("CloudFormationStaging", "may", "sagemaker:UpdateEndpoint", "the staging endpoint", {}),
    ("CloudFormationStaging", "may", "sagemaker:CreateModel", "a staging model", {}),
    (
        "CloudFormationStaging",
        "may",
        "iam:PassRole",
        "role Endpoint",
        {"iam:PassedToService": "sagemaker.amazonaws.com"},
    ),
    ("CloudFormationStaging", "may not", "sagemaker:UpdateEndpoint", "the production endpoint", {}),
    ("CloudFormationStaging", "may not", "sagemaker:CreateModel", "a production model", {}),
    (
        "CloudFormationStaging",
        "may not",
        "iam:PassRole",
        "role Job",
        {"iam:PassedToService": "sagemaker.amazonaws.com"},
    ),
    ("CloudFormationStaging", "may not", "iam:CreateRole", "role Endpoint", {}),
    ("CloudFormationProduction", "may", "sagemaker:UpdateEndpoint", "the production endpoint", {}),
    ("CloudFormationProduction", "may not", "sagemaker:UpdateEndpoint", "the staging endpoint", {}),
    ("CloudFormationProduction", "may not", "sagemaker:DeleteEndpoint", "another project's endpoint", {}),
    ("BuildPipeline", "may", "codebuild:StartBuild", "the build project", {}),
    ("BuildPipeline", "may", "codecommit:UploadArchive", "the model-build repository", {}),
    ("BuildPipeline", "may not", "codecommit:UploadArchive", "the model-deploy repository", {}),
    ("BuildPipeline", "may not", "codebuild:StartBuild", "the smoke test's project", {}),
    ("BuildPipeline", "may not", "cloudformation:CreateStack", "the staging stack", {}),
    ("BuildPipeline", "may not", "codecommit:GitPush", "the model-build repository", {}),
    ("DeployPipeline", "may", "cloudformation:UpdateStack", "the staging stack", {}),
    ("DeployPipeline", "may", "cloudformation:ExecuteChangeSet", "the production stack", {}),
    ("DeployPipeline", "may", "lambda:InvokeFunction", "the review's function", {}),
    ("DeployPipeline", "may not", "cloudformation:UpdateStack", "the production stack", {}),
    ("DeployPipeline", "may not", "cloudformation:DeleteStack", "the production stack", {}),
    ("DeployPipeline", "may not", "cloudformation:ExecuteChangeSet", "the staging stack", {}),
    (
        "DeployPipeline",
        "may",
        "iam:PassRole",
        "role CloudFormationProduction",
        {"iam:PassedToService": "cloudformation.amazonaws.com"},
    ),
    ("DeployPipeline", "may not", "cloudformation:UpdateStack", "the foundation stack", {}),
    ("DeployPipeline", "may not", "sagemaker:UpdateEndpoint", "the production endpoint", {}),
    ("DeployPipeline", "may not", "iam:PassRole", "role Endpoint", {"iam:PassedToService": "sagemaker.amazonaws.com"}),
    ("DeployPipeline", "may not", "codepipeline:PutApprovalResult", "the approval", {}),
    ("Events", "may", "codepipeline:StartPipelineExecution", "the build pipeline", {}),
    ("Events", "may not", "sagemaker:StartPipelineExecution", "the SageMaker pipeline", {}),
    ("Retraining", "may", "sagemaker:StartPipelineExecution", "the SageMaker pipeline", {}),
    ("Retraining", "may", "sqs:SendMessage", "the dead-letter queue", {}),
    ("Retraining", "may not", "sagemaker:StartPipelineExecution", "another SageMaker pipeline", {}),
    ("Retraining", "may not", "codepipeline:StartPipelineExecution", "the deploy pipeline", {}),
    ("Timer", "may", "lambda:InvokeFunction", "the data-arrival function", {}),
    ("Timer", "may not", "sagemaker:StartPipelineExecution", "the SageMaker pipeline", {}),
    ("Review", "may", "cloudformation:DescribeChangeSet", "the production stack", {}),
    ("Review", "may", "lambda:InvokeFunction", "the reconciler's function", {}),
    ("Review", "may not", "cloudformation:ExecuteChangeSet", "the production stack", {}),
    ("Review", "may not", "cloudformation:DescribeChangeSet", "the staging stack", {}),
    ("Review", "may not", "codepipeline:PutApprovalResult", "the approval", {}),
    ("Reconciler", "may", "codepipeline:StartPipelineExecution", "the deploy pipeline", {}),
    ("Reconciler", "may", "sagemaker:DescribeEndpoint", "the production endpoint", {}),
    ("Reconciler", "may not", "codepipeline:StartPipelineExecution", "the build pipeline", {}),
    ("Reconciler", "may not", "codepipeline:PutApprovalResult", "the approval", {}),
    ("Reconciler", "may not", "sagemaker:UpdateModelPackage", "a version", PENDING),
    ("Reconciler", "may not", "sagemaker:InvokeEndpoint", "the production endpoint", {}),
    ("DataArrival", "may", "sagemaker:StartPipelineExecution", "the SageMaker pipeline", {}),
    ("DataArrival", "may", "scheduler:CreateSchedule", "a quiet window's schedule", {}),
    ("DataArrival", "may", "iam:PassRole", "role Timer", {"iam:PassedToService": "scheduler.amazonaws.com"}),
    ("DataArrival", "may not", "scheduler:UpdateSchedule", "the retraining's schedule", {}),
    ("DataArrival", "may not", "s3:GetObject", "data/data/a.csv", {}),
    ("DataCheck", "may", "sagemaker:DescribeModelPackage", "a version", {}),
    ("DataCheck", "may not", "s3:GetObject", "data/data/a.csv", {}),
    ("DataCheck", "may not", "s3:GetObject", "artifacts/abalone-pipeline/arrivals/1.json", {}),
    ("DataCheck", "may not", "sagemaker:StartPipelineExecution", "the SageMaker pipeline", {}),
    ("DataCheck", "may not", "sagemaker:UpdateModelPackage", "a version", PENDING),
    ("ModelSeal", "may", "s3:PutObject", "artifacts/models/0a/model.tar.gz", {}),
    ("ModelSeal", "may", "s3:GetObject", "artifacts/abalone-pipeline/1/Train/model.tar.gz", {}),
    ("ModelSeal", "may not", "s3:PutObject", "artifacts/abalone-pipeline/1/Train/model.tar.gz", {}),
    ("ModelSeal", "may not", "s3:DeleteObject", "artifacts/models/0a/model.tar.gz", {}),
    ("ModelSeal", "may not", "sagemaker:CreateModelPackage", "a version", PENDING),
    ("SageMakerPipeline", "may not", "s3:PutObject", "artifacts/models/0a/model.tar.gz", {}),
    ("DataArrival", "may not", "s3:PutObject", "artifacts/abalone-pipeline/arrivals/1.json", {}),
    ("DataArrival", "may not", "iam:PassRole", "role Retraining", {"iam:PassedToService": "scheduler.amazonaws.com"}),
    ("Notices", "may", "sns:Publish", "the topic", {}),
    ("Notices", "may", "sagemaker:DescribeModelPackage", "a version", {}),
    ("Notices", "may", "s3:GetObject", "artifacts/reports/1/staging/report.json", {}),
    ("Notices", "may", "logs:GetLogEvents", "a log of the smoke test", {}),
    ("Notices", "may not", "logs:GetLogEvents", "a log of the reconciler", {}),
    ("Notices", "may not", "s3:GetObject", "artifacts/abalone-pipeline/1/Train/model.tar.gz", {}),
    ("Notices", "may not", "sagemaker:UpdateModelPackage", "a version", PENDING),
    ("Notices", "may not", "codepipeline:StartPipelineExecution", "the deploy pipeline", {}),
    ("Notices", "may not", "codepipeline:PutApprovalResult", "the approval", {}),
]


def resource(assembly: Assembly, said: str) -> str:
    """The ARN: a name of the table, a role, the key, or <bucket>/<object>."""
    if said in RESOURCES:
        return RESOURCES[said]
    if said.startswith("role "):
        return actors(assembly)[said.removeprefix("role ")].arn
    if said == "the key":
        return assembly.of("AWS::KMS::Key")[0].arn
    kind, _, key = said.partition("/")
    [bucket] = [one for one in assembly.of("AWS::S3::Bucket") if f"Storage{kind.capitalize()}" in one.logical_id]
    return f"{bucket.arn}/{key}"


@pytest.mark.parametrize(
    ("actor", "may", "action", "on", "context"),
    [pytest.param(*one, id=" ".join([*one[:4], *one[4].values()])) for one in SENTENCES],
)
def test_this_sentence_is_true(
    default: Assembly, actor: str, may: str, action: str, on: str, context: dict[str, Any]
) -> None:
    role = actors(default)[actor]
    assert allowed(role, action, resource(default, on), context) is (may == "may")


def test_every_actor_has_sentences_of_both_kinds(default: Assembly) -> None:
    every = {actor for actor in actors(default) if actor != "ApproveNothing"}
    for word in ("may", "may not"):
        assert every == {actor for actor, may, *_ in SENTENCES if may == word}


def test_nobody_approves_but_the_approver_and_the_pipeline_whose_gates_approve(assembly: Assembly) -> None:
    gates = settings(assembly.configuration).approval.by_gates
    for action, expected in {
        "sagemaker:UpdateModelPackage": {"Approver"},
        "sagemaker:CreateModelPackage": {"SageMakerPipeline"} if gates else set(),
    }.items():
        for on in ("a version", "the group"):
            may = {name for name, role in actors(assembly).items() if allowed(role, action, RESOURCES[on], APPROVED)}
            assert may <= expected
            assert may == expected or (on, action) == ("the group", "sagemaker:UpdateModelPackage")
        other = RESOURCES["another group's version"]
        assert not any(allowed(role, action, other, APPROVED) for role in actors(assembly).values())


def test_every_role_carries_the_deny_on_approving_but_one_that_registers(assembly: Assembly) -> None:
    gates = settings(assembly.configuration).approval.by_gates
    for name, role in ((name, one) for name, one in actors(assembly).items() if one.trust):
        denies = [one for one in role.statements if one["Effect"] == "Deny" and "Approved" in str(one.get("Condition"))]
        if gates and name == "SageMakerPipeline":
            [create, update] = denies
            assert (listed(create["Action"]), listed(update["Action"])) == (
                ["sagemaker:CreateModelPackage"],
                ["sagemaker:UpdateModelPackage"],
            )
            assert (len(create["NotResource"]), update["Resource"]) == (2, "*")
        else:
            assert [one["Resource"] for one in denies] == ["*"], role.name


@pytest.mark.parametrize("verb", ["Create", "Update", "Delete"])
@pytest.mark.parametrize("stage", ["staging", "prod"])
def test_only_a_stages_cloudformation_changes_its_endpoint(assembly: Assembly, verb: str, stage: str) -> None:
    """In whichever account: that of the stage, and the project's own, where one that moved away has left its stack."""
    accounts = {role.arn.split(":")[4] for role in actors(assembly).values()}
    action = f"sagemaker:{verb}Endpoint"
    for account in accounts:
        endpoint = f"arn:aws:sagemaker:eu-west-1:{account}:endpoint/abalone-{stage}"
        may = {
            role.arn
            for role in roles(assembly)
            if role.arn.split(":")[4] == account and allowed(role, action, endpoint)
        }
        here = account == HOME_ACCOUNT or account == {"staging": STAGING, "prod": PRODUCTION}[stage]
        assert len(may) == here
        assert all("cloudformation" in role.lower() for role in may)
        elsewhere = [role for role in roles(assembly) if role.arn.split(":")[4] != account]
        assert not any(allowed(role, action, endpoint) for role in elsewhere)


def test_no_role_passes_itself_and_each_is_passed_to_a_service_that_it_trusts(assembly: Assembly) -> None:
    by_arn: dict[str, Role] = {one.arn: one for one in roles(assembly)}
    for role in by_arn.values():
        for statement in (one for one in role.statements if "iam:PassRole" in listed(one["Action"])):
            [service] = listed(statement["Condition"]["StringEquals"]["iam:PassedToService"])
            for passed in listed(statement["Resource"]):
                assert passed != role.arn
                assert service in str(by_arn[passed].trust), f"{role.name} passes {passed} to {service}"


def test_no_role_changes_identities_and_no_action_is_a_wildcard(assembly: Assembly) -> None:
    for role in roles(assembly):
        actions = {action for one in role.statements if one["Effect"] == "Allow" for action in listed(one["Action"])}
        assert {action for action in actions if "*" in action} == set(), role.name
        assert {action for action in actions if action.startswith("iam:")} <= {"iam:PassRole"}, role.name


# These know no resources: https://docs.aws.amazon.com/service-authorization/latest/reference/
KNOW_NO_RESOURCES = {
    "codepipeline:PutJobFailureResult",
    "codepipeline:PutJobSuccessResult",
    "cloudwatch:PutMetricData",
    "ecr:GetAuthorizationToken",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    *(f"ec2:Describe{what}" for what in ("DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs")),
}


def test_only_what_knows_no_resources_is_allowed_on_all(assembly: Assembly) -> None:
    for role in roles(assembly):
        open_to_all = [one for one in role.statements if one["Effect"] == "Allow" and "*" in listed(one["Resource"])]
        assert {action for one in open_to_all for action in listed(one["Action"])} <= KNOW_NO_RESOURCES


def test_every_service_acts_for_this_account_alone(assembly: Assembly) -> None:
    for role in roles(assembly):
        for trust in (one for one in role.trust if "Service" in one["Principal"]):
            sources = [value for keys in trust["Condition"].values() for value in keys.values()]
            account = role.arn.split(":")[4]
            assert sources, role.name
            assert {value.split(":")[4] if ":" in value else value for value in sources} == {account}, role.name


def test_a_foreign_stage_trusts_exactly_the_roles_that_act_there(cross_account: Assembly) -> None:
    home = actors(cross_account)
    acting = {"deployer": home["DeployPipeline"], "tester": home["SmokeTest"]}
    acting |= {"observer": home["Reconciler"], "reviewer": home["Review"]}
    trusting = {}
    for role in roles(cross_account):
        for trust in (one for one in role.trust if "AWS" in one["Principal"]):
            actor = acting[role.name.rpartition("-")[2]]
            assert trust["Principal"] == {"AWS": f"arn:aws:iam::{HOME_ACCOUNT}:root"}
            assert trust["Condition"] == {"ArnEquals": {"aws:PrincipalArn": actor.arn}}
            assert allowed(actor, "sts:AssumeRole", role.arn)
            trusting[role.name] = role.arn.split(":")[4]
    staging = {f"abalone-staging-{actor}": STAGING for actor in ("deployer", "tester")}
    assert trusting == staging | {f"abalone-prod-{actor}": PRODUCTION for actor in acting}
