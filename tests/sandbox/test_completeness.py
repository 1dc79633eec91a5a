"""A property that a handler does not look at is carried out by a supplement, or refused by name; a failed resource is removed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.completeness import Supplement, Watched, complete
from sandbox.errors import NotInTheSandbox

KIND = "AWS::Made::Up"


class Type:
    """A resource type that knows one property."""

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.applied: list[tuple[Any, ...]] = []
        self.read: Callable[[dict[str, Any]], object] = lambda properties: properties.get("Known")

    def handlers(self, *, supplemented: bool = False) -> dict[str, Any]:
        def create(_: str, properties: dict[str, Any], __: str) -> tuple[str, dict[str, str]]:
            self.read(properties)
            return "it", {}

        def update(physical_id: str, _: Any, new: dict[str, Any], __: str) -> tuple[str, dict[str, str]]:
            self.read(new)
            return physical_id, {}

        handlers = {"create": create, "update": update, "delete": lambda name, _: self.deleted.append(name)}
        apply = lambda *arguments: self.applied.append(arguments)  # noqa: E731 (a recorder)
        return complete(KIND, handlers, Supplement(properties=("Extra",), apply=apply) if supplemented else None)


@pytest.mark.parametrize(
    "read",
    [
        lambda properties: properties["Known"],
        lambda properties: properties.get("Known"),
        lambda properties: "Known" in properties,
        dict,
        lambda properties: {**properties},
        copy.copy,
        copy.deepcopy,
        lambda properties: list(properties.items()),
        lambda properties: list(properties.values()),
    ],
)
def test_every_way_of_looking_counts(read: Callable[[dict[str, Any]], object]) -> None:
    type_ = Type()
    type_.read = read
    assert type_.handlers()["create"]("It", {"Known": 1}, "stack") == ("it", {})


def test_a_property_that_nobody_looked_at_is_named_and_the_resource_removed() -> None:
    type_ = Type()
    with pytest.raises(NotInTheSandbox, match="AWS::Made::Up: the property Colour, Extra is not in the sandbox"):
        type_.handlers()["create"]("It", {"Known": 1, "Extra": 2, "Colour": 3}, "stack")
    assert type_.deleted == ["it"]


def test_a_supplement_carries_out_what_is_its_own_and_nothing_else() -> None:
    type_ = Type()
    create = type_.handlers(supplemented=True)["create"]
    create("It", {"Known": 1, "Extra": 2}, "stack")
    assert type_.applied == [("it", {}, {"Known": 1, "Extra": 2})]
    with pytest.raises(NotInTheSandbox, match="the property Colour is"):
        create("It", {"Extra": 2, "Colour": 3}, "stack")


def test_a_supplement_that_fails_leaves_nothing_behind() -> None:
    type_ = Type()

    def refuse(*_: object) -> None:
        raise ValueError("no such key")

    handlers = {"create": lambda *_: ("it", {}), "delete": lambda name, _: type_.deleted.append(name)}
    created = complete(KIND, handlers, Supplement(properties=("Extra",), apply=refuse))["create"]
    with pytest.raises(ValueError, match="no such key"):
        created("It", {"Extra": 1}, "stack")
    assert type_.deleted == ["it"]


def test_an_update_is_held_to_what_it_changes_alone() -> None:
    update = Type().handlers()["update"]
    update("it", {"Known": 1, "Colour": 3}, {"Known": 2, "Colour": 3}, "stack")
    with pytest.raises(NotInTheSandbox, match="changing the property Colour is not in the sandbox"):
        update("it", {"Known": 1, "Colour": 3}, {"Known": 1, "Colour": 4}, "stack")
    with pytest.raises(NotInTheSandbox, match="changing the property Colour"):
        update("it", {"Known": 1, "Colour": 3}, {"Known": 1}, "stack")


def test_a_watched_mapping_is_a_mapping() -> None:
    assert Watched({"a": 1}) == {"a": 1}
    assert copy.deepcopy(Watched({"a": [1]})) == {"a": [1]}
