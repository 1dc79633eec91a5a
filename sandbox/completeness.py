"""No property of a template is skipped in silence.

ministack's handlers of resource types look at the properties they know and pass over the others without a word. Here each handler's
properties are watched: one that it did not look at is carried out by a supplement, or the resource fails with the property's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.errors import NotInTheSandbox
from sandbox.store import Document

Handlers = dict[str, Any]  # create, update, delete and flags, as ministack keeps them


class Watched(dict[str, Any]):
    """Properties that remember which of them were looked at, copying and iterating included."""

    def __init__(self, properties: Mapping[str, Any] | None = None) -> None:
        super().__init__(properties or {})
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.seen.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.seen.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.seen.add(str(name))
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:  # without it, `dict(properties)` would copy past __getitem__
        return super().__iter__()

    def items(self) -> Any:
        self.seen.update(super().keys())
        return super().items()

    def values(self) -> Any:
        self.seen.update(super().keys())
        return super().values()


@dataclass(frozen=True, kw_only=True)
class Supplement:
    """What ministack's handlers of a type leave out: `apply(physical id, old properties, new ones)` carries out `properties`."""

    properties: tuple[str, ...]
    apply: Callable[[str, Document, Document], None]


def complete(kind: str, handlers: Handlers, supplement: Supplement | None) -> Handlers:
    """The handlers of a type, with its supplement and under watch."""
    completed = {**handlers, "create": _creating(kind, handlers, supplement)}
    if "update" in handlers:
        completed["update"] = _updating(kind, handlers["update"], supplement)
    return completed


def _creating(kind: str, handlers: Handlers, supplement: Supplement | None) -> Callable[..., Any]:
    def create(logical_id: str, properties: Document, stack: str) -> Any:
        watched = Watched(properties)
        created = handlers["create"](logical_id, watched, stack)
        try:
            _finish(kind, watched, {}, properties, supplement, created[0])
        except Exception:
            _delete(handlers, created[0], properties, logical_id)  # a resource that failed leaves nothing behind
            raise
        return created

    return create


def _updating(kind: str, update: Callable[..., Any], supplement: Supplement | None) -> Callable[..., Any]:
    def updated(physical_id: str, old: Document, new: Document, *rest: Any) -> Any:
        watched = Watched(new)
        result = update(physical_id, old, watched, *rest)
        _finish(kind, watched, old, new, supplement, result[0])
        return result

    return updated


def _finish(
    kind: str, watched: Watched, old: Document, new: Document, supplement: Supplement | None, physical_id: str
) -> None:
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    passed_over = changed - watched.seen
    if supplement is not None:
        ours = changed & set(supplement.properties)
        if ours:
            supplement.apply(physical_id, old, new)
        passed_over -= ours
    if passed_over:
        names = ", ".join(sorted(passed_over))
        change = "changing the property" if old else "the property"
        raise NotInTheSandbox(f"{kind}: {change} {names}")


def _delete(handlers: Handlers, physical_id: str, properties: Document, logical_id: str) -> None:
    extra = (logical_id,) if handlers.get("delete_with_logical_id") else ()
    handlers["delete"](physical_id, properties, *extra)
