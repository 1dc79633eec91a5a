"""How a promise is written down: nobody does this, on that, but the actors named."""

from __future__ import annotations

from tests.verifiers.physical import ACCOUNT, REGION
from tests.verifiers.tools.proofs import Promise


def nobody(sentence: str, *actions: str, on: str | tuple[str, ...] = "*", but: str = "", **more: object) -> Promise:
    """`but` names actors, parted by spaces."""
    resources = (on,) if isinstance(on, str) else on
    where = {"where": more["where"]} if "where" in more else {}
    through = bool(more.get("through_others"))
    return Promise(sentence, actions, resources, frozenset(but.lower().split()), through_others=through, **where)  # type: ignore[arg-type]


def sagemaker(kind: str, name: str) -> str:
    """A real ARN, not one with wildcards between its colons: a star of IAM spans colons too, and finds names that none can have."""
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{kind}/{name}"
