"""Statements that are used, and without which the loop goes on all the same, each with the reason to grant it nevertheless."""

from __future__ import annotations

from collections.abc import Mapping

_UNCHANGED = "whether the data has changed since the newest version is then said to be not known, and the run goes on"

DOES_WITHOUT: Mapping[str, str] = {
    "DataCheck-ReadVersions": _UNCHANGED,
    "DataCheck-ListVersions": _UNCHANGED,
}
