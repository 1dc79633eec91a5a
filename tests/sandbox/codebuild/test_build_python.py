"""The build's own Python: nothing in it but what CodeBuild's images have, what was installed is gone, and no other is in reach."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from sandbox.codebuild.running import interpreter
from sandbox.codebuild.running.machine import taken_over, write_settings_of_uv
from sandbox.codebuild.running.site import site
from tests.sandbox.codebuild.alone import Alone
from tests.sandbox.codebuild.conftest import Builder

UV = Path(sys.executable).with_name("uv")


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A package of one line."""
    file = tmp_path / "onlyhere-1.0-py3-none-any.whl"
    information = "onlyhere-1.0.dist-info"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("onlyhere.py", "VALUE = 42\n")
        packed.writestr(f"{information}/METADATA", "Metadata-Version: 2.1\nName: onlyhere\nVersion: 1.0\n")
        packed.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr(f"{information}/RECORD", "")
    return file


@pytest.fixture
def made(tmp_path: Path) -> Path:
    prefix = tmp_path / "python"
    interpreter.make(prefix, kept=tmp_path / "kept", carried=tmp_path / "carried")
    return prefix


def run(made: Path, *command: str) -> str:
    environment = {"PATH": f"{made / 'bin'}:/usr/bin:/bin", "HOME": str(made), "UV_CACHE_DIR": str(made / "cache")}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=made, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


# boto3, PyYAML, setuptools, wheel and virtualenv, which the images carry beside pip, and what those need
CARRIED = {
    *(
        "boto3",
        "botocore",
        "jmespath",
        "python-dateutil",
        "s3transfer",
        "six",
        "urllib3",
        "PyYAML",
        "setuptools",
        "wheel",
    ),
    *("virtualenv", "distlib", "filelock", "packaging", "platformdirs", "python-discovery"),
}


def test_it_is_a_system_python_with_what_the_images_have_alone(made: Path) -> None:
    listed = run(made, "python", "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check")
    names = {line.partition("==")[0] for line in listed.splitlines()} - {"typing_extensions"}  # some Pythons need it
    assert names == {"pip", *CARRIED}
    prefixes = run(made, "python3", "-c", "import sys; print(sys.prefix, sys.base_prefix)").split()
    assert prefixes == [str(made), str(made)]


def test_uv_pip_install_system_reaches_the_builds_python_alone(made: Path, wheel: Path) -> None:
    """uv passes virtual environments over, and would install into the user's own Python behind one."""
    said = run(made, str(UV), "pip", "install", "--system", "--offline", "--no-index", str(wheel))
    assert "onlyhere" in said
    assert run(made, "python", "-c", "import onlyhere; print(onlyhere.__file__)").startswith(str(made))
    elsewhere = subprocess.run([sys.executable, "-c", "import onlyhere"], capture_output=True, text=True, check=False)
    assert "ModuleNotFoundError" in elsewhere.stderr


def test_what_the_images_carry_can_be_used_without_installing_it(made: Path) -> None:
    used = "import boto3, setuptools, wheel, yaml; boto3.client('s3', region_name='us-east-1'); print(yaml.safe_load('[1]'))"
    assert run(made, "python", "-c", used) == "[1]\n"
    run(made, "virtualenv", "--quiet", "--no-download", str(made / "venv"))
    assert (made / "venv" / "bin" / "python").exists()


