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
            "only the smoke test invokes an endpoint",
            "sagemaker:InvokeEndpoint*",
            but="SmokeTest TesterStaging TesterProd",
        ),
        nobody(
            "nobody takes on another role, but the pipeline, the test and the reconciler in the account of a stage",
            "sts:AssumeRole*",
            but="DeployPipeline SmokeTest Reconciler" if abroad else "",
        ),
    ]


def _endpoint(assembly: Assembly, stage: str) -> str:
    """In the stage's own account where it has one."""
    known = names(assembly)
    place = assembly.places.get(f"{known.project}-{stage}-account", f"{REGION}:{ACCOUNT}")
    return f"arn:aws:sagemaker:{place}:endpoint/{known.endpoint(stage)}"
