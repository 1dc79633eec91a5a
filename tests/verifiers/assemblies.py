"""The assemblies that are verified: every configuration as synthesised, with the files that its pipelines run and read."""

from __future__ import annotations

from functools import cache

from infra.seed import ROOT
from tests.infra.synthesis import CONFIGURATIONS, places, synthesised
from tests.verifiers.assembly import Assembly

FILES = ("buildspec.yml", "staging-config.json", "prod-config.json", "model-deploy/endpoint.yaml")


@cache
def assembled(configuration: str) -> Assembly:
    files = {name: (ROOT / name).read_text(encoding="utf-8") for name in FILES}
    return Assembly(configuration, synthesised(configuration), files, places(configuration))


def all_assembled() -> dict[str, Assembly]:
    return {configuration: assembled(configuration) for configuration in CONFIGURATIONS}
