"""What starts by itself: new data on its way to a run, and the executions that nobody has asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.demo.clients import Clients
from sandbox.demo.moments.project import Project
from sandbox.demo.moments.training import list_executions
from sandbox.demo.waiting import wait_for

if TYPE_CHECKING:
    from mypy_boto3_sagemaker.type_defs import PipelineExecutionSummaryTypeDef

_HEARD = 60.0  # seconds for an event to reach its function, and for a function to start a run


def await_note(clients: Clients, project: Project, key: str) -> str:
    """The one-time schedule that has noted the object."""

    def look() -> str | None:
        return next((name for name, target in _noting(clients, project) if key in target.get("Input", "")), None)

    return wait_for(f"the event of {key}", look, patience=_HEARD)


def known_runs(clients: Clients, project: Project) -> set[str]:
    found = list_executions(clients.sagemaker, project.names.sagemaker_pipeline)
    return {summary["PipelineExecutionArn"] for summary in found}


def await_run(
    clients: Clients,
    project: Project,
    is_it: Callable[[PipelineExecutionSummaryTypeDef], bool],
    *,
    known: Collection[str],
) -> str:
    """The first execution since `known` that is the one."""

    def look() -> str | None:
        return next(iter(_since(clients, project, is_it, known)), None)

    return wait_for("the run that was to start by itself", look, patience=_HEARD)


def await_run_or_wait(clients: Clients, project: Project, *, known: Collection[str]) -> str | None:
    """What a fired window of data comes to: its run, or None where it waits again because another run is under way."""
    nobody = object()

    def look() -> object | None:
        runs = _since(clients, project, by_data, known)
        if runs:
            return runs[0]
        return nobody if _noting(clients, project) else None

    found = wait_for("the run of the first data", look, patience=_HEARD)
    return found if isinstance(found, str) else None


def by_schedule(summary: PipelineExecutionSummaryTypeDef) -> bool:
    """As infra's schedule describes its runs."""
    return summary.get("PipelineExecutionDescription", "").startswith("retraining of")


def by_data(summary: PipelineExecutionSummaryTypeDef) -> bool:
    """As infra's function describes its runs."""
    return summary.get("PipelineExecutionDescription", "").startswith("New data:")


def _since(
    clients: Clients, project: Project, is_it: Callable[[PipelineExecutionSummaryTypeDef], bool], known: Collection[str]
) -> list[str]:
    """Oldest first."""
    found = list_executions(clients.sagemaker, project.names.sagemaker_pipeline)
    new = [summary for summary in found if summary["PipelineExecutionArn"] not in known and is_it(summary)]
    return [summary["PipelineExecutionArn"] for summary in reversed(new)]


def _noting(clients: Clients, project: Project) -> list[tuple[str, Mapping[str, Any]]]:
    names, scheduler = project.names, clients.scheduler
    listed = scheduler.list_schedules(GroupName=names.schedule_group, NamePrefix=names.data_arrival)["Schedules"]
    found = []
    for each in listed:
        try:
            described = scheduler.get_schedule(GroupName=names.schedule_group, Name=each["Name"])
        except scheduler.exceptions.ResourceNotFoundException:  # it has fired meanwhile
            continue
        found.append((str(each["Name"]), described["Target"]))
    return found
