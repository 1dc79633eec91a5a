"""Who decides over versions, and who starts what."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.facts import approval, names
from tests.verifiers.physical import ACCOUNT, REGION
from tests.verifiers.promises.form import nobody, sagemaker
from tests.verifiers.tools.proofs import Promise

APPROVED = {"sagemaker:ModelApprovalStatus": "Approved"}
# approval.model in cdk.json -> who may set a version to Approved by itself, and who also through a role that it passes on.
APPROVERS = {"person": "Approver", "gates": "Approver SageMakerPipeline"}
APPROVERS_THROUGH_OTHERS = {"person": "Approver", "gates": "Approver SageMakerPipeline Build"}


def of_the_registry(assembly: Assembly) -> list[Promise]:
    group = names(assembly).model_package_group
    versions, group_arn = sagemaker("model-package", f"{group}/*"), sagemaker("model-package-group", group)
    register, change = "sagemaker:CreateModelPackage", "sagemaker:UpdateModelPackage"
    model = approval(assembly).model
    others = (sagemaker("model-package", "another/*"), sagemaker("model-package-group", "another"))
    return [
        nobody(
            "nobody but the approver approves a version (and the SageMaker pipeline where approval.model is gates)",
            register,
            change,
            where=APPROVED,
            but=APPROVERS[model],
        ),
        nobody(
            "nobody but the approver approves a version, not even through a role that he may assume or pass "
            "(where approval.model is gates: and the SageMaker pipeline, and the build that publishes it)",
            register,
            change,
            where=APPROVED,
            but=APPROVERS_THROUGH_OTHERS[model],
            through_others=True,
        ),
        nobody("nobody but the approver approves a version that is registered", change, where=APPROVED, but="Approver"),
        nobody("nobody registers an approved version in another group", register, on=others, where=APPROVED),
        nobody("nobody but the approver changes a version", "sagemaker:UpdateModelPackage", but="Approver"),
        nobody(
            "only the SageMaker pipeline registers versions",
            "sagemaker:CreateModelPackage",
            on=versions,
            but="SageMakerPipeline",
        ),
        nobody("nobody deletes a version or the group", "sagemaker:DeleteModelPackage*", on=(versions, group_arn)),
        nobody("nobody changes who reads the registry", "sagemaker:*ModelPackageGroupPolicy"),
    ]


def of_starts(assembly: Assembly) -> list[Promise]:
    known = names(assembly)
    pipeline = sagemaker("pipeline", known.sagemaker_pipeline)
    start = "codepipeline:StartPipelineExecution"
    return [
        nobody(
            "only the build, the weekly schedule and new data start the SageMaker pipeline",
            "sagemaker:StartPipelineExecution",
            "sagemaker:RetryPipelineExecution",
            on=(pipeline, f"{pipeline}/*"),
            but="Build Retraining DataArrival",
        ),
        nobody(
            "only the reconciler and a push start the deploy pipeline",
            start,
            on=f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{known.model_deploy}",
            but="Reconciler Events",
        ),
        nobody(
            "only a push starts the build pipeline",
            start,
            on=f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:{known.model_build}",
            but="Events",
        ),
        nobody(
            "only the build publishes the SageMaker pipeline",
            "sagemaker:CreatePipeline",
            "sagemaker:UpdatePipeline",
            "sagemaker:DeletePipeline",
            but="Build",
        ),
        nobody("only the two CodePipelines start builds", "codebuild:StartBuild*", but="BuildPipeline DeployPipeline"),
        nobody(
            "only the data's arrival, and a retraining that waits, set a schedule",
            "scheduler:Create*",
            "scheduler:Update*",
            but="DataArrival Retraining" if _queues(assembly) else "DataArrival",
        ),
        nobody("nobody goes on past the approval but the approver", "codepipeline:PutApprovalResult", but="Approver"),
        nobody(
            "nobody skips or repeats a stage of a pipeline",
            "codepipeline:EnableStageTransition",
            "codepipeline:OverrideStageCondition",
            "codepipeline:RetryStageExecution",
            "codepipeline:RollbackStage",
        ),
    ]


def _queues(assembly: Assembly) -> bool:
    """Whether a retraining that falls due during a run waits; else the schedule's role, or a function that never waits."""
    found = [one for one in assembly.of("AWS::Lambda::Function") if one.name == names(assembly).retraining]
    return any(one.properties["Environment"]["Variables"]["WHILE_RUNNING"] == "queue" for one in found)
