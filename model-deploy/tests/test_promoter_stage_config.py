"""The schema of a stage's configuration: what is wrong is told with file, key and the nearest right word."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promoter.aws import endpoint_instance_types
from promoter.errors import ConfigError
from promoter.stage_config import load_stage_configs, parse_stage_config
from promoter_fakes.invalid_configs import INVALID

DATA = Path(__file__).parent / "data"
ROOT = Path(__file__).parent.parent
INSTANCE_TYPES = endpoint_instance_types()
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def delivered(name: str) -> Path:
    """Beside this root in the template's repository, at its top once seeded."""
    return next(path for path in (ROOT / name, ROOT.parent / name) if path.is_file())


@pytest.mark.parametrize("path", sorted((DATA / "valid").glob("*.json")), ids=lambda path: path.stem)
def test_a_valid_file_is_taken(path: Path) -> None:
    assert load_stage_configs([path], instance_types=INSTANCE_TYPES)


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_file_is_refused_with_exactly_these_sentences(name: str, tmp_path: Path) -> None:
    config = INVALID[name]
    with pytest.raises(ConfigError) as refused:
        load_stage_configs([config.write(tmp_path, name)], instance_types=INSTANCE_TYPES)
    assert str(refused.value).splitlines() == [f"{name}.json: {sentence}" for sentence in config.sentences]


def test_the_delivered_files_are_valid_and_have_the_same_keys() -> None:
    paths = [delivered("staging-config.json"), delivered("prod-config.json")]
    configs = load_stage_configs(paths, instance_types=INSTANCE_TYPES)
    assert [config.stage for config in configs] == ["staging", "prod"]
    staging, prod = (json.loads(path.read_bytes()) for path in paths)
    assert list(staging["Parameters"]) == list(prod["Parameters"])


def test_the_errors_of_all_files_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load_stage_configs(
            [
                INVALID["no-instances"].write(tmp_path, "no-instances"),
                tmp_path / "gone.json",
                INVALID["blank"].write(tmp_path, "blank"),
            ],
            instance_types=INSTANCE_TYPES,
        )
    assert [sentence.split(":")[0] for sentence in refused.value.sentences] == [
        "no-instances.json",
        str(tmp_path / "gone.json"),
        "blank.json",
    ]


def test_two_files_for_one_stage_are_refused(tmp_path: Path) -> None:
    first = DATA / "valid/smallest.json"
    second = tmp_path / "copy.json"
    second.write_bytes(first.read_bytes())
    with pytest.raises(ConfigError, match=r'copy\.json: StageName "a" is also that of smallest\.json\.'):
        load_stage_configs([first, second], instance_types=INSTANCE_TYPES)


def test_deep_nesting_is_refused_not_crashed_upon() -> None:
    with pytest.raises(ConfigError, match="not valid JSON"):
        parse_stage_config(b"[" * 100_000, name="deep.json", instance_types=INSTANCE_TYPES)


@given(st.binary() | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_give_a_configuration_or_sentences_with_the_files_name(content: bytes) -> None:
    try:
        parse_stage_config(content, name="any.json", instance_types=INSTANCE_TYPES)
    except ConfigError as error:
        assert all(sentence.startswith("any.json: ") for sentence in error.sentences)


@given(st.sampled_from(["StageName", "EndpointInstanceCount", "DataCapturePercentage", "LatencyBudgetMs"]), JSON_VALUES)
def test_any_value_of_a_parameter_is_taken_as_written_or_refused_by_its_key(key: str, value: object) -> None:
    document = json.loads((DATA / "valid/smallest.json").read_bytes())
    document["Parameters"][key] = value
    try:
        config = parse_stage_config(json.dumps(document).encode(), name="one.json", instance_types=INSTANCE_TYPES)
    except ConfigError as error:
        assert len(error.sentences) == 1
        assert f'"{key}"' in str(error)
    else:
        taken = (config.stage, config.instance_count, config.data_capture_percentage, config.latency_budget_ms)
        assert value in [str(one) for one in taken]
