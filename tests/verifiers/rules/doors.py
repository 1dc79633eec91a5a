"""What stands before production, asked the right question: the review and the last look, on the version that was tested."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import yaml

from tests.verifiers.assembly import Assembly, Finding, Resource
from tests.verifiers.facts import names
from tests.verifiers.rules.builds import projects, specification
from tests.verifiers.rules.pipelines import EXECUTES, Action, actions, deploy_pipelines

PRODUCTION = "DeployProd"
TESTED = "#{StagingStack.ModelPackageArn}"  # an output of the stack that the test of staging has invoked
DIGESTS = "#{BuildVariables.DIGESTS}"
LAST_LOOK = {"--dry-run", "--decided-last"}


def before_production(assembly: Assembly) -> Iterator[Finding]:
    for pipeline in deploy_pipelines(assembly):
        found = [action for action in actions(pipeline) if action.stage == PRODUCTION]
        for action in found:
            if action.category == "Invoke":
                yield from _reviewed(pipeline, action, function=names(assembly).review)
        yield from _looked_at_last(pipeline, found, project=names(assembly).model_deploy)


def _reviewed(pipeline: Resource, action: Action, *, function: str) -> Iterator[Finding]:
    """By the function of these templates, which is told what was tested and what was built."""
    asked = json.loads(str(action.configuration.get("UserParameters", "{}")))
    given = (action.configuration.get("FunctionName"), asked.get("ModelPackageArn"), asked.get("Digests"))
    if given != (function, TESTED, DIGESTS):
        yield pipeline.found("review-question", f"{action.name} asks {given}, not {(function, TESTED, DIGESTS)}")


def _looked_at_last(pipeline: Resource, found: list[Action], *, project: str) -> Iterator[Finding]:
    """Behind the approval, before the change is carried out: still approved, decided last, and the archive as registered."""
    executed = [action.order for action in found if action.configuration.get("ActionMode") == EXECUTES]
    approvals = [action.order for action in found if action.category == "Approval"]
    looks = [action.order for action in found if _looks(action, project)]
    between = [
        order for order in looks if order > max(approvals, default=(0, 0)) and order < min(executed, default=order)
    ]
    if not between:
        yield pipeline.found("pipeline-recheck", "nobody looks at the version between the approval and production")


def _looks(action: Action, project: str) -> bool:
    given = json.loads(str(action.configuration.get("EnvironmentVariables", "[]")))
    variables = {each["name"]: each["value"] for each in given}
    return (
        action.configuration.get("ProjectName") == project
        and variables.get("MODEL_PACKAGE_ARN") == TESTED
        and set(variables.get("BUILD_ARGUMENTS", "").split()) >= LAST_LOOK
    )


def exported(assembly: Assembly) -> Iterator[Finding]:
    """What later actions read of a build, its specification exports; CodePipeline would hand on an empty text."""
    for pipeline in assembly.of("AWS::CodePipeline::Pipeline"):
        text = json.dumps(pipeline.properties.get("Stages", []))
        for action in actions(pipeline):
            if action.provider != "CodeBuild" or not action.properties.get("Namespace"):
                continue
            read = set(re.findall(rf"#\{{{action.properties['Namespace']}\.(\w+)\}}", text))
            for variable in sorted(read - _exports(assembly, str(action.configuration.get("ProjectName")))):
                yield pipeline.found("build-export", f"{action.name} does not export {variable}, which is read later")


def _exports(assembly: Assembly, project: str) -> set[str]:
    specifications = [specification(assembly, one) for one in projects(assembly) if one.name == project]
    try:
        read = [yaml.safe_load(text) for text in specifications]
    except yaml.YAMLError:  # `builds.specifications` tells it
        return set()
    given = [(one.get("env") or {}).get("exported-variables") for one in read if isinstance(one, dict)]
    return {name for exports in given for name in exports or []}
