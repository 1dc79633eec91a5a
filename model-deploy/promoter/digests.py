"""The digests of what is deployed, for the pipeline to carry: before production, what CloudFormation has got is compared with them.

The artifact in between can be replaced by whoever may write artifacts; a variable of an execution cannot.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping

from promoter.plan import Plan
from promoter.render import parameters

# For a stage in another account, infra puts that account's role in its place.
_NOT_COMPARED = frozenset({"ModelExecutionRoleArn"})


def digests(template: bytes, plans: Iterable[Plan]) -> str:
    """name=sha256, parted by commas, since a variable that holds quotation marks would break the JSON that it is put into."""
    found = {"template": template_digest(template.decode("utf-8", "replace"))}
    found |= {plan.stage: parameters_digest(parameters(plan)) for plan in plans}
    return ",".join(f"{name}={digest}" for name, digest in found.items())


def template_digest(text: str) -> str:
    """Of the lines: how a text ends, and what CloudFormation makes of letters beyond ASCII (a question mark), is left out.

    aws/aws-cdk#10523 tells of the latter.
    """
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    plain = "".join(letter for letter in lines if letter.isascii() and letter != "?")
    return hashlib.sha256(plain.encode()).hexdigest()


def parameters_digest(given: Mapping[str, str]) -> str:
    compared = {name: value for name, value in given.items() if name not in _NOT_COMPARED}
    return hashlib.sha256(json.dumps(compared, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
