"""The digests of what the build has made, compared with what CloudFormation has got.

The same texts as in promoter/digests.py of model-deploy; a test holds both together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from .refusal import Refusal

TEMPLATE = "template"
# In another account the pipeline puts that account's role in its place (infra/units/stage_actions.py); no other may be passed.
_NOT_COMPARED = frozenset({"ModelExecutionRoleArn"})


def expect_as_built(digests: Mapping[str, str], *, stage: str, template: str, parameters: Mapping[str, str]) -> None:
    found = {TEMPLATE: template_digest(template), stage: parameters_digest(parameters)}
    changed = [name for name, digest in found.items() if digests.get(name) != digest]
    if changed:
        what = " and ".join("endpoint.yaml" if name == TEMPLATE else f"{name}-config-export.json" for name in changed)
        raise Refusal(
            f"{what}: what CloudFormation has got is not what this execution's build has made and staging has tested. "
            "Somebody has replaced the artifact since. Nothing is deployed: find out who has, then approve the version again."
        )


def template_digest(text: str) -> str:
    """Of the lines: how a text ends, and what CloudFormation makes of letters beyond ASCII (a question mark), is left out."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    plain = "".join(letter for letter in lines if letter.isascii() and letter != "?")
    return hashlib.sha256(plain.encode()).hexdigest()


def parameters_digest(parameters: Mapping[str, str]) -> str:
    compared = {name: value for name, value in parameters.items() if name not in _NOT_COMPARED}
    return hashlib.sha256(json.dumps(compared, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
