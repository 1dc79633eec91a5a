"""A resource's own word on who may use it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OwnPolicy:
    """What a resource says itself about who may use it, and the KMS key that it is encrypted with, if any."""

    policy: str
    kms_key: str = ""
