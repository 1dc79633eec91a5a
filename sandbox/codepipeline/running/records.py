"""What is remembered of executions: one document an execution, an action's run, a rule's run, and a stage.

Members that begin with an underscore are the sandbox's own; the others are the API's, and spelt as it spells them.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.codepipeline.pipelines import VERSION
from sandbox.store import Document, Store

EXECUTION, ACTION, RULE, STAGE = "execution", "action-execution", "rule-execution", "stage-state"
_COUNTER = "counter"
LIVE = ("InProgress", "Stopping")


def number(store: Store) -> int:
    """The next one: what was recorded later has the larger number, whatever a clock says."""
    with store.transaction():
        last = (store.get(_COUNTER, "") or {"last": 0})["last"] + 1
        store.put(_COUNTER, "", {"last": last})
    return int(last)


def executions(store: Store, pipeline: str) -> list[Document]:
    """In the order in which they began."""
    return sorted(store.all(EXECUTION, parent=pipeline), key=lambda each: int(each["_number"]))


def live(store: Store, pipeline: str) -> list[Document]:
    return [each for each in executions(store, pipeline) if each["status"] in LIVE]


def save(store: Store, execution: Document) -> None:
    store.put(EXECUTION, execution["pipelineExecutionId"], execution, parent=execution["pipelineName"])


def save_action(store: Store, action: Document) -> None:
    store.put(ACTION, action["actionExecutionId"], action, parent=action["pipelineExecutionId"])


def actions(store: Store, execution_id: str) -> list[Document]:
    """Each action that ran in this execution, once for each time it ran, in the order of their beginning."""
    return sorted(store.all(ACTION, parent=execution_id), key=lambda each: int(each["_number"]))


def under_way(store: Store, execution_id: str) -> Iterator[Document]:
    return (each for each in actions(store, execution_id) if each["status"] == "InProgress")


def structure(store: Store, execution: Document) -> Document:
    """The pipeline as it was when the execution began; later updates do not change it."""
    key = f"{execution['pipelineName']}/{execution['pipelineVersion']}"
    return store.get(VERSION, key) or {}


def stage_named(pipeline: Document, name: str) -> Document:
    return next(stage for stage in pipeline["stages"] if stage["name"] == name)


def after(pipeline: Document, name: str) -> str | None:
    """The stage that follows."""
    names = [stage["name"] for stage in pipeline["stages"]]
    position = names.index(name) + 1
    return names[position] if position < len(names) else None


def stage_state(store: Store, pipeline: str, stage: str) -> Document:
    """Who is in a stage (`holder`), who was there last (`latest`), what ran there last, and whether one may enter."""
    known = store.get(STAGE, f"{pipeline}/{stage}")
    return known or {"holder": None, "latest": None, "actions": {}, "transition": {"enabled": True}}


def save_stage(store: Store, pipeline: str, stage: str, state: Document) -> None:
    store.put(STAGE, f"{pipeline}/{stage}", {**state, "stage": stage}, parent=pipeline)


def forget(store: Store, pipeline: str) -> None:
    """All that was remembered of a pipeline's executions."""
    for execution in store.all(EXECUTION, parent=pipeline):
        identity = execution["pipelineExecutionId"]
        for action in store.all(ACTION, parent=identity):
            store.delete(ACTION, action["actionExecutionId"])
        for rule in store.all(RULE, parent=identity):
            store.delete(RULE, rule["ruleExecutionId"])
        store.delete(EXECUTION, identity)
    for state in store.all(STAGE, parent=pipeline):
        store.delete(STAGE, f"{pipeline}/{state['stage']}")
