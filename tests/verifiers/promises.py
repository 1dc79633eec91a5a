"""Who may do what, and who may not: the sentences that iamprover proves over the roles of every configuration."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.facts import bucket, names
from tests.verifiers.physical import ACCOUNT, REGION
from tests.verifiers.tools.proofs import Promise

APPROVED = {"sagemaker:ModelApprovalStatus": "Approved"}
IAM_WRITES = tuple(
    f"iam:{verb}*" for verb in ("Add", "Attach", "Create", "Delete", "Detach", "Put", "Remove", "Set", "Tag", "Update")
)


def promises(assembly: Assembly) -> list[Promise]:
    return [
        *_of_the_registry(assembly),
        *_of_starts(assembly),
        *_of_stages(assembly),
        *_of_storage(assembly),
        *_of_change(),
    ]


def _sagemaker(kind: str, name: str) -> str:
    """A real ARN, not one with wildcards between its colons: a star of IAM spans colons too, and finds names that none can have."""
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind}/{name}"


def _nobody(sentence: str, *actions: str, on: str | tuple[str, ...] = "*", but: str = "", **more: object) -> Promise:
    """`but` names actors, parted by spaces."""
    resources = (on,) if isinstance(on, str) else on
    where = {"where": more["where"]} if "where" in more else {}
    through = bool(more.get("through_others"))
    return Promise(sentence, actions, resources, frozenset(but.lower().split()), through_others=through, **where)  # type: ignore[arg-type]


def _of_the_registry(assembly: Assembly) -> list[Promise]:
    group = names(assembly).model_package_group
    versions, group_arn = _sagemaker("model-package", f"{group}/*"), _sagemaker("model-package-group", group)
    writes = ("sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage")
    return [
        _nobody("nobody but the approver approves a version", *writes, where=APPROVED, but="Approver"),
        _nobody(
            "nobody but the approver approves a version, not even through a role that he may assume or pass",
            *writes,
            where=APPROVED,
            but="Approver",
            through_others=True,
        ),
        _nobody("nobody but the approver changes a version", "sagemaker:UpdateModelPackage", but="Approver"),
        _nobody(
            "only the SageMaker pipeline registers versions",
            "sagemaker:CreateModelPackage",
            on=versions,
            but="SageMakerPipeline",
        ),
        _nobody("nobody deletes a version or the group", "sagemaker:DeleteModelPackage*", on=(versions, group_arn)),
        _nobody("nobody changes who reads the registry", "sagemaker:*ModelPackageGroupPolicy"),
    ]


def _of_starts(assembly: Assembly) -> list[Promise]:
    known = names(assembly)
    pipeline = _sagemaker("pipeline", known.sagemaker_pipeline)
    start = "codepipeline:StartPipelineExecution"
    return [
        _nobody(
            "only the build, the weekly schedule and new data start the SageMaker pipeline",
            "sagemaker:StartPipelineExecution",
            "sagemaker:RetryPipelineExecution",
            on=(pipeline, f"{pipeline}/*"),
            but="Build Retraining DataArrival",
        ),
        _nobody(
            "only the reconciler and a push start the deploy pipeline",
            start,
            on=f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{known.model_deploy}",
            but="Reconciler Events",
        ),
        _nobody(
            "only a push starts the build pipeline",
            start,
            on=f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{known.model_build}",
            but="Events",
        ),
        _nobody(
            "only the build publishes the SageMaker pipeline",
            "sagemaker:CreatePipeline",
            "sagemaker:UpdatePipeline",
            "sagemaker:DeletePipeline",
            but="Build",
        ),
        _nobody("only the two CodePipelines start builds", "codebuild:StartBuild*", but="BuildPipeline DeployPipeline"),
        _nobody("only the data's arrival sets a schedule", "scheduler:Create*", "scheduler:Update*", but="DataArrival"),
        _nobody("nobody goes on past the approval but the approver", "codepipeline:PutApprovalResult", but="Approver"),
        _nobody(
            "nobody skips or repeats a stage of a pipeline",
            "codepipeline:EnableStageTransition",
            "codepipeline:OverrideStageCondition",
            "codepipeline:RetryStageExecution",
            "codepipeline:RollbackStage",
        ),
    ]


def _of_stages(assembly: Assembly) -> list[Promise]:
    changes = tuple(f"sagemaker:{verb}Endpoint" for verb in ("Create", "Update", "Delete"))
    stages = [
        _nobody(
            f"only the CloudFormation of {stage} changes the endpoint of {stage}",
            *changes,
            "sagemaker:UpdateEndpointWeightsAndCapacities",
            on=_endpoint(assembly, stage),
            but=f"CloudFormation{stage.capitalize()}",
        )
        for stage in ("staging", "prod")
    ]
    return [
        *stages,
        _nobody("nobody changes any other endpoint", *changes, but="CloudFormationStaging CloudFormationProd"),
        _nobody(
            "only the deploy pipeline changes the stages' stacks",
            *(f"cloudformation:{verb}*" for verb in ("Create", "Update", "Delete", "Execute", "Set")),
            but="DeployPipeline DeployerStaging DeployerProd",
        ),
        _nobody(
            "only the smoke test invokes an endpoint",
            "sagemaker:InvokeEndpoint*",
            but="SmokeTest TesterStaging TesterProd",
        ),
        _nobody(
            "nobody takes on another role but the pipeline, the test and the reconciler, in a stage's account",
            "sts:AssumeRole*",
            but="DeployPipeline SmokeTest Reconciler",
        ),
    ]


def _endpoint(assembly: Assembly, stage: str) -> str:
    """In the stage's own account where it has one."""
    known = names(assembly)
    place = assembly.places.get(f"{known.project}-{stage}-account", f"{REGION}:{ACCOUNT}")
    return f"arn:aws:sagemaker:{place}:endpoint/{known.endpoint(stage)}"


