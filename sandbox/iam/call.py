"""One HTTP request to a service of ministack's, as what it takes is read from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs

from sandbox.store import Document


@dataclass(frozen=True, kw_only=True)
class Call:
    """As ministack hands it to a service."""

    method: str
    path: str
    headers: Mapping[str, str]
    """names in small letters"""
    body: bytes
    query: Mapping[str, Sequence[str]]

    @property
    def target(self) -> str:
        """The operation that X-Amz-Target names, of the JSON protocols."""
        return self.headers.get("x-amz-target", "").rpartition(".")[2]

    @property
    def form(self) -> Mapping[str, str]:
        """The parameters, in the query protocol."""
        return form(self.body)

    @property
    def members(self) -> Document:
        """The members, in the JSON protocols; a body that is none is for the service to refuse."""
        try:
            document = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}


def form(body: bytes) -> Mapping[str, str]:
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
