"""The assemblies that are verified: every configuration as synthesised, with the files that its pipelines run and read."""

from __future__ import annotations

import stat
import zipfile
from functools import cache
from pathlib import Path

from infra import ROOT
from tests.infra.synthesis import CONFIGURATIONS, archives, places, synthesised
from tests.verifiers.assembly import Assembly

FILES = ("buildspec.yml", "staging-config.json", "prod-config.json", "model-deploy/endpoint.yaml")


@cache
def assembled(configuration: str) -> Assembly:
    files = {name: (ROOT / name).read_text(encoding="utf-8") for name in FILES}
    listings = {name: _listing(path) for name, path in archives(configuration).items()}
    return Assembly(configuration, synthesised(configuration), {**files, **listings}, places(configuration))


def _listing(archive: Path) -> str:
    """An archive as `zipinfo` tells it: the mode and the name of each entry."""
    with zipfile.ZipFile(archive) as opened:
        entries = [f"{stat.filemode(entry.external_attr >> 16)} {entry.filename}" for entry in opened.infolist()]
    return "\n".join(entries)


def all_assembled() -> dict[str, Assembly]:
    return {configuration: assembled(configuration) for configuration in CONFIGURATIONS}