@pytest.mark.parametrize(
    "install", [("pip", "install", "--quiet"), (str(UV), "pip", "install", "--system", "--offline", "--quiet")]
)
def test_a_version_of_ones_own_goes_before_what_the_images_carry(
    made: Path, tmp_path: Path, install: tuple[str, ...]
) -> None:
    own = tmp_path / "boto3-99.0-py3-none-any.whl"
    with zipfile.ZipFile(own, "w") as packed:
        packed.writestr("boto3/__init__.py", "__version__ = '99.0'\n")
        packed.writestr("boto3-99.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: boto3\nVersion: 99.0\n")
        packed.writestr("boto3-99.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr("boto3-99.0.dist-info/RECORD", "")
    run(made, *install, "--no-index", str(own))
    assert run(made, "python", "-c", "import boto3; print(boto3.__version__)") == "99.0\n"
    interpreter.make(tmp_path / "next", kept=tmp_path / "kept", carried=tmp_path / "carried")
    used = "import boto3; print(boto3.__version__)"
    assert run(tmp_path / "next", "python", "-c", used) == f"{version('boto3')}\n"


def test_what_one_build_installs_is_gone_in_the_next(builder: Builder, wheel: Path) -> None:
    install, use = f"pip install --quiet --no-index {wheel}", "python -c 'import onlyhere; print(onlyhere.VALUE)'"
    spec = "version: 0.2\nphases: {{build: {{commands: {}}}}}\n"
    assert builder.run(spec.format([install, use])).output == ["42"]
    second = builder.run(spec.format([use]))
    assert second.status == "FAILED"
    assert second.output[-1] == "ModuleNotFoundError: No module named 'onlyhere'"


def test_the_users_own_environment_is_not_in_a_build(builder: Builder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "secret")
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.example/simple")
    assert "MY_TOKEN" not in taken_over()
    assert taken_over()["PIP_INDEX_URL"] == "https://index.example/simple"
    built = builder.run("version: 0.2\nphases: {build: {commands: ['command -v pytest || echo none', 'echo $HOME']}}\n")
    assert built.output[0] == "none"
    assert "/codebuild/slots/" in built.output[1]


def test_only_where_packages_come_from_is_taken_of_the_users_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as `require-virtualenv`, which many people have, and with which no build could install anything."""
    for name in ("PIP_CONFIG_FILE", "PIP_INDEX_URL", "PIP_FIND_LINKS", "UV_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "pip").mkdir()
    (tmp_path / "pip" / "pip.conf").write_text(
        "[global]\nindex_url = https://one.example/simple\nrequire-virtualenv = true\n[install]\nuser = true\n"
        "find-links =\n    https://two.example/\n    https://three.example/\n"
    )
    given = taken_over()
    assert given["PIP_INDEX_URL"] == "https://one.example/simple"
    assert given["PIP_FIND_LINKS"] == "https://two.example/ https://three.example/"
    assert not {"PIP_REQUIRE_VIRTUALENV", "PIP_USER"} & given.keys()
    assert given["PIP_CONFIG_FILE"] == "/dev/null"
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").write_text(
        'index-strategy = "first-index"\n[pip]\ntarget = "elsewhere"\n'
        '[[index]]\nname = "own"\nurl = "https://one.example/simple"\ncache-control = { api = "max-age=1" }\n'
    )
    write_settings_of_uv(tmp_path / "home")
    assert tomllib.loads((tmp_path / "home" / ".config" / "uv" / "uv.toml").read_text()) == {
        "index-strategy": "first-index",
        "index": [{"name": "own", "url": "https://one.example/simple", "cache-control": {"api": "max-age=1"}}],
    }


def test_what_was_compiled_in_one_home_serves_the_builds_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of pip, of a package that images carry, and of the standard library; the build's own sources are compiled anew."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    lines = (
        "import pip, jmespath, json, own; print(pip.__cached__, jmespath.__cached__, json.__cached__, own.__cached__)"
    )
    compiled = []
    for home, slot in (("one", 0), ("two", 1)):
        alone = Alone(tmp_path / home)
        with site(alone.codebuild, slot) as made:
            (made.output / "own.py").write_text("")
            done = subprocess.run(
                [made.python / "bin" / "python", "-c", lines],
                cwd=made.output,
                env=made.variables(),
                capture_output=True,
                text=True,
                check=True,
            )
            files = [Path(each) for each in done.stdout.split()]
            compiled.append([(each.resolve(), each.stat().st_ino) for each in files])
        alone.close()
    first, second = compiled
    assert first[:3] == second[:3]
    assert all(each.is_relative_to(tmp_path / "cache") for each, _ in first[:3])
    assert not any(each.is_relative_to(tmp_path / "cache") or each.exists() for each, _ in (first[3], second[3]))
