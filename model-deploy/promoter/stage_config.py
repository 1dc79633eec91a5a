"""Edge: loads the stage configurations, strictly: whatever is wrong in any of them is told at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from promoter.errors import ConfigError
from promoter.stage_schema import SECTIONS, key_complaints, parameter_rules, tag_complaints
from promoter.strict_json import describe_type, parse_object


@dataclass(frozen=True)
class StageConfig:
    """What one stage's endpoint looks like."""

    stage: str
    instance_type: str
    instance_count: int
    data_capture_percentage: int
    latency_budget_ms: int
    tags: tuple[tuple[str, str], ...]


def load_stage_configs(paths: Iterable[Path], *, instance_types: frozenset[str]) -> list[StageConfig]:
    """One configuration a file; two files must not describe the same stage."""
    configs: list[StageConfig] = []
    complaints: list[str] = []
    owners: dict[str, Path] = {}
    for path in paths:
        try:
            config = parse_stage_config(_read(path), name=path.name, instance_types=instance_types)
        except ConfigError as error:
            complaints.extend(error.sentences)
            continue
        if config.stage in owners:
            complaints.append(f'{path.name}: StageName "{config.stage}" is also that of {owners[config.stage].name}.')
        owners.setdefault(config.stage, path)
        configs.append(config)
    if complaints:
        raise ConfigError(*complaints)
    return configs


def parse_stage_config(text: bytes, *, name: str, instance_types: frozenset[str]) -> StageConfig:
    document = parse_object(text, name=name)
    complaints = list(_complaints(document, instance_types))
    if complaints:
        raise ConfigError(*(f"{name}: {complaint}" for complaint in complaints))
    parameters = {key: str(value) for key, value in _section(document, "Parameters").items()}
    return StageConfig(
        stage=parameters["StageName"],
        instance_type=parameters["EndpointInstanceType"],
        instance_count=int(parameters["EndpointInstanceCount"]),
        data_capture_percentage=int(parameters["DataCapturePercentage"]),
        latency_budget_ms=int(parameters["LatencyBudgetMs"]),
        tags=tuple(sorted((key, str(value)) for key, value in _section(document, "Tags").items())),
    )


def _complaints(document: dict[str, object], instance_types: frozenset[str]) -> Iterator[str]:
    yield from key_complaints(document, known=SECTIONS)
    for section in SECTIONS:
        if section in document and not isinstance(document[section], dict):
            yield f'"{section}" must be an object, not {describe_type(document[section])}'
    if isinstance(document.get("Parameters"), dict):
        yield from _parameter_complaints(_section(document, "Parameters"), instance_types)
    yield from tag_complaints(_section(document, "Tags"))


def _parameter_complaints(parameters: dict[str, object], instance_types: frozenset[str]) -> Iterator[str]:
    rules = parameter_rules(instance_types)
    yield from key_complaints(parameters, known=rules)
    for key in (known for known in rules if known in parameters):
        value = parameters[key]
        if not isinstance(value, str):
            yield f'"{key}" must be a string, as CloudFormation wants it, not {describe_type(value)}'
        elif complaint := rules[key].complaint(value):
            yield f'"{key}": {complaint}'


def _section(document: dict[str, object], name: str) -> dict[str, object]:
    section = document.get(name)
    return section if isinstance(section, dict) else {}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}. Name it with --config.") from error
