"""Faults in the two CodePipelines: production too early, the wrong stage, or a failure that does not stop."""

from __future__ import annotations

from typing import Any

from tests.verifiers.assembly import Assembly
from tests.verifiers.mutants.mutant import Change, Json, Mutant, drop, properties, put

PIPELINE, DEPLOY = "AWS::CodePipeline::Pipeline", "-model-deploy"


def _stages(assembly: Assembly) -> list[Json]:
    stages: list[Json] = properties(assembly, PIPELINE, DEPLOY)["Stages"]
    return stages


def _action(assembly: Assembly, stage: str, name: str) -> Json:
    actions = next(one for one in _stages(assembly) if one["Name"] == stage)["Actions"]
    return next(action for action in actions if action["Name"] == name)


def _without(stage: str, name: str) -> Change:
    def change(assembly: Assembly) -> None:
        found = next(one for one in _stages(assembly) if one["Name"] == stage)
        found["Actions"] = [action for action in found["Actions"] if action["Name"] != name]

    return change


def _set(stage: str, name: str, key: str, value: Any) -> Change:
    """An action's own property, or one of its configuration where `key` begins with a dot."""

    def change(assembly: Assembly) -> None:
        action = _action(assembly, stage, name)
        holder = action["Configuration"] if key.startswith(".") else action
        holder[key.lstrip(".")] = value

    return change


def _with_an_approval(assembly: Assembly) -> None:
    found = next(one for one in _stages(assembly) if one["Name"] == "DeployProd")
    kind = {"Category": "Approval", "Owner": "AWS", "Provider": "Manual", "Version": "1"}
    told = {"ExternalEntityLink": "https://example.com", "CustomData": "Approve"}
    found["Actions"].append({"Name": "Approve", "RunOrder": 3, "ActionTypeId": kind, "Configuration": told})


def _stages_swapped(assembly: Assembly) -> None:
    stages = _stages(assembly)
    stages[2], stages[3] = stages[3], stages[2]


def _staging_alone_is_skipped(assembly: Assembly) -> None:
    del next(one for one in _stages(assembly) if one["Name"] == "DeployProd")["BeforeEntry"]


def _goes_on(assembly: Assembly) -> None:
    next(one for one in _stages(assembly) if one["Name"] == "DeployStaging")["OnFailure"] = {"Result": "SKIP"}


def _built_by_nobody(assembly: Assembly) -> None:
    _action(assembly, "DeployStaging", "Deploy")["InputArtifacts"][0]["Name"] = "Artifact"


def _approved_in_staging(assembly: Assembly) -> None:
    """Beside the deployment to staging."""
    approval = _action(assembly, "DeployProd", "Approve")
    _without("DeployProd", "Approve")(assembly)
    staging = next(one for one in _stages(assembly) if one["Name"] == "DeployStaging")
    staging["Actions"].append(approval | {"RunOrder": 1})


def _executed_by_a_fixed_name(assembly: Assembly) -> None:
    """So that another execution's change set can take the place of this one's."""
    for name in ("Prepare", "Deploy"):
        _action(assembly, "DeployProd", name)["Configuration"]["ChangeSetName"] = "production"
    review = _action(assembly, "DeployProd", "Review")["Configuration"]
    review["UserParameters"] = review["UserParameters"].replace(
        "execution-#{codepipeline.PipelineExecutionId}", "production"
    )


def _updated_from_the_artifact(assembly: Assembly) -> None:
    """As it was before: production reads the template anew once it is approved."""
    made, deploy = (_action(assembly, "DeployProd", name) for name in ("Prepare", "Deploy"))
    kept = ("TemplatePath", "TemplateConfiguration")
    deploy["Configuration"] |= {name: made["Configuration"][name] for name in kept}
    deploy["InputArtifacts"] = made["InputArtifacts"]


def _asked(old: str, new: str) -> Change:
    """Another question to the review."""

    def change(assembly: Assembly) -> None:
        configuration = _action(assembly, "DeployProd", "Review")["Configuration"]
        assert old in configuration["UserParameters"]
        configuration["UserParameters"] = configuration["UserParameters"].replace(old, new)

    return change


def _looked_at(old: str, new: str) -> Change:
    """Another last look."""

    def change(assembly: Assembly) -> None:
        configuration = _action(assembly, "DeployProd", "Recheck")["Configuration"]
        assert old in configuration["EnvironmentVariables"]
        configuration["EnvironmentVariables"] = configuration["EnvironmentVariables"].replace(old, new)

    return change


def _one_folder_for_both(assembly: Assembly) -> None:
    """As with a project's name of 13 letters or more, if the artifacts were called alike."""
    pipeline = properties(assembly, PIPELINE, "-model-build")
    pipeline["Name"] = "abalone-model-deployed-by-build"
    pipeline["Stages"][0]["Actions"][0]["OutputArtifacts"][0]["Name"] = "DeployCode"


