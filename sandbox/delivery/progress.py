"""How far each schedule has come on its own timeline, on disk: a restart neither loses a due moment nor repeats one."""

from __future__ import annotations

from collections.abc import Set
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass

from sandbox.store import Store

_KIND = "progress"
_PRECISION = 1.0  # seconds before it was made that still count: a rate's first moment is when it was made


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Of one schedule or rule."""

    arn: str
    definition: str
    offset: float
    """what the clock had been advanced by when it was made, or its timing last changed"""
    made: float
    last: float
    """the moment that fired last; at first, just before it was made"""

    @property
    def has_fired(self) -> bool:
        return self.last > self.made - _PRECISION


class ProgressOf:
    """All of them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def transaction(self) -> AbstractContextManager[None]:
        """To change it together with the deliveries, which are in the same store."""
        return self._store.transaction()

    def of(self, arn: str, definition: str, *, now: float, offset: float) -> Progress:
        """Begun anew where it is new, or another than it was."""
        known = self._store.get(_KIND, arn)
        if known is not None and known["definition"] == definition:
            return Progress(**known)
        begun = Progress(arn=arn, definition=definition, offset=offset, made=now, last=now - _PRECISION)
        self._store.put(_KIND, arn, asdict(begun))
        return begun

    def fired(self, arn: str, moment: float) -> None:
        self._store.update(_KIND, arn, {"last": moment})

    def keep(self, arns: Set[str]) -> None:
        """Forget the others: they were deleted."""
        for known in self._store.all(_KIND):
            if known["arn"] not in arns:
                self._store.delete(_KIND, known["arn"])
