"""What may have changed a service is on disk before it is answered, and what has not changed is not written."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.durability import StateKeeper, may_change, settled
from sandbox.plugin.state import mark_interrupted

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("service", "method", "headers", "body", "changes"),
    [
        ("s3", "GET", {}, b"", False),
        ("s3", "PUT", {}, b"x", True),
        ("iam", "POST", FORM, b"Action=CreateRole&RoleName=r", True),
        ("iam", "POST", FORM, b"Action=GetRole&RoleName=r", False),
        ("cloudformation", "POST", FORM, b"Action=DescribeStacks", False),
        ("events", "POST", {"x-amz-target": "AWSEvents.PutRule"}, b"{}", True),
        ("events", "POST", {"x-amz-target": "AWSEvents.ListRules"}, b"{}", False),
        ("somewhere", "POST", {}, b"no action named", True),
        ("logs", "POST", {"x-amz-target": "Logs_20140328.PutLogEvents"}, b"{}", False),
    ],
)
def test_only_what_may_change_a_service_is_saved(
    service: str, method: str, headers: dict[str, str], body: bytes, changes: bool
) -> None:
    assert may_change(service, method, headers, body) is changes


def test_only_changed_states_are_written(tmp_path: Path) -> None:
    states = {"iam": b"1", "sns": b"1"}
    keeper = StateKeeper(folder=tmp_path / "services", states=lambda _: states, busy=lambda: False)
    keeper.save()
    (tmp_path / "services" / "iam.json").unlink()
    states["sns"] = b"2"
    keeper.save()
    assert {file.name: file.read_bytes() for file in (tmp_path / "services").iterdir()} == {"sns.json": b"2"}


def test_a_write_that_fails_leaves_the_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states = {"iam": b"old"}
    keeper = StateKeeper(folder=tmp_path, states=lambda _: states, busy=lambda: False)
    keeper.save()
    states["iam"] = b"new"

    def disk_full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken, pytest.raises(OSError, match="No space left"):
        broken.setattr("os.fsync", disk_full)
        keeper.save()
    assert (tmp_path / "iam.json").read_bytes() == b"old"
    keeper.save()
    assert (tmp_path / "iam.json").read_bytes() == b"new"


class Looks:
    """States that remember which services were asked for theirs; None are all."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []

    def __call__(self, service: str | None) -> dict[str, bytes]:
        self.asked.append(service)
        return {}


def test_a_read_has_its_own_service_looked_at_and_all_of_them_in_a_while(tmp_path: Path) -> None:
    looks = Looks()
    keeper = StateKeeper(folder=tmp_path, states=looks, busy=lambda: False)
    keeper.save()
    keeper.touch("s3")
    keeper.look()
    assert looks.asked == [None, "s3"]
    while looks.asked.count(None) == 1:
        keeper.look()
    assert len(looks.asked) < 10
    after = len(looks.asked)
    keeper.look()
    assert len(looks.asked) == after, "nothing has happened since"


def test_a_write_has_all_services_looked_at_in_the_next_period(tmp_path: Path) -> None:
    looks = Looks()
    keeper = StateKeeper(folder=tmp_path, states=looks, busy=lambda: False)
    keeper.save()
    keeper.save("iam")
    keeper.look()
    assert looks.asked == [None, "iam", None]


def test_while_a_stack_is_deployed_each_period_looks_at_all_services(tmp_path: Path) -> None:
    looks = Looks()
    keeper = StateKeeper(folder=tmp_path, states=looks, busy=lambda: True)
    keeper.save()
    keeper.look()
    keeper.look()
    assert looks.asked == [None] * 3


def test_a_state_that_changes_while_it_is_taken_is_taken_again() -> None:
    changing: dict[str, int] = {"a": 1}
    taken: list[str] = []

    def take() -> dict[str, int]:
        copied: dict[str, int] = {}
        for name, value in changing.items():
            copied[name] = value
            if len(taken) < 3:  # another thread's doing
                taken.append(name)
                changing[f"b{len(taken)}"] = 2
        return copied

    assert settled(take) == {"a": 1, "b1": 2, "b2": 2, "b3": 2}


def test_any_other_fault_of_taking_a_state_is_told() -> None:
    def take() -> None:
        raise RuntimeError("of another kind")

    with pytest.raises(RuntimeError, match="of another kind"):
        settled(take)


@pytest.mark.parametrize(
    ("before", "after", "change_set"),
    [
        ("UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE", "AVAILABLE"),
        ("UPDATE_COMPLETE", "UPDATE_COMPLETE", "EXECUTE_COMPLETE"),
        ("CREATE_COMPLETE", "CREATE_COMPLETE", "EXECUTE_COMPLETE"),
        ("CREATE_IN_PROGRESS", "CREATE_FAILED", "EXECUTE_FAILED"),
        ("UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "EXECUTE_FAILED"),
        ("REVIEW_IN_PROGRESS", "REVIEW_IN_PROGRESS", "EXECUTE_FAILED"),
    ],
)
def test_an_operation_that_was_cut_off_is_on_record_as_what_can_be_done_next(
    before: str, after: str, change_set: str
) -> None:
    stack = {"StackId": "s", "StackStatus": before}
    executing = {"StackId": "s", "ExecutionStatus": "EXECUTE_IN_PROGRESS"}
    waiting = {"StackId": "s", "ExecutionStatus": "AVAILABLE"}
    mark_interrupted([stack], change_sets=[executing, waiting])
    assert (stack["StackStatus"], executing["ExecutionStatus"]) == (after, change_set)
    assert waiting["ExecutionStatus"] == "AVAILABLE"
