"""What the data-arrival function takes: which events, which calls of its own schedules, which settings."""

from collections.abc import Mapping
from typing import Any

import pytest

from infra.functions.data_arrival.arrivals import MalformedInput
from infra.functions.data_arrival.settings import REQUIRED, SettingsError, read_settings
from tests.infra.functions.data_world import ENVIRONMENT, DataWorld, object_created

STRANGERS: dict[str, dict[str, Any]] = {
    "another folder": object_created("archive/may.csv"),
    "a folder that begins alike": object_created("incoming2/may.csv"),
    "the folder's own marker": object_created("incoming/"),
    "another bucket": object_created("incoming/may.csv")
    | {"detail": {"bucket": {"name": "b"}, "object": {"key": "incoming/x"}}},
    "a deletion": object_created("incoming/may.csv") | {"detail-type": "Object Deleted"},
    "no detail": {"detail-type": "Object Created"},
    "a detail of another shape": {"detail-type": "Object Created", "detail": {"bucket": "b", "object": ["incoming/x"]}},
    "a key that is no text": object_created("x")
    | {"detail": {"bucket": {"name": "abalone-data"}, "object": {"key": 1}}},
    "nothing at all": {},
}


@pytest.mark.parametrize("event", STRANGERS.values(), ids=STRANGERS.keys())
def test_any_other_event_is_ignored_in_a_sentence(event: dict[str, Any]) -> None:
    world = DataWorld()
    assert world.send(event).startswith("Ignored: not a new object under s3://abalone-data/incoming/")
    assert world.schedules == {}


@pytest.mark.parametrize(
    "document", [{}, {"window": 1, "since": 1, "more": False, "objects": []}, {"objects": [["k"]]}]
)
def test_a_start_that_no_schedule_made_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(MalformedInput, match="data_arrival: "):
        DataWorld().send({"start": True} | document)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (dict.fromkeys(REQUIRED, ""), tuple(REQUIRED)),
        ({"QUIET_SECONDS": "5 minutes", "DATA_PREFIX_URI": "abalone-data"}, ("QUIET_SECONDS", "DATA_PREFIX_URI")),
        ({"QUIET_SECONDS": "43201"}, ("QUIET_SECONDS",)),
        ({"SCHEDULE_NAME": "s" * 48, "UNDELIVERED_QUEUE_ARN": "queue"}, ("SCHEDULE_NAME", "UNDELIVERED_QUEUE_ARN")),
    ],
)
def test_all_settings_that_are_missing_or_ill_formed_are_told_at_once(
    change: Mapping[str, str], named: tuple[str, ...]
) -> None:
    with pytest.raises(SettingsError) as error:
        read_settings({**ENVIRONMENT, **change})
    assert [name for name in ENVIRONMENT if f"{name}: " in str(error.value)] == sorted(
        named, key=list(ENVIRONMENT).index
    )


@pytest.mark.parametrize(("uri", "prefix"), [("s3://abalone-data", ""), ("s3://abalone-data/a/b", "a/b/")])
def test_a_prefix_is_read_as_a_folder(uri: str, prefix: str) -> None:
    assert read_settings({**ENVIRONMENT, "DATA_PREFIX_URI": uri}).prefix == prefix