def _of_storage(assembly: Assembly) -> list[Promise]:
    data, artifacts = bucket(assembly, "Data").arn, bucket(assembly, "Artifacts").arn
    deletes = ("s3:Delete*", "s3:PutLifecycleConfiguration", "s3:PutBucketVersioning", "s3:BypassGovernanceRetention")
    return [
        _nobody("nobody deletes data", *deletes, on=(data, f"{data}/*")),
        _nobody("nobody deletes models, reports or code", *deletes, on=(artifacts, f"{artifacts}/*")),
        _nobody("nobody writes data", "s3:PutObject*", "s3:RestoreObject", on=f"{data}/*"),
        _nobody("only jobs read data", "s3:GetObject*", on=f"{data}/*", but="Job"),
        _nobody(
            "nobody opens a bucket",
            "s3:PutBucketPolicy",
            "s3:PutBucketAcl",
            "s3:PutObjectAcl",
            "s3:PutBucketPublicAccessBlock",
        ),
        _nobody(
            "nobody takes the key away",
            "kms:ScheduleKeyDeletion",
            "kms:DisableKey",
            "kms:PutKeyPolicy",
            "kms:CreateGrant",
        ),
    ]


def _of_change() -> list[Promise]:
    """The machinery is changed by a deployment of these templates alone."""
    return [
        _nobody("nobody changes an identity", *IAM_WRITES),
        _nobody(
            "nobody changes what runs",
            "lambda:UpdateFunction*",
            "lambda:CreateFunction",
            "codebuild:UpdateProject",
            "codebuild:CreateProject",
            "codepipeline:UpdatePipeline",
            "codepipeline:CreatePipeline",
            "events:PutRule",
            "events:PutTargets",
            "events:DisableRule",
            "events:DeleteRule",
        ),
        _nobody(
            "nobody pushes to a repository",
            "codecommit:GitPush",
            "codecommit:PutFile",
            "codecommit:CreateCommit",
            "codecommit:Merge*",
        ),
    ]
