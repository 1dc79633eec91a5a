"""What a build installs: every archive by its hash, and each of them in the bill of materials that the build leaves."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(ROOT.glob("requirements*.txt"))
BILL: list[dict[str, Any]] = json.loads((ROOT / "sbom.cdx.json").read_text())["components"]


def _pinned(path: Path) -> dict[tuple[str, str], set[str]]:
    """Name and version -> the hashes that an archive of it may have."""
    lines = path.read_text().replace("\\\n", " ").splitlines()
    pins = [re.match(r"([\w.-]+)==(\S+)", line) for line in lines if line and not line.startswith("#")]
    assert pins and all(pins), path
    return {
        (pin[1], pin[2]): set(re.findall(r"--hash=sha256:([0-9a-f]{64})\b", pin.string))
        for pin in pins
        if pin is not None
    }


def _hashes(component: dict[str, Any]) -> set[str]:
    return {digest["content"] for archive in component["externalReferences"] for digest in archive["hashes"]}


def test_every_package_has_a_version_and_hashes() -> None:
    assert [path.name for path in FILES] == ["requirements-installer.txt", "requirements-test.txt", "requirements.txt"]
    for path in FILES:
        assert all(_pinned(path).values()), path


def test_the_bill_of_materials_names_what_is_installed_and_nothing_else() -> None:
    """One that went stale would lie: a change of the requirements is a change of it, by `make requirements`."""
    pinned = {pin: hashes for path in FILES for pin, hashes in _pinned(path).items()}
    assert {(each["name"], each["version"]): _hashes(each) for each in BILL} == pinned


def test_what_runs_these_tests_is_what_the_bill_says() -> None:
    for each in BILL:
        markers = [one["value"] for one in each.get("properties", ()) if one["name"] == "uv:package:marker"]
        if all(Marker(marker).evaluate() for marker in markers):
            assert version(each["name"]) == each["version"]
