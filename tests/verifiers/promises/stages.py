"""Who changes the endpoints of the stages, and who calls them."""

from __future__ import annotations

from tests.verifiers.assembly import Assembly
from tests.verifiers.facts import names
from tests.verifiers.physical import ACCOUNT, REGION
from tests.verifiers.promises.form import nobody
from tests.verifiers.tools.proofs import Promise

# At home they are called by their place among the stages, abroad by the stage.
_CHANGING = {"staging": "CloudFormationStaging", "prod": "CloudFormationProduction CloudFormationProd"}


def of_stages(assembly: Assembly) -> list[Promise]:
    changes = tuple(f"sagemaker:{verb}Endpoint" for verb in ("Create", "Update", "Delete"))
    stages = [
        nobody(
            f"only the CloudFormation of {stage} changes the endpoint of {stage}",
            *changes,
            "sagemaker:UpdateEndpointWeightsAndCapacities",
            on=_endpoint(assembly, stage),
            but=_CHANGING[stage],
        )
        for stage in ("staging", "prod")
    ]
    abroad = any(stack.endswith("-account") for stack in assembly.templates)
    return [
        *stages,
        nobody("nobody changes any other endpoint", *changes, but=" ".join(_CHANGING.values())),
        nobody(
            "only the deploy pipeline changes the stages' stacks",
            *(f"cloudformation:{verb}*" for verb in ("Create", "Update", "Delete", "Execute", "Set")),
            but="DeployPipeline DeployerStaging DeployerProd",
        ),
        nobody(
            "nobody changes production's stack but by a change set, and only the deploy pipeline makes and executes those",
            *(f"cloudformation:{verb}" for verb in ("CreateStack*", "DeleteStack*", "UpdateStack*", "SetStackPolicy")),
            on=_stack(assembly, "prod"),
        ),
        nobody(
            "only the deploy pipeline makes, executes or deletes a change set",
            *(f"cloudformation:{verb}ChangeSet" for verb in ("Create", "Delete", "Execute")),
            but="DeployPipeline DeployerProd",
        ),
        nobody(
            "only production's review says what the approver is told, and whether he is asked",
            "codepipeline:PutJob*",
            "codepipeline:AcknowledgeJob",
            but="Review",
        ),
        nobody(
            "only the smoke test invokes an endpoint",
            "sagemaker:InvokeEndpoint*",
            but="SmokeTest TesterStaging TesterProd",
        ),
        nobody(
            "nobody takes on another role, but the pipeline, the test, the review and the reconciler in the account of a stage",
            "sts:AssumeRole*",
            but="DeployPipeline SmokeTest Review Reconciler" if abroad else "",
        ),
    ]


def _stack(assembly: Assembly, stage: str) -> str:
    known = names(assembly)
    place = assembly.places.get(f"{known.project}-{stage}-account", f"{REGION}:{ACCOUNT}")
    return f"arn:aws:cloudformation:{place}:stack/{known.endpoint(stage)}/0a1b2c3d"


def _endpoint(assembly: Assembly, stage: str) -> str:
    """In the stage's own account where it has one."""
    known = names(assembly)
    place = assembly.places.get(f"{known.project}-{stage}-account", f"{REGION}:{ACCOUNT}")
    return f"arn:aws:sagemaker:{place}:endpoint/{known.endpoint(stage)}"
