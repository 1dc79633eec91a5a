"""Conditions hold as Python's own comparisons do."""

from __future__ import annotations

import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sagemaker.pipelines.language.conditions import holds
from sandbox.sagemaker.pipelines.language.expressions import Scope
from sandbox.sagemaker.pipelines.language.references import ExpressionError

SCOPE = Scope(parameters={}, execution={})

OPERATORS = {
    "Equals": operator.eq,
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)


@given(st.sampled_from(sorted(OPERATORS)), st.tuples(numbers, numbers) | st.tuples(st.text(), st.text()))
def test_comparisons_are_those_of_numbers_and_strings(kind: str, pair: tuple[Any, Any]) -> None:
    condition = {"Type": kind, "LeftValue": pair[0], "RightValue": pair[1]}
    assert holds(condition, SCOPE) == OPERATORS[kind](*pair)
    assert holds({"Type": "Not", "Condition": condition}, SCOPE) != holds(condition, SCOPE)


@given(numbers, st.lists(numbers, max_size=5))
def test_in_is_an_or_of_equals(query: float, values: list[float]) -> None:
    equals = [{"Type": "Equals", "LeftValue": query, "RightValue": each} for each in values]
    within = {"Type": "In", "QueryValue": query, "Values": values}
    assert holds(within, SCOPE) == holds({"Type": "Or", "Conditions": equals}, SCOPE) == (query in values)


def test_true_is_no_number() -> None:
    assert not holds({"Type": "Equals", "LeftValue": True, "RightValue": 1}, SCOPE)
    with pytest.raises(ExpressionError, match="LessThan compares two numbers or two strings, not True with 2"):
        holds({"Type": "LessThan", "LeftValue": True, "RightValue": 2}, SCOPE)


def test_a_string_is_never_ordered_against_a_number() -> None:
    with pytest.raises(ExpressionError, match=r"not '4\.5' with 6\.0"):
        holds({"Type": "LessThan", "LeftValue": "4.5", "RightValue": 6.0}, SCOPE)
