"""The model servers behind the endpoints: which processes serve which endpoint, and the hand-over from one set to the next."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.containers.objects import ObjectStore
from sandbox.containers.serving import ModelServer
from sandbox.errors import ServiceError
from sandbox.store import Document

DRAIN = 60.0  # seconds: InvokeEndpoint's own limit on a model's answer


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A production variant that runs. One process stands for all of its instances."""

    name: str
    weight: float
    server: ModelServer
    objects: ObjectStore
    """S3, as the model's role sees it: where captured requests go"""


@dataclass
class Fleet:
    """The variants of one endpoint, in their own folder, and how many requests are inside."""

    variants: tuple[Variant, ...]
    folder: Path
    capture: Document
    _inside: int = 0
    _idle: threading.Condition = field(default_factory=threading.Condition)

    @property
    def alive(self) -> bool:
        return all(variant.server.alive for variant in self.variants)

    @contextmanager
    def entered(self, target: str | None) -> Iterator[Variant]:
        """A variant for one request: the one named, or one by weight."""
        chosen = self._choose(target)
        with self._idle:
            self._inside += 1
        try:
            yield chosen
        finally:
            with self._idle:
                self._inside -= 1
                self._idle.notify_all()

    def _choose(self, target: str | None) -> Variant:
        if target is None:
            return random.choices(self.variants, [v.weight for v in self.variants])[0]  # noqa: S311 (load, not secrets)
        for variant in self.variants:
            if variant.name == target:
                return variant
        error = ServiceError(f"Variant {target} not found")
        error.code = "ValidationError"
        raise error

    def retire(self) -> None:
        """Stop once the requests inside are answered: a hand-over loses none."""
        with self._idle:
            self._idle.wait_for(lambda: self._inside == 0, DRAIN)
        for variant in self.variants:
            variant.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Fleets:
    """The fleets that serve now, by endpoint."""

    def __init__(self) -> None:
        self._serving: dict[str, Fleet] = {}
        self._lock = threading.Lock()

    def of(self, endpoint: str) -> Fleet | None:
        return self._serving.get(endpoint)

    def hand_over(self, endpoint: str, fleet: Fleet | None) -> None:
        """From now on `fleet` serves; the one before it ends its requests and stops."""
        with self._lock:
            before = self._serving.pop(endpoint, None)
            if fleet is not None:
                self._serving[endpoint] = fleet
        if before is not None:
            before.retire()

    def close(self) -> None:
        for endpoint in list(self._serving):
            self.hand_over(endpoint, None)
