"""A template's properties become the API's request by the API's own model, strictly."""

from __future__ import annotations

import pytest

from sandbox import properties
from sandbox.errors import ValidationError
from sandbox.service import service_model

SHAPE = service_model("codebuild").operation_model("CreateProject").input_shape
SPELLING = properties.capitalised(unlike={"buildspec": "BuildSpec"})


def request(given: dict[str, object]) -> dict[str, object]:
    return properties.request(given, SHAPE, kind="T", spelling=SPELLING)


def test_text_becomes_what_the_api_wants() -> None:
    assert request({"TimeoutInMinutes": "5", "BadgeEnabled": "true", "Description": 7}) == {
        "timeoutInMinutes": 5,
        "badgeEnabled": True,
        "description": "7",
    }


def test_names_are_spelt_as_in_a_template_at_every_depth() -> None:
    given = {"Environment": {"EnvironmentVariables": [{"Name": "A", "Value": True}]}, "Source": {"BuildSpec": "b"}}
    assert request(given) == {
        "environment": {"environmentVariables": [{"name": "A", "value": "true"}]},
        "source": {"buildspec": "b"},
    }


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"environment": {}}, r"T: Encountered unsupported property environment \(did you mean Environment\?\)"),
        (
            {"Environment": {"EnvironmentVariables": [{"name": "A"}]}},
            r"T\.Environment\.EnvironmentVariables\[0\]: .* name",
        ),
        ({"TimeoutInMinutes": "five"}, r"T\.TimeoutInMinutes: 'five' is not a number"),
    ],
)
def test_what_the_api_does_not_know_is_named_with_its_place(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        request(given)
