"""Step caching: hits, misses, and what is compared."""

from __future__ import annotations

import pytest

from sandbox.sagemaker.pipelines.running import caching
from tests.sandbox.pipelines.definitions import (
    cached,
    definition,
    gated,
    get,
    join,
    processing,
    training,
)
from tests.sandbox.pipelines.world import Pipelines

URI = {"Name": "Uri", "Type": "String", "DefaultValue": "s3://bucket/in"}
OUTPUT = "ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri"


def pipeline(expires_after: str = "P30D") -> dict[str, object]:
    """Preprocess and train, each execution writing under its own id."""
    prepare = processing("A", source=get("Parameters.Uri"), **cached(expires_after))
    output = prepare["Arguments"]["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]
    output["S3Uri"] = join("s3://bucket", get("Execution.PipelineExecutionId"), "A", on="/")
    train = training("T", source=get(f"Steps.A.{OUTPUT}"), **cached(expires_after))
    return definition(prepare, train, parameters=[URI])


def test_a_second_run_takes_both_steps_from_the_first(world: Pipelines) -> None:
    world.create(pipeline())
    first, before = world.run()
    _, after = world.run()
    _, again = world.run()
    assert world.jobs.order == ["A", "T"]
    source = {"SourcePipelineExecutionArn": first["PipelineExecutionArn"]}
    for steps in (after, again):
        assert {each["StepStatus"] for each in steps.values()} == {"Succeeded"}
        assert [each["CacheHitResult"] for each in steps.values()] == [source, source]
    assert after["T"]["Metadata"] == before["T"]["Metadata"]
    assert "CacheHitResult" not in before["A"]


def test_another_input_is_a_miss_for_the_step_and_for_all_that_use_its_output(world: Pipelines) -> None:
    world.create(pipeline())
    world.run()
    _, steps = world.run(parameters={"Uri": "s3://bucket/other"})
    assert all("CacheHitResult" not in each for each in steps.values())
    assert world.jobs.order == ["A", "T", "A", "T"]


def test_what_aws_does_not_compare_may_change(world: Pipelines) -> None:
    count = {"Name": "Count", "Type": "Integer", "DefaultValue": 1}
    world.create(definition(processing("A", instances=get("Parameters.Count"), **cached()), parameters=[count]))
    world.run()
    _, steps = world.run(parameters={"Count": "2"})
    assert "CacheHitResult" in steps["A"]


def test_gone_outputs_are_a_miss(world: Pipelines) -> None:
    world.create(pipeline())
    world.run()
    for key in [key for key in world.objects.content if key.endswith("model.tar.gz")]:
        del world.objects.content[key]
    _, steps = world.run()
    assert ("CacheHitResult" in steps["A"], "CacheHitResult" in steps["T"]) == (True, False)


def test_an_expired_run_is_a_miss(world: Pipelines, monkeypatch: pytest.MonkeyPatch) -> None:
    world.create(pipeline("PT1H"))
    world.run()
    now = world.sagemaker.now
    monkeypatch.setattr(world.sagemaker, "now", lambda: now() + 3500)
    _, steps = world.run()
    assert "CacheHitResult" in steps["A"]
    monkeypatch.setattr(world.sagemaker, "now", lambda: now() + 3700)  # a hit does not make the result any younger
    _, steps = world.run()
    assert "CacheHitResult" not in steps["A"]


def test_a_failed_run_is_never_taken(world: Pipelines) -> None:
    world.create(pipeline())
    world.jobs.scripts = {"A": ["AlgorithmError: boom"]}
    world.run()
    _, steps = world.run()
    assert "CacheHitResult" not in steps["A"]


def test_another_pipeline_shares_nothing(world: Pipelines) -> None:
    world.create(pipeline())
    world.create(pipeline(), name="q")
    world.run("p")
    _, steps = world.run("q")
    assert "CacheHitResult" not in steps["A"]


def test_without_cache_config_every_run_runs(world: Pipelines) -> None:
    world.create(definition(processing("A"), processing("B", CacheConfig={"Enabled": False, "ExpireAfter": "P1D"})))
    world.run()
    world.run()
    assert sorted(world.jobs.order) == ["A", "A", "B", "B"]


def test_a_property_file_of_a_cached_step_is_read_where_the_cached_run_wrote_it(world: Pipelines) -> None:
    raw = gated()
    for step in raw["Steps"][:3]:
        step.update(cached())
    output = raw["Steps"][2]["Arguments"]["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]
    output["S3Uri"] = join("s3://bucket", get("Execution.PipelineExecutionId"), on="/")
    world.create(raw)
    world.run()
    execution, steps = world.run()
    assert execution["PipelineExecutionStatus"] == "Succeeded"
    assert [name for name, each in steps.items() if "CacheHitResult" in each] == ["Preprocess", "Train", "Evaluate"]
    assert len(world.sagemaker.store.all("model-package")) == 2


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("P30D", 2_592_000),
        ("p30d", 2_592_000),
        ("30d", 2_592_000),
        ("PT1H", 3600),
        ("T12H", 43_200),
        ("T16m", 960),
        ("P4DT12H", 388_800),
        ("30dT5h", 2_610_000),
        ("P1Y2M1W", 31_536_000 + 5_184_000 + 604_800),
        ("PT90S", 90),
    ],
)
def test_durations_are_read_as_aws_writes_them(duration: str, seconds: int) -> None:
    assert caching.seconds(duration) == seconds


@pytest.mark.parametrize("duration", ["", "P", "PT", "P1DT", "1", "D1", "P1H", "PT1D", "-P1D", "P1.5D", "one day"])
def test_anything_else_is_no_duration(duration: str) -> None:
    with pytest.raises(ValueError, match="is not an ISO 8601 duration"):
        caching.seconds(duration)
