"""What the container's toolkit does to code before it runs: it makes a package of the folder and installs that with pip.

aws/sagemaker-containers, _modules.py: `prepare` writes a setup.py where there is none, `install` runs `pip install .` in
/opt/ml/code, with `-r requirements.txt` where there is one. So it is pip that reads PIP_NO_BUILD_ISOLATION and its other variables,
a setup.py or pyproject.toml of the user's works, and what cannot be installed without an index fails a job without a network.

pip takes a second or two. Of code that says nothing of its own installation, its content has no part in whether that succeeds: for
such code pip runs once for each module's name and pip's variables, and after that the folder itself is what is imported.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sandbox.containers.job import JobSite
from sandbox.containers.running import Command, Ending

# Where the images have their interpreter (aws/deep-learning-containers, docker/xgboost/Dockerfile): what messages name.
PYTHON = "/opt/venv/bin/python3"
_SETUP = """
from setuptools import setup
setup(packages=[''],
      name="{name}",
      version='1.0.0',
      include_package_data=True)
"""
_SETUP_CFG = """
[wheel]
universal = 1
"""
_MANIFEST = """
recursive-include . *
recursive-exclude . __pycache__*
recursive-exclude . *.pyc
recursive-exclude . *.pyo
"""


class InstallFailed(Exception):
    """pip refused; the message is the toolkit's, and the job's log has pip's."""

    def __init__(self, command: str, ending: Ending) -> None:
        self.ending = ending
        super().__init__(f'InstallModuleError:\nCommand "{command}"')


def install(command: Command, *, name: str, site: JobSite, offline: bool) -> Command:
    """Make the module `name` of the command's folder. Returns the command as it is to be run then. Raises InstallFailed."""
    folder = command.folder
    plain = not any((folder / file).is_file() for file in ("setup.py", "pyproject.toml", "requirements.txt"))
    requirements = (folder / "requirements.txt").is_file()
    _prepare(folder, name, site)
    words = ["-m", "pip", "install", ".", *(["-r", "requirements.txt"] if requirements else [])]
    shown = " ".join([PYTHON, *words])
    _say(site, "Installing module with the following command:", shown)
    environment = {name: value for name, value in command.environment.items() if name != "PYTHONPATH"}
    environment |= _index(folder, offline)
    key = (name, *sorted(item for item in environment.items() if item[0].startswith("PIP_")))
    if plain and key in site.runner.installed:
        return command
    pip = replace(command, argv=("python3", *words), environment=environment, fresh=True)
    ending = site.runner.run(pip, log=site.log, cancel=site.cancel)
    site.check_cancelled()
    if not ending.succeeded:
        raise InstallFailed(shown, ending)
    if plain:
        site.runner.installed.add(key)
    return replace(command, fresh=not plain)


def _prepare(folder: Path, name: str, site: JobSite) -> None:
    """As the toolkit does, the last two files are written over what is there."""
    if (folder / "setup.py").exists():
        return
    _say(site, f"Module {name} does not provide a setup.py.", "Generating setup.py")
    (folder / "setup.py").write_text(_SETUP.format(name=name), encoding="utf-8")
    _say(site, "Generating setup.cfg")
    (folder / "setup.cfg").write_text(_SETUP_CFG, encoding="utf-8")
    _say(site, "Generating MANIFEST.in")
    (folder / "MANIFEST.in").write_text(_MANIFEST, encoding="utf-8")


def _say(site: JobSite, *lines: str) -> None:
    for line in lines:
        site.log(line)


def _index(folder: Path, offline: bool) -> Mapping[str, str]:
    """No index without a network. With one, the setuptools that pip would fetch for a setup.py are the sandbox's own."""
    if offline:
        return {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
    kept = {"PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(Path.home() / ".cache" / "pip"))}
    return kept if (folder / "pyproject.toml").is_file() else {**kept, "PIP_NO_BUILD_ISOLATION": "0"}
