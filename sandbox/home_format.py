"""Which version of the sandbox a home was written by: one of another version is refused, not half understood.

`FORMAT` goes up with each change of what is on disk that the sandbox could not read before. The number lies in the home's file
`format`; a home without one is older than the number.
"""

from __future__ import annotations

from pathlib import Path

FORMAT = 1
_FILE = "format"


def claim(home: Path) -> str | None:
    """Mark a new home; of another version's, say why it cannot be used."""
    file = home / _FILE
    if not (home / "lock").exists():
        file.write_text(f"{FORMAT}\n")
        return None
    found = file.read_text().strip() if file.exists() else "0"
    if found == str(FORMAT):
        return None
    return (
        f"The state in {home} was written by another version of the sandbox (format {found}; this one reads {FORMAT})."
        f" Forget it with `python -m sandbox reset --home {home}`, or name another folder."
    )
