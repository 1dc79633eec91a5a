"""What CreatePipeline refuses, sentence by sentence."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from sandbox.errors import ValidationError
from sandbox.sagemaker.pipelines.definition.check import check
from tests.sandbox.pipelines.definition_faults import COUNT, FORM_FAULTS, arguments, step
from tests.sandbox.pipelines.definition_meaning_faults import MEANING_FAULTS
from tests.sandbox.pipelines.definitions import (
    definition,
    gated,
    get,
    join,
)

FAULTS = [*FORM_FAULTS, *MEANING_FAULTS]


@pytest.mark.parametrize(("raw", "sentence"), FAULTS, ids=[sentence[:60] for _, sentence in FAULTS])
def test_a_fault_is_named(raw: Any, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        check(json.dumps(raw))
    assert refused.value.message.startswith("Unable to parse pipeline definition. ")
    assert sentence in refused.value.message


def test_invalid_json_is_refused_with_line_and_column() -> None:
    with pytest.raises(ValidationError, match="line 2, column 3: Expecting property name"):
        check("{\n  oops: 1}")
    with pytest.raises(ValidationError, match="NaN is not a number JSON knows"):
        check('{"Version": NaN}')


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        check(json.dumps({**definition(step(Type="Callback"), step(Name="B", DependsOn=1)), "Version": "x"}))
    for sentence in ("Version is 'x'", "step type Callback", "step 'B': DependsOn is not a list"):
        assert sentence in refused.value.message


def test_a_faultless_definition_names_what_each_step_waits_for() -> None:
    read = check(json.dumps(gated()))
    assert read.steps["Train"].depends_on == {"Preprocess"}
    assert read.steps["Gate"].depends_on == {"Evaluate"}
    assert read.steps["Register"].depends_on == {"Train", "Evaluate", "Gate"}
    assert read.steps["Score"].depends_on == {"CreateModel", "Gate"}


def test_members_left_out_of_a_faultless_definition_never_crash_the_check() -> None:
    """Every single member removed, or replaced by another type: accepted or refused, never anything else."""
    whole = gated()
    for path in _paths(whole):
        for replacement in (None, 1, "x", [], {}, [1], {"Get": "Parameters.None"}):
            mutant = copy.deepcopy(whole)
            target = mutant
            for part in path[:-1]:
                target = target[part]
            target[path[-1]] = replacement
            try:
                check(json.dumps(mutant))
            except ValidationError as error:
                assert error.message


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [each for key, item in items for each in [(*path, key), *_paths(item, (*path, key))]]


def test_an_expression_inside_an_integer_or_a_map_is_accepted() -> None:
    changed = arguments(Environment={"WHERE": join("a", get("Parameters.Count"))})
    changed["Arguments"]["ProcessingResources"]["ClusterConfig"]["InstanceCount"] = get("Parameters.Count")
    check(json.dumps(definition(changed, parameters=[COUNT])))
