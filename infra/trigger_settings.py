"""The settings of what starts the SageMaker pipeline without anybody asking: the clock, and new data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RetrainingSettings:
    """When a run starts by the clock, and what becomes of it while another one is under way."""

    enabled: bool
    cron: str
    time_zone: str
    flexible_minutes: int
    while_running: str
    on_unchanged_data: str

    @classmethod
    def of(cls, section: Mapping[str, Any]) -> RetrainingSettings:
        return cls(
            section["enabled"],
            section["cron"],
            section["timeZone"],
            section["flexibleMinutes"],
            section["whileRunning"],
            section["onUnchangedData"],
        )

    @property
    def queues(self) -> bool:
        """Whether a due time waits while a run is under way."""
        return self.enabled and self.while_running == "queue"


@dataclass(frozen=True)
class DataSettings:
    """Which objects are data, and how long no further one must arrive before a run starts."""

    prefix: str
    batch_prefix: str
    start_on_arrival: bool
    quiet_minutes: int
    train_on: str

    @classmethod
    def of(cls, section: Mapping[str, Any]) -> DataSettings:
        return cls(
            section["prefix"],
            section["batchPrefix"],
            section["startOnArrival"],
            section["quietMinutes"],
            section["trainOn"],
        )

    @property
    def lists_arrivals(self) -> bool:
        """Whether a run by new data trains on that data alone, which is listed for it."""
        return self.start_on_arrival and self.train_on == "arrived"
