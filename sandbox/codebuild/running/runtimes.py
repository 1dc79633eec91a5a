"""runtime-versions: what the build asks for, held against what there is. The machine stands in for the image's Python alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sandbox.codebuild.running.failure import PhaseFailed
from sandbox.codebuild.running.interpreter import VERSION

_CODE = "YAML_FILE_ERROR"


def check(wanted: Mapping[str, str]) -> None:
    """Raises PhaseFailed, naming what there is."""
    for runtime, version in wanted.items():
        if runtime != "python":
            raise PhaseFailed(
                _CODE, f"Unknown runtime named '{runtime}'. This build image has the following runtimes: python"
            )
        if not _is_met(version.strip()):
            raise PhaseFailed(
                _CODE,
                f"Unknown runtime version named '{version}' of python. This build image has the following versions: {VERSION}",
            )


def _is_met(version: str) -> bool:
    if version == "latest":
        return True
    plain = re.sub(r"\.x$", "", version)
    return plain == VERSION or VERSION.startswith(f"{plain}.")
