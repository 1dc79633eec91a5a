"""Expressions and paths: pure values in, values out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sagemaker.pipelines.language import paths
from sandbox.sagemaker.pipelines.language.expressions import Scope, resolve, text
from sandbox.sagemaker.pipelines.language.references import ExpressionError, references
from tests.sandbox.pipelines.definitions import get, join, json_get

JOB = {
    "ModelArtifacts": {"S3ModelArtifacts": "s3://bucket/model.tar.gz"},
    "ProcessingOutputConfig": {
        "Outputs": [
            {"OutputName": "train", "S3Output": {"S3Uri": "s3://bucket/train"}},
            {"OutputName": "te.st", "S3Output": {"S3Uri": "s3://bucket/test"}},
        ]
    },
    "HyperParameters": {"eta": "0.1"},
}
REPORT = {"metrics": {"mse": {"value": 4.5}, "by class": [1, {"f-1": True}]}, "name": "x", "nothing": None}

SCOPE = Scope(
    parameters={"Text": "t", "Count": 3, "Share": 0.5, "Flag": True},
    execution={"PipelineName": "p"},
    properties=lambda step: {"A": JOB}[step],
    property_file=lambda step, file: {("A", "Report"): REPORT}[step, file],
    json_object=lambda uri: {"s3://bucket/r.json": REPORT}[uri],
)

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
names = st.text(st.characters(categories=("L", "N"), include_characters="_- "), min_size=1, max_size=8)
literals = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(names.filter(lambda name: name != "Get" and not name.startswith("Std:")), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(literals)
def test_what_holds_no_expression_resolves_to_itself(value: object) -> None:
    assert resolve(value, SCOPE) == value
    assert list(references(value)) == []


@given(literals, st.sampled_from(["Text", "Count", "Share", "Flag"]))
def test_an_expression_is_replaced_wherever_it_stands(value: object, name: str) -> None:
    wrapped = {"a": [value, {"b": get(f"Parameters.{name}")}]}
    assert resolve(wrapped, SCOPE) == {"a": [value, {"b": SCOPE.parameters[name]}]}
    assert [str(each) for each in references(wrapped)] == [f"Parameters.{name}"]


@given(st.text(max_size=3), st.lists(st.text(max_size=5) | st.integers() | st.booleans(), max_size=5))
def test_join_writes_strings_as_they_are_and_the_rest_as_json(on: str, values: list[Any]) -> None:
    expected = on.join(each if isinstance(each, str) else json.dumps(each) for each in values)
    assert resolve(join(*values, on=on), SCOPE) == expected


@given(st.lists(names | st.integers(0, 3), min_size=1, max_size=5), scalars)
def test_a_path_leads_to_what_was_put_there(parts: list[str | int], leaf: object) -> None:
    value, path = leaf, ""
    for part in reversed(parts):
        value = [*[None] * part, value] if isinstance(part, int) else {part: value}
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f"['{part}']"
    assert paths.find(value, path) == leaf
    assert paths.find(value, f"${path}") == leaf


@given(st.text(max_size=12))
def test_any_text_is_a_path_or_a_path_error(path: str) -> None:
    try:
        assert paths.parts(path)
    except paths.PathError as error:
        assert "is not a path" in str(error)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (get("Parameters.Count"), 3),
        (get("Execution.PipelineName"), "p"),
        (get("Steps.A.ModelArtifacts.S3ModelArtifacts"), "s3://bucket/model.tar.gz"),
        (get("Steps.A.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"), "s3://bucket/train"),
        (get("Steps.A.ProcessingOutputConfig.Outputs['te.st'].S3Output.S3Uri"), "s3://bucket/test"),
        (get("Steps.A.ProcessingOutputConfig.Outputs[1].OutputName"), "te.st"),
        (get("Steps.A.HyperParameters['eta']"), "0.1"),
        (json_get("A", "metrics.mse.value", file="Report"), 4.5),
        (json_get("A", "$.metrics.mse.value", file="Report"), 4.5),
        (json_get("A", "metrics['by class'][1]['f-1']", file="Report"), True),
        (json_get("A", 'metrics["by class"][0]', file="Report"), 1),
        ({"Std:JsonGet": {"S3Uri": join("s3://bucket/", "r.json"), "Path": "name"}}, "x"),
        (join("a", get("Parameters.Flag"), get("Parameters.Share"), 6.0, on="|"), "a|true|0.5|6.0"),
        (join(join("a", "b"), json_get("A", "name", file="Report")), "abx"),
        ({"Get": "x", "other": 1}, {"Get": "x", "other": 1}),
    ],
)
def test_an_expression_has_its_value(expression: object, value: object) -> None:
    assert resolve(expression, SCOPE) == value


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        (get("Parameters.None"), "Parameters.None has no value here; there are: Count, Flag, Share, Text"),
        (get("Steps.A.Nope.X"), "Steps.A.Nope.X: the root has no 'Nope'; it has: HyperParameters, ModelArtifacts"),
        (get("Steps.A.ProcessingOutputConfig.Outputs['no']"), "Outputs has no 'no'; it has: 2 items"),
        (get("Steps.A.Outputs[x"), "'Outputs[x' is not a path: it breaks off before '[x'"),
        (json_get("A", "metrics", file="Report"), "a string, number or boolean is needed there"),
        (json_get("A", "nothing", file="Report"), "a string, number or boolean is needed there"),
        (json_get("A", "name.first", file="Report"), "name has no 'first'; it has: no members"),
        ({"Std:JsonGet": {"Path": "x"}}, "Std:JsonGet needs S3Uri, or PropertyFile"),
        ({"Std:JsonGet": {"PropertyFile": get("Parameters.Text"), "Path": "x"}}, "Std:JsonGet needs S3Uri"),
        ({"Std:Join": []}, "Std:Join takes an object"),
        ({"Std:Upper": {}}, "Std:Upper is not a function"),
        (join(get("Steps.A.ModelArtifacts")), "Std:Join joins strings, numbers and booleans, not {"),
    ],
)
def test_an_expression_without_a_value_says_why(expression: object, sentence: str) -> None:
    with pytest.raises(ExpressionError) as error:
        resolve(expression, SCOPE)
    assert sentence in str(error.value)


def test_a_scope_without_steps_says_so() -> None:
    with pytest.raises(ExpressionError, match="no step's results can be used here"):
        resolve(get("Steps.A.X"), Scope(parameters={}, execution={}))


def test_text_of_a_number_is_exact() -> None:
    assert (text(4.123456789012345), text(10**20), text(1e-07)) == ("4.123456789012345", "1" + "0" * 20, "1e-07")
