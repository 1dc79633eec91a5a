"""What the builds of both repositories install: made from the lock file, hashes and all, and enough to run them."""

from __future__ import annotations

import hashlib
import json
import shlex
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

from infra import ROOT
from infra.commands import requirements
from infra.commands.requirements import BILL, FILES, RequirementsError, made, main

CODEBUILD: Mapping[str, object] = {
    **default_environment(),
    "implementation_name": "cpython",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "python_full_version": "3.11.14",
    "python_version": "3.11",
    "sys_platform": "linux",
}
LOCK = {one["name"]: one for one in tomllib.loads((ROOT / "uv.lock").read_text())["package"]}
UV = Path(sys.executable).with_name("uv")


@pytest.fixture(scope="module")
def wanted() -> dict[str, str]:
    return made()


@pytest.mark.parametrize("repository", FILES)
def test_the_files_are_those_that_the_lock_file_makes(repository: str, wanted: dict[str, str]) -> None:
    for name in (*FILES[repository], BILL):
        there = (ROOT / repository / name).read_text()
        assert there == wanted[f"{repository}/{name}"], f"{repository}/{name} is old: run `make requirements`"


def test_they_are_made_the_same_each_time(wanted: dict[str, str]) -> None:
    assert made() == wanted


def test_a_build_gets_all_that_pyproject_lists_for_it(wanted: dict[str, str]) -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    for repository, named in FILES.items():
        for name, of in named.items():
            lines = {line.partition(" ")[0] for line in wanted[f"{repository}/{name}"].splitlines()}
            assert {pin for group in of for pin in groups[group]} <= lines


@pytest.mark.parametrize("repository", FILES)
def test_a_build_on_aws_finds_a_wheel_of_each_package(repository: str) -> None:
    """CodeBuild's image: Python 3.11 on Amazon Linux 2023 (glibc 2.34), x86-64. A source archive would run code of its own."""
    platforms = [f"manylinux_2_{minor}_x86_64" for minor in range(34, 4, -1)]
    platforms += [f"manylinux{old}_x86_64" for old in ("2014", "2010", "1")]
    tags = {*cpython_tags((3, 11), platforms=platforms), *compatible_tags((3, 11), "cp311", platforms)}
    for component in _components(repository, system=CODEBUILD):
        names = [archive["url"].rpartition("/")[2] for archive in component["externalReferences"]]
        wheels = [parse_wheel_filename(name) for name in names if name.endswith(".whl")]
        assert any(tags & wheel[-1] for wheel in wheels), component["name"]


@pytest.mark.parametrize("repository", FILES)
def test_the_bill_of_materials_names_each_package_that_another_needs(repository: str) -> None:
    """As installed beside these tests, out of the same lock file."""
    named = {one["name"]: one["version"] for one in _components(repository, system=default_environment())}
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    needed = _needed([Requirement(pin) for of in FILES[repository].values() for group in of for pin in groups[group]])
    assert {"boto3", "pytest", "uv", "urllib3"} <= needed
    assert named == {name: version(name) for name in needed}


@pytest.mark.parametrize("repository", FILES)
def test_each_package_of_the_bill_has_the_hashes_of_the_lock_file(repository: str) -> None:
    for one in _components(repository):
        hashes = {each["content"] for archive in one["externalReferences"] for each in archive["hashes"]}
        assert hashes
        if LOCK[one["name"]]["version"] == one["version"]:
            archives = [*LOCK[one["name"]].get("wheels", ()), LOCK[one["name"]].get("sdist", {})]
            assert hashes == {archive["hash"].removeprefix("sha256:") for archive in archives if archive}


def test_the_installation_refuses_other_bytes_and_what_no_hash_is_known_of(tmp_path: Path) -> None:
    """With the options of the build specifications, from an index that was taken over: here a folder."""
    digests = {name: _wheel(tmp_path, name, needs) for name, needs in (("near", ""), ("outer", "near"))}
    install = yaml.safe_load((ROOT / "buildspec.yml").read_text())["phases"]["install"]["commands"]
    for command in (shlex.split(one) for one in install):
        options = [word for word in command[command.index("install") + 1 :] if word.startswith("--")]
        assert _install(tmp_path, options, digests, "near") == 0
        assert _install(tmp_path, options, digests, "near", "outer") == 0
        assert _install(tmp_path, options, digests, "outer") != 0, "its tree is not whole"
        assert _install(tmp_path, options, {"near": "0" * 64}, "near") != 0, "another archive under the same version"


def test_a_lock_file_that_is_behind_pyproject_is_told_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        (ROOT / "pyproject.toml").read_text().replace("numpy==2.4.6", "numpy==2.4.5")
    )
    (tmp_path / "uv.lock").write_text((ROOT / "uv.lock").read_text())
    monkeypatch.setattr(requirements, "ROOT", tmp_path)
    with pytest.raises(RequirementsError, match=r"^uv.lock: "):
        made()
    assert main() == 2
    assert "Run `.venv/bin/uv lock`, then try again." in capsys.readouterr().err


def _components(repository: str, *, system: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
    """Of the bill; with a system only what is installed there."""
    bill = json.loads((ROOT / repository / BILL).read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    return [one for one in bill["components"] if system is None or _installed_on(one, system)]


def _installed_on(component: dict[str, Any], system: Mapping[str, object]) -> bool:
    markers = [one["value"] for one in component.get("properties", ()) if one["name"] == "uv:package:marker"]
    return all(Marker(marker).evaluate({key: str(value) for key, value in system.items()}) for marker in markers)


def _needed(waiting: list[Requirement]) -> set[str]:
    found: set[tuple[str, str]] = set()
    while waiting:
        asked = waiting.pop()
        for extra in {"", *asked.extras}:
            one = (canonicalize_name(asked.name), extra)
            if one not in found:
                found.add(one)
                needs = [Requirement(text) for text in requires(asked.name) or ()]
                waiting += [need for need in needs if not need.marker or need.marker.evaluate({"extra": extra})]
    return {name for name, _ in found}


def _wheel(folder: Path, name: str, needs: str) -> str:
    """The hash of a package with nothing in it."""
    path, info = folder / f"{name}-1.0-py3-none-any.whl", f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        required = f"Requires-Dist: {needs}\n" if needs else ""
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{required}")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", f"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _install(folder: Path, options: list[str], digests: Mapping[str, str], *names: str) -> int:
    listed = folder / "listed.txt"
    listed.write_text("".join(f"{name}==1.0 --hash=sha256:{digests[name]}\n" for name in names))
    # Into a folder, with an index that is that folder; `--system` and pip's own words say the same of another place.
    own = [word for word in options if word in ("--require-hashes", "--no-build")]
    command = [str(UV), "pip", "install", "--python", sys.executable, "--no-cache"]
    command += ["--target", str(Path(tempfile.mkdtemp(dir=folder)))]
    command += ["--no-index", "--find-links", str(folder), *own, "-r", str(listed)]
    return subprocess.run(command, capture_output=True, check=False).returncode
