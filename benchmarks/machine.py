"""Where a measurement was made, and where it is written down."""

from __future__ import annotations

import os
import platform
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


def machine() -> str:
    load = f"load {os.getloadavg()[0]:.1f} (our own: about 1)"
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, {load}"
    )


def write_down(name: str, report: str) -> None:
    """Replace the part of docs/benchmarks.md between the markers of this name."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, _, rest = PAGE.read_text().partition(begin)
    PAGE.write_text(f"{before}{begin}\n\n{report}\n\n{end}{rest.partition(end)[2]}")
