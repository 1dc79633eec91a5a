"""Fn::Join inside a template's conditions."""

from __future__ import annotations

import pytest

from sandbox.plugin.conditions import joined


@pytest.mark.parametrize(
    ("given", "text"),
    [("", ""), ("arn:one", "arn:one"), ("arn:one,arn:two", "arn:onearn:two")],
)
def test_a_list_parameter_is_joined_by_its_members(given: str, text: str) -> None:
    condition = {"Fn::Not": [{"Fn::Equals": ["", {"Fn::Join": ["", {"Ref": "Policies"}]}]}]}
    assert joined(condition, {"Policies": {"Value": given}}) == {"Fn::Not": [{"Fn::Equals": ["", text]}]}


def test_literals_and_references_are_joined_in_order() -> None:
    items = ["a", {"Ref": "Middle"}, "z"]
    assert joined({"Fn::Join": ["-", items]}, {"Middle": {"Value": "m"}}) == "a-m-z"


def test_what_is_no_join_stays_as_it_is() -> None:
    conditions = {"IsHere": {"Fn::Equals": [{"Ref": "Here"}, "yes"]}}
    assert joined(conditions, {"Here": {"Value": "yes"}}) == conditions