BUILDS = {"Category": "Build", "Owner": "AWS", "Provider": "CodeBuild", "Version": "1"}
MUTANTS = (
    Mutant(
        "the review is a build of the repository that wants to get there",
        _set("DeployProd", "Review", "ActionTypeId", BUILDS),
        "production-not-reviewed",
    ),
    Mutant(
        "another function answers for the review",
        _set("DeployProd", "Review", ".FunctionName", "abalone-notices"),
        "review-question",
    ),
    Mutant("the review is not told what was built", _asked("#{BuildVariables.DIGESTS}", "none"), "review-question"),
    Mutant(
        "the review is told the version that was ordered, not the one that was tested",
        _asked("#{StagingStack.ModelPackageArn}", "#{variables.ModelPackageArn}"),
        "review-question",
    ),
    Mutant("nobody looks again after the approval", _without("DeployProd", "Recheck"), "pipeline-recheck"),
    Mutant("the last look is before the approval", _set("DeployProd", "Recheck", "RunOrder", 2), "pipeline-recheck"),
    Mutant("the last look is beside the deployment", _set("DeployProd", "Recheck", "RunOrder", 5), "pipeline-recheck"),
    Mutant(
        "the last look comes after the deployment, though nobody approves",
        _set("DeployProd", "Recheck", "RunOrder", 6),
        "pipeline-recheck",
        configuration="github",
    ),
    Mutant("the last look does not ask what was decided since", _looked_at(" --decided-last", ""), "pipeline-recheck"),
    Mutant(
        "the last look is at the version that was ordered, not at the one that was tested",
        _looked_at("#{StagingStack.ModelPackageArn}", "#{variables.ModelPackageArn}"),
        "pipeline-recheck",
    ),
    Mutant(
        "the last look is by another build",
        _set("DeployProd", "Recheck", ".ProjectName", "abalone-model-build"),
        "pipeline-recheck",
    ),
    Mutant("both pipelines keep their artifacts in one folder", _one_folder_for_both, "artifact-folder"),
    Mutant(
        "production's change set is made after the approval",
        _set("DeployProd", "Prepare", "RunOrder", 4),
        "production-not-fixed",
    ),
    Mutant(
        "production's change set is made after the last look, though nobody approves",
        _set("DeployProd", "Prepare", "RunOrder", 5),
        "production-not-fixed",
        configuration="github",
    ),
    Mutant("production reads the artifact after the approval", _updated_from_the_artifact, "production-not-fixed"),
    Mutant("production is not reviewed", _without("DeployProd", "Review"), "production-not-reviewed"),
    Mutant(
        "production is reviewed after the approval",
        _set("DeployProd", "Review", "RunOrder", 4),
        "production-not-reviewed",
    ),
    Mutant(
        "production is reviewed before its change set is made",
        _set("DeployProd", "Prepare", "RunOrder", 2),
        "production-not-reviewed",
    ),
    Mutant("another execution replaces the change set", _executed_by_a_fixed_name, "production-change-set"),
    Mutant(
        "another change set is executed than was reviewed",
        _set("DeployProd", "Deploy", ".ChangeSetName", "other-#{codepipeline.PipelineExecutionId}"),
        "production-change-set",
    ),
    Mutant(
        "production is updated without a change set",
        _set("DeployProd", "Deploy", ".ActionMode", "CREATE_UPDATE"),
        "pipeline-stack-mode",
    ),
    Mutant("no approval before production", _without("DeployProd", "Approve"), "pipeline-approval"),
    Mutant(
        "an approval that nobody is asked for",
        _with_an_approval,
        "pipeline-approval",
        configuration="github",
    ),
    Mutant("production before staging", _stages_swapped, "pipeline-stages"),
    Mutant("production before the approval", _set("DeployProd", "Approve", "RunOrder", 6), "pipeline-approval"),
    Mutant("staging, and its approval, can be skipped alone", _staging_alone_is_skipped, "pipeline-skip"),
    Mutant("a failed stage lets the next one start", _goes_on, "pipeline-failure"),
    Mutant(
        "the approval is asked for before the test",
        _approved_in_staging,
        "pipeline-approval-early",
    ),
    Mutant("the test runs beside the deployment", _set("DeployStaging", "Test", "RunOrder", 1), "pipeline-test"),
    Mutant("no test of staging", _without("DeployStaging", "Test"), "pipeline-test"),
    Mutant("production is not verified", _without("DeployProd", "Verify"), "pipeline-verify"),
    Mutant(
        "a failed update of production deletes what serves",
        _set("DeployProd", "Deploy", ".ActionMode", "REPLACE_ON_FAILURE"),
        "pipeline-stack-mode",
    ),
    Mutant(
        "staging's first deployment fails for good",
        _set("DeployStaging", "Deploy", ".ActionMode", "CREATE_UPDATE"),
        "pipeline-stack-mode",
    ),
    Mutant(
        "staging's action writes production's stack",
        _set("DeployStaging", "Deploy", ".StackName", "abalone-prod"),
        "pipeline-stage-stack",
    ),
    Mutant(
        "production gets staging's configuration",
        _set("DeployProd", "Prepare", ".TemplateConfiguration", "Built::staging-config-export.json"),
        "pipeline-stage-config",
    ),
    Mutant(
        "the approver gets no link to the report",
        _set("DeployProd", "Approve", ".ExternalEntityLink", ""),
        "pipeline-approval-notice",
    ),
    Mutant("an artifact that no action makes", _built_by_nobody, "cfn-lint::E3701"),
    Mutant(
        "a kind of action that does not exist",
        _set(
            "DeployStaging",
            "Deploy",
            "ActionTypeId",
            {"Category": "Deploi", "Owner": "AWS", "Provider": "CloudFormation", "Version": "1"},
        ),
        "api-shape",
    ),
    Mutant("the pipeline cannot be told a version", drop(PIPELINE, DEPLOY, "Variables"), "pipeline-variable"),
    Mutant(
        "a later execution overtakes an earlier one",
        put(PIPELINE, DEPLOY, "ExecutionMode", "SUPERSEDED"),
        "pipeline-mode",
    ),
    Mutant("a pipeline of the old type", put(PIPELINE, DEPLOY, "PipelineType", "V1"), "pipeline-type"),
)
