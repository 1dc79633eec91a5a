"""A copy of this repository to work in, its two seeds with one quick test each: their own tests run elsewhere."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INSTALLED = (".venv", "node_modules")
STAMPS = (".venv/.demo", ".venv/.ready", "node_modules/.ready")  # what `make` goes by
SEEDS = ("model-build", "model-deploy")
CONFIGS = ("staging-config.json", "prod-config.json")
QUICK = "def test_quick() -> None:\n    assert True\n"


def copy_repository(folder: Path) -> None:
    """The files that Git knows or would take, as they are now; what is installed is shared."""
    for name in _listed():
        if (ROOT / name).is_file() and not name.startswith(tuple(f"{seed}/tests/" for seed in SEEDS)):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for seed in SEEDS:
        (folder / seed / "tests").mkdir()
        (folder / seed / "tests" / "test_quick.py").write_text(QUICK)
    for config in CONFIGS:
        (folder / config).write_text(patient(config))
    for installed in INSTALLED:
        link_contents(ROOT / installed, folder / installed)


def patient(config: str) -> str:
    """A stage's configuration with a latency budget that a machine busy with tests can keep."""
    document = json.loads((ROOT / config).read_text())
    document["Parameters"]["LatencyBudgetMs"] = "5000"
    return json.dumps(document, indent=2) + "\n"


def _listed() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.split("\0") if name]


def link_contents(there: Path, here: Path) -> None:
    """A folder of its own, whose entries lead there: `npm ci` would empty a folder that is itself a link."""
    here.mkdir()
    for entry in there.iterdir():
        if entry.name not in {Path(stamp).name for stamp in STAMPS}:
            (here / entry.name).symlink_to(entry)
    for stamp in STAMPS:
        if Path(stamp).parent.name == here.name:
            (here / Path(stamp).name).touch()  # what is installed is not installed again
