"""The two CodePipelines: what follows what, what production waits for, and which stage each action really works on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.verifiers.assembly import Assembly, Finding, Resource
from tests.verifiers.facts import approval

DEPLOY_STAGES = ["Source", "Build", "DeployStaging", "DeployProd"]
BUILD_STAGES = ["Source", "Build"]
# The action mends staging's stack after a failed first deployment; production's it must never delete by itself, nor change it
# by anything but a change set that was there before it was approved.
MODES_OF = {"staging": ["REPLACE_ON_FAILURE"], "prod": ["CHANGE_SET_REPLACE", "CHANGE_SET_EXECUTE"]}
MAKES, EXECUTES = MODES_OF["prod"]
OF_THIS_EXECUTION = "#{codepipeline.PipelineExecutionId}"
STAGE_OF = {"DeployStaging": "staging", "DeployProd": "prod"}


@dataclass(frozen=True)
class Action:
    """One action of a pipeline, at its place in the order."""

    stage: str
    name: str
    order: tuple[int, int]
    category: str
    provider: str
    configuration: Mapping[str, Any]
    properties: Mapping[str, Any]


def actions(pipeline: Resource) -> list[Action]:
    return [
        Action(
            stage=stage["Name"],
            name=action["Name"],
            order=(index, int(action.get("RunOrder", 1))),
            category=action["ActionTypeId"]["Category"],
            provider=action["ActionTypeId"]["Provider"],
            configuration=action.get("Configuration", {}),
            properties=action,
        )
        for index, stage in enumerate(pipeline.properties.get("Stages", []))
        for action in stage.get("Actions", [])
    ]


def deploy_pipelines(assembly: Assembly) -> list[Resource]:
    return [p for p in assembly.of("AWS::CodePipeline::Pipeline") if p.name.endswith("-model-deploy")]


def structure(assembly: Assembly) -> Iterator[Finding]:
    for pipeline in assembly.of("AWS::CodePipeline::Pipeline"):
        given = pipeline.properties
        names = [stage["Name"] for stage in given.get("Stages", [])]
        if names not in (DEPLOY_STAGES, BUILD_STAGES):
            yield pipeline.found("pipeline-stages", f"{names} is neither {BUILD_STAGES} nor {DEPLOY_STAGES}")
        if given.get("PipelineType") != "V2":
            yield pipeline.found("pipeline-type", "variables and queued executions need a pipeline of type V2")
        for stage in given.get("Stages", []):
            if stage.get("OnFailure", {}).get("Result", "FAIL") not in {"FAIL", "ROLLBACK", "RETRY"}:
                yield pipeline.found("pipeline-failure", f"{stage['Name']} does not stop the pipeline when it fails")
        yield from _skips(pipeline)


def _skips(pipeline: Resource) -> Iterator[Finding]:
    """When staging, and with it the approval, is skipped, production is skipped for the same reason."""
    stages = {stage["Name"]: stage.get("BeforeEntry") for stage in pipeline.properties.get("Stages", [])}
    staging, production = (stages.get(name) for name in STAGE_OF)
    if staging and staging != production:
        yield pipeline.found("pipeline-skip", "DeployStaging can be skipped, with its approval, when DeployProd is not")


def deployment(assembly: Assembly) -> Iterator[Finding]:
    """Production waits for staging, its test and a person; executions queue, so that none overtakes another."""
    pipelines = deploy_pipelines(assembly)
    if not pipelines and "deploy" in "".join(assembly.templates):
        yield Finding("pipeline-missing", "-", "no pipeline whose name ends in -model-deploy")
    for pipeline in pipelines:
        given = pipeline.properties
        if "ModelPackageArn" not in {variable["Name"] for variable in given.get("Variables", [])}:
            yield pipeline.found(
                "pipeline-variable", "no variable ModelPackageArn: it cannot be told which version to deploy"
            )
        if given.get("ExecutionMode") != "QUEUED":
            yield pipeline.found(
                "pipeline-mode", f"{given.get('ExecutionMode')}: a later execution may overtake an earlier one"
            )
        waits = approval(assembly).before_production
        yield from _order(pipeline, waits=waits)
        yield from _fixed(pipeline, waits=waits)
        for action in actions(pipeline):
            yield from _stage_faults(pipeline, action)


def _order(pipeline: Resource, *, waits: bool) -> Iterator[Finding]:
    """`waits`: whether approval.production asks for a person; then production is unreachable without one, else there is none."""
    found = actions(pipeline)

    def first(stage: str, *categories: str) -> list[tuple[int, int]]:
        return [action.order for action in found if action.stage == stage and action.category in categories]

    approvals = [action.order for action in found if action.category == "Approval"]
    production = [action.order for action in found if _changes_production(action)]
    deploys, tests = first("DeployStaging", "Deploy"), first("DeployStaging", "Build", "Test")
    if not production or not deploys:
        yield pipeline.found("pipeline-deploys", "no deploy action in DeployStaging or in DeployProd")
    if waits and (not approvals or any(order <= max(approvals) for order in production)):
        yield pipeline.found("pipeline-approval", "production is reachable without the approval")
    if approvals and not waits:
        yield pipeline.found("pipeline-approval", "waits for a person, though approval.production is none")
    if not tests or (deploys and min(tests) <= max(deploys)):
        yield pipeline.found("pipeline-test", "staging is not tested after it was deployed")
    if approvals and tests and min(approvals) <= max(tests):
        yield pipeline.found("pipeline-approval-early", "the approver is asked before the test has passed")
    verified = [order for order in first("DeployProd", "Build", "Test") if production and order > max(production)]
    if not verified:
        yield pipeline.found("pipeline-verify", "production is not verified after it was deployed")


def _changes_production(action: Action) -> bool:
    """Making a change set changes nothing yet."""
    mode = action.configuration.get("ActionMode")
    return STAGE_OF.get(action.stage) == "prod" and action.category == "Deploy" and mode != MAKES


def _fixed(pipeline: Resource, *, waits: bool) -> Iterator[Finding]:
    """What is executed in production was fixed, and reviewed, before the approval; no other execution can replace it."""
    found = [action for action in actions(pipeline) if STAGE_OF.get(action.stage) == "prod"]
    made = [action for action in found if action.configuration.get("ActionMode") == MAKES]
    executed = [action for action in found if _changes_production(action)]
    reviews = [action for action in found if action.category == "Invoke"]
    doors = [action.order for action in found if action.category == "Approval"] if waits else []
    doors = doors or [action.order for action in executed]
    if not made or not doors or max(action.order for action in made) >= min(doors):
        yield pipeline.found("production-not-fixed", "production's change set is not made before it is approved")
    if not reviews or not doors or max(action.order for action in reviews) >= min(doors):
        yield pipeline.found("production-not-reviewed", "nobody looks at production's change before it is approved")
    if made and reviews and min(action.order for action in reviews) <= max(action.order for action in made):
        yield pipeline.found("production-not-reviewed", "the review does not come after the change set is made")
    sets = {str(action.configuration.get("ChangeSetName")) for action in [*made, *executed]}
    sets |= {
        json.loads(str(action.configuration.get("UserParameters", "{}"))).get("ChangeSetName") for action in reviews
    }
    if len(sets) != 1 or OF_THIS_EXECUTION not in "".join(map(str, sets)):
        yield pipeline.found("production-change-set", f"made, reviewed and executed are {sorted(map(str, sets))}")
    for action in executed:
        if action.properties.get("InputArtifacts") or action.configuration.get("TemplatePath"):
            yield pipeline.found("production-not-fixed", f"{action.name} reads an artifact after the approval")


def _stage_faults(pipeline: Resource, action: Action) -> Iterator[Finding]:
    stage = STAGE_OF.get(action.stage)
    if stage is None:
        return
    given = json.dumps({**action.configuration, "InputArtifacts": ""}, default=str)
    other = ({"staging", "prod"} - {stage}).pop()
    if action.category != "Approval" and f"-{other}" in given.replace("-production", "-prod"):
        yield pipeline.found("pipeline-stage-swapped", f"{action.stage}/{action.name} names {other}: {given[:300]}")
    if action.category == "Deploy":
        mode = action.configuration.get("ActionMode")
        configuration = str(action.configuration.get("TemplateConfiguration", ""))
        if mode != EXECUTES and not configuration.endswith(f"::{stage}-config-export.json"):
            yield pipeline.found(
                "pipeline-stage-config", f"{action.stage}/{action.name} deploys with {configuration!r}"
            )
        if mode not in MODES_OF[stage]:
            yield pipeline.found("pipeline-stack-mode", f"{action.stage}/{action.name}: {mode!r}")
        if not str(action.configuration.get("StackName", "")).endswith(f"-{stage}"):
            yield pipeline.found("pipeline-stage-stack", f"{action.stage}/{action.name} writes another stage's stack")
    if action.category == "Approval":
        for key in ("ExternalEntityLink", "CustomData"):
            if not action.configuration.get(key):
                yield pipeline.found("pipeline-approval-notice", f"the approver is not told: {key} is missing")
