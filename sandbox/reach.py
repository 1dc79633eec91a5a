"""S3 and CloudWatch Logs for whoever acts, over the wires inside the process."""

from __future__ import annotations

from sandbox.acting import Actor
from sandbox.backplane import S3Objects
from sandbox.cloudwatch_logs import CloudWatchLogs


class InProcess:
    """Each role's session by clients of its own."""

    def __init__(self, own: S3Objects) -> None:
        self._own = own

    def objects(self, actor: Actor | None) -> S3Objects:
        """None: as the sandbox itself."""
        return self._own if actor is None else S3Objects(actor.client("s3"))

    def logs(self, actor: Actor) -> CloudWatchLogs:
        return CloudWatchLogs(actor.client("logs"))
