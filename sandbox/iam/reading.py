"""`python -m sandbox permissions`: asks a running sandbox for the report on roles."""

from __future__ import annotations

from sandbox.controls_client import ask
from sandbox.iam.report import PATH
from sandbox.settings import SandboxSettings
from sandbox.store import Document


def read(settings: SandboxSettings) -> Document:
    return ask(settings, "GET", PATH)
