"""Documents survive, transactions are whole, and waiting wakes at a commit."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sandbox.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "sagemaker.sqlite")


def test_a_document_is_there_for_the_next_process(tmp_path: Path, store: Store) -> None:
    store.put("model", "a", {"x": 1})
    assert Store(tmp_path / "sagemaker.sqlite").get("model", "a") == {"x": 1}


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        store.put("model", "a", {})
        with store.transaction():
            store.put("model", "b", {})
        raise RuntimeError
    assert store.all("model") == []


def test_an_update_merges_and_keeps_the_parent(store: Store) -> None:
    store.put("step", "e/1", {"a": 1, "b": 1}, parent="e")
    store.update("step", "e/1", {"b": 2})
    assert store.all("step", parent="e") == [{"a": 1, "b": 2}]


def test_waiting_wakes_when_the_document_gets_there(store: Store) -> None:
    store.put("job", "j", {"status": "InProgress"})
    threading.Timer(0.05, store.update, ("job", "j", {"status": "Completed"})).start()
    done = store.wait("job", "j", until=lambda job: job is not None and job["status"] == "Completed", timeout=5)
    assert done == {"status": "Completed"}


def test_waiting_ends_with_a_sentence(store: Store) -> None:
    with pytest.raises(TimeoutError, match=r"job j did not get there within 0\.01 s"):
        store.wait("job", "j", until=lambda job: job is not None, timeout=0.01)


def test_concurrent_updates_lose_none(store: Store) -> None:
    store.put("group", "g", {"versions": 0})

    def count() -> None:
        for _ in range(50):
            with store.transaction():
                group = store.get("group", "g") or {}
                store.update("group", "g", {"versions": group["versions"] + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get("group", "g") == {"versions": 200}


def test_a_watcher_is_told_of_committed_changes_alone_and_in_their_order(store: Store) -> None:
    told: list[tuple[str, object, object]] = []
    store.watch(("job",), lambda *change: told.append(change))
    with store.transaction():
        store.put("job", "j", {"status": "InProgress"})
        store.put("model", "m", {})
        assert told == []
    store.update("job", "j", {"status": "Completed"})
    with pytest.raises(RuntimeError), store.transaction():
        store.update("job", "j", {"status": "Failed"})
        raise RuntimeError
    store.delete("job", "j")
    assert told == [
        ("job", None, {"status": "InProgress"}),
        ("job", {"status": "InProgress"}, {"status": "Completed"}),
        ("job", {"status": "Completed"}, None),
    ]
