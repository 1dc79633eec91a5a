"""The loop, whole and with every permission: which statement each moment uses, and the home as it was before each moment."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.loop import APPROVER, Loop
from tests.e2e.moments import MOMENTS
from tests.e2e.project import CONTEXT, NAMES, ROOT, Project, eventually
from tests.e2e.traces import subscribe
from tests.permissions.deployed import Deployed

_SLOTS = shutil.ignore_patterns("codebuild")  # of builds; made anew within a second


@dataclass(frozen=True)
class Baseline:
    """What one whole walk has left in its folder."""

    folder: Path

    @property
    def uses(self) -> dict[str, dict[str, list[str]]]:
        """Moment -> the name of each statement that it uses -> the actions."""
        return dict(json.loads((self.folder / "uses.json").read_text()))

    def moments_of(self, name: str) -> list[str]:
        """In which a statement is used."""
        return [moment for moment, used in self.uses.items() if name in used]

    @contextmanager
    def at(self, moment: str, home: Path) -> Iterator[Project]:
        """A project that is about to live through a moment."""
        shutil.copytree(self.folder / _slug(moment), home, symlinks=True)
        project = Project(home)
        try:
            _begin(project)
            yield project
        finally:
            project.down()
            shutil.rmtree(home)


def walk(released: Path, folder: Path) -> Baseline:
    """From a released project through every moment."""
    home = folder / "home"
    shutil.copytree(released, home, symlinks=True, ignore=_SLOTS)
    project = Project(home)
    uses: dict[str, dict[str, list[str]]] = {}
    try:
        _prepare(project)
        for moment, live_through in MOMENTS.items():
            project.down()
            shutil.copytree(home, folder / _slug(moment), symlinks=True, ignore=_SLOTS)
            project.up()
            _begin(project)
            deployed, loop = Deployed(project), Loop(project)
            before = deployed.used()
            live_through(loop)
            loop.settle()
            used = sorted((deployed.used() - before).elements())
            uses[moment] = {name: sorted({did for by, did in used if by == name}) for name, _ in used}
    finally:
        project.down()
    (folder / "uses.json").write_text(json.dumps(uses, indent=1))
    return Baseline(folder)


def _prepare(project: Project) -> None:
    """Rows to predict, a person who approves, and a mailbox for the notices."""
    loop = Loop(project)
    rows = (ROOT / "data" / "abalone.csv").read_text().splitlines()[:20]
    batch = "".join(f"{row.rpartition(',')[0]}\n" for row in rows)
    project.client("s3").put_object(
        Bucket=project.bucket("data"), Key=f"{CONTEXT['data']['batchPrefix']}rows.csv", Body=batch.encode()
    )
    iam = project.client("iam")
    iam.create_user(UserName=APPROVER)
    iam.attach_user_policy(UserName=APPROVER, PolicyArn=Deployed(project).policies["Approver"])
    key = iam.create_access_key(UserName=APPROVER)["AccessKey"]
    loop.learn(key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    subscribe(loop)
    _forget_arrivals(project)
    loop.settle()


def _forget_arrivals(project: Project) -> None:
    """The first data waits for quiet still; it would start its run in whichever moment comes a while later."""
    scheduler, name = project.client("scheduler"), f"{NAMES.data_arrival}-"
    for each in scheduler.list_schedules(GroupName=NAMES.schedule_group, NamePrefix=name)["Schedules"]:
        scheduler.delete_schedule(GroupName=NAMES.schedule_group, Name=each["Name"])


def _begin(project: Project) -> None:
    """The endpoints have come back: what they are refused from here on is the moment's. No log of SageMaker's is left to go on."""

    def all_serve() -> bool:
        found = project.client("sagemaker").list_endpoints()["Endpoints"]
        return all(each["EndpointStatus"] == "InService" for each in found)

    eventually(all_serve, "the endpoints are in service")
    logs = project.client("logs")
    for group in logs.describe_log_groups(logGroupNamePrefix="/aws/sagemaker/")["logGroups"]:
        logs.delete_log_group(logGroupName=group["logGroupName"])


def _slug(moment: str) -> str:
    return moment.replace(" ", "-").replace("'", "")
