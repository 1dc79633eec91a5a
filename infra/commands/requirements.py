"""What the builds install: files of both repositories made from uv.lock, with the hash of every archive that may be installed.

`python -m infra.commands.requirements` writes them anew; so does `make requirements`. A build has neither pyproject.toml nor
uv.lock: it installs from these files with `--require-hashes`, so a package that changed on the index since the lock was
made is refused.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra import ROOT

# Repository -> file -> the groups of pyproject.toml whose whole trees are in it.
FILES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "model-build": {
        "requirements-installer.txt": ("installer",),
        "requirements.txt": ("steps", "pipeline"),
        "requirements-test.txt": ("build-test",),
    },
    "model-deploy": {
        "requirements-installer.txt": ("installer",),
        "requirements.txt": ("promoter",),
        "requirements-test.txt": ("promoter-test",),
    },
}
BILL = "sbom.cdx.json"  # the bill of materials of a build, by the name that CycloneDX's specification gives it
_HEADER = "# Made by `make requirements` out of uv.lock, of these groups in pyproject.toml: {groups}. Change those, not this.\n"


class RequirementsError(RuntimeError):
    """uv could not read the lock file, or pyproject.toml asks for what is not in it."""


def made() -> dict[str, str]:
    """Path from the top -> content of every such file, as pyproject.toml and uv.lock want it. Opens no connection."""
    files = {
        f"{repository}/{name}": _HEADER.format(groups=", ".join(groups)) + _exported("requirements.txt", groups)
        for repository, named in FILES.items()
        for name, groups in named.items()
    }
    bills = {
        f"{repository}/{BILL}": _bill(repository, [group for groups in named.values() for group in groups])
        for repository, named in FILES.items()
    }
    return files | bills


def _bill(repository: str, groups: Sequence[str]) -> str:
    """Without the number and the time that uv gives to each export: the same lock file makes the same bytes."""
    bill = json.loads(_exported("cyclonedx1.5", groups))
    del bill["serialNumber"], bill["metadata"]["timestamp"]
    bill["metadata"]["component"] |= {"name": repository}
    return json.dumps(bill, indent=1) + "\n"


def _exported(form: str, groups: Sequence[str]) -> str:
    """https://docs.astral.sh/uv/concepts/projects/export/"""
    words = ["uv", "export", "--locked", "--offline", "--quiet", "--no-header", "--no-annotate", "--format", form]
    words += [word for group in groups for word in ("--only-group", group)]
    command = [str(Path(sys.executable).with_name(words[0])), *words[1:]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 (our own words)
    if done.returncode:
        raise RequirementsError(f"uv.lock: {done.stderr.strip()}\nRun `.venv/bin/uv lock`, then try again.")
    return done.stdout


def main() -> int:
    try:
        files = made()
    except RequirementsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for name, content in files.items():
        (ROOT / name).write_text(content, encoding="utf-8")
    sys.stdout.write(f"Wrote {len(files)} files: commit them with uv.lock.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
