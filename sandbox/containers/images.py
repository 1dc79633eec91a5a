"""Which container images the sandbox stands in for, and whether this environment has the library version they carry.

The tags are those of the SageMaker SDK's image list (`sagemaker.core.image_uris.retrieve`), in any registry.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata

from sandbox.containers.job import Unsupported

_URI = re.compile(r"[^/@\s]+/(?P<repository>[\w./-]+):(?P<tag>[\w.-]+)")


@dataclass(frozen=True, kw_only=True)
class Image:
    """A container image: what it is called and which library it is about."""

    repository: str
    tag: str
    library: str
    version: str  # major.minor, as the tag has it
    distributions: tuple[str, ...]
    required: bool  # whether scripts are of any use without the library
    installs_code: bool  # whether its toolkit makes a package of every script, as `sagemaker-containers` does

    @property
    def name(self) -> str:
        return f"{self.repository}:{self.tag}"


XGBOOST = Image(
    repository="sagemaker-xgboost",
    tag="3.2-0",
    library="xgboost",
    version="3.2",
    distributions=("xgboost-cpu", "xgboost"),
    required=True,
    installs_code=True,
)
SKLEARN = Image(
    repository="sagemaker-scikit-learn",
    tag="1.9-0-cpu-py3",
    library="scikit-learn",
    version="1.9",
    distributions=("scikit-learn",),
    required=False,
    installs_code=False,
)
IMAGES = (XGBOOST, SKLEARN)


def image(uri: str, *, installed: Callable[[str], str] = metadata.version) -> Image:
    """The image that stands behind a URI. Raises Unsupported if there is none, or the library here is another version.

    Versions must agree because an XGBoost model loads in another version without an error and predicts nonsense.
    """
    match = _URI.fullmatch(uri)
    known = {each.name: each for each in IMAGES}
    name = f"{match['repository']}:{match['tag']}" if match else ""
    if name not in known:
        raise Unsupported(f"the image {uri}", supported=f"it stands in for {' and '.join(known)}")
    found = known[name]
    version = _version(found, installed)
    if version is None and found.required:
        raise Unsupported(
            f"the image {uri} without its library", supported=f"install {found.library} {found.version}.*"
        )
    if version is not None and not f"{version}.".startswith(f"{found.version}."):
        raise Unsupported(
            f"the image {uri} with {found.library} {version}",
            supported=f"the image carries {found.version}: install {found.library} {found.version}.*",
        )
    return found


def _version(wanted: Image, installed: Callable[[str], str]) -> str | None:
    for distribution in wanted.distributions:
        try:
            return installed(distribution)
        except metadata.PackageNotFoundError:
            continue
    return None
