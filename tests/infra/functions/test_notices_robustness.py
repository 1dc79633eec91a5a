"""No event and no refused look-up stops a notice, and whatever it says is something that SNS takes."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.functions.notices.settings import REQUIRED, MissingSettings, read_settings
from tests.infra.functions.notice_world import EVENTS, NoticeWorld, sample
from tests.infra.functions.service_shapes import refused

SAMPLES = sorted(path.stem for path in EVENTS.glob("*.json"))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))


def assert_taken_by_sns(subject: str, body: str) -> None:
    """SNS API reference, Publish: the subject is ASCII of less than 100 characters with no line break; 256 KB in all."""
    assert subject.isascii()
    assert subject.isprintable()
    assert 0 < len(subject) <= 100
    assert 0 < len(body.encode("utf-8", "surrogatepass")) <= 256 * 1024


@pytest.mark.parametrize("name", SAMPLES)
def test_a_refused_look_up_costs_facts_and_not_the_notice(name: str) -> None:
    subject, body = NoticeWorld(denied=True).tell(sample(name))
    assert_taken_by_sns(subject, body)
    assert subject.startswith("abalone: ")


def test_one_refused_look_up_leaves_the_others_facts() -> None:
    class WithoutActions(NoticeWorld):
        def list_action_executions(self, **request: Any) -> dict[str, Any]:
            raise refused("ListActionExecutions", "AccessDeniedException", f"no, not {request}")

    _, body = WithoutActions().tell(sample("codepipeline_approval_waiting"))
    assert "Version: 7 of abalone" in body
    assert "Report:" not in body


def test_an_unknown_reason_is_said_to_be_unknown() -> None:
    _, body = NoticeWorld(denied=True).tell(sample("sagemaker_pipeline_failed"))
    assert "Why:     not told by AWS; see the console\n" in body


def test_an_event_that_nobody_foresaw_gets_a_plain_notice_that_shows_it() -> None:
    subject, body = NoticeWorld().tell(sample("object_created"))
    assert subject == "abalone: Object Created"
    assert '"reason"' in body


@pytest.mark.parametrize("event", [None, [], {}, "text", 7, {"detail-type": ["a"]}, {"detail": "text"}])
def test_what_is_no_event_gets_a_plain_notice(event: object) -> None:
    assert NoticeWorld().tell(event)[0] == "abalone: an event without a detail-type"


@settings(max_examples=150)
@given(event=JSON)
def test_any_json_is_told(event: object) -> None:
    assert_taken_by_sns(*NoticeWorld().tell(event))


@settings(max_examples=400)
@given(name=st.sampled_from(SAMPLES), data=st.data())
def test_any_change_of_a_known_event_is_told(name: str, data: st.DataObject) -> None:
    event = copy.deepcopy(sample(name))
    for _ in range(data.draw(st.integers(1, 3))):
        holder: Any = data.draw(st.sampled_from([event, *_inside(event)]))
        key = data.draw(st.sampled_from(sorted(holder)))
        if data.draw(st.booleans()):
            holder[key] = data.draw(JSON | st.text(min_size=300, max_size=3000))
        elif len(holder) > 1:
            del holder[key]
    assert_taken_by_sns(*NoticeWorld(denied=data.draw(st.booleans())).tell(event))


def _inside(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = [value for value in document.values() if isinstance(value, dict) and value]
    return [*found, *(inner for each in found for inner in _inside(each))]


@pytest.mark.parametrize("given_names", [{}, {"TOPIC_ARN": "arn"}, dict.fromkeys(REQUIRED, "")])
def test_every_missing_name_is_told_at_once(given_names: Mapping[str, str]) -> None:
    missing = [name for name in REQUIRED if not given_names.get(name)]
    with pytest.raises(MissingSettings, match=", ".join(missing)):
        read_settings(given_names)
