"""Variables in the paths of a build specification: what its artifacts, reports and caches are called is known when the build runs.

The user guide's sample of several sources and artifacts has `base-directory: $CODEBUILD_SRC_DIR_source2`
(https://docs.aws.amazon.com/codebuild/latest/userguide/sample-multi-in-out.html), and AWS's own template for SageMaker Projects
lists artifacts by variables. An artifact's `name` is more: "calculated at build time" by the shell's language ("artifacts/name").
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))", re.ASCII)


def expanded(text: str, variables: Mapping[str, str]) -> str:
    """`$NAME` and `${NAME}`; one that is not there is empty, as for the shell."""
    return _VARIABLE.sub(lambda found: variables.get(found[1] or found[2], ""), text)
