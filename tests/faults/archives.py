"""Mutated archives and models through every reader of theirs: taken, or refused by its own error; nothing gets out of a folder."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
import sys
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import xgboost

from infra.functions.model_seal.archive import digests_of_members
from infra.functions.model_seal.refusal import SealRefused
from pipelines.abalone.containers import archive as training
from pipelines.abalone.containers.features import FEATURES
from promoter import archive as promotion
from promoter.errors import PromoterError
from promoter.smoke_test.golden import parse_golden
from sandbox import zips
from sandbox.codecommit.seed import files_of
from sandbox.containers.archive import unpack
from sandbox.containers.members import CODE, MODEL, ArchiveRefused
from sandbox.errors import ValidationError
from sandbox.plugin.function_files import unreadable
from tests.faults.figures import Figures, tell
from tests.faults.shapes import wrong

_ROOT = Path(__file__).resolve().parents[2]
_CODE = b"a = 1\n" * 200
_REFUSALS = (ArchiveRefused, training.ArchiveRefused, SealRefused, PromoterError, ValidationError, KeyError)
_NAMES = (
    *(
        "../out",
        "/etc/cron.d/out",
        "a/../../out",
        "..\\out",
        "a\nb",
        "a\0b",
        "",
        ".",
        "./",
        "n" * 300,
        "n/" * 1_500 + "n",
    ),
    *("model.json", "MODEL.JSON", "model.json/x", "code", "code/", ".git/config", "con", "é", "e\u0301", "model.pkl"),
)
_KINDS = (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.GNUTYPE_SPARSE)
Reader = Callable[[bytes, Path], object]


def _trained(packed: bytes, folder: Path) -> None:
    archive = folder.parent / "model.tar.gz"
    archive.write_bytes(packed)
    try:
        training.unpack(archive, folder)
    finally:
        archive.unlink()


TARS: Mapping[str, Reader] = {
    "the containers', for code": lambda packed, folder: unpack(packed, folder, limits=CODE),
    "the containers', for models": lambda packed, folder: unpack(packed, folder, limits=MODEL),
    "the evaluation's": _trained,
    "the sealing function's": lambda packed, _: digests_of_members(io.BytesIO(packed)),
    "the promoter's": lambda packed, _: promotion.read_archive(io.BytesIO(packed)),
}
ZIPS: Mapping[str, Reader] = {
    "the builds'": zips.unpack,
    "the pipelines', of one file": lambda packed, _: zips.file(packed, "code/inference.py"),
    "the repositories'": lambda packed, _: files_of(packed),
    "the functions'": lambda packed, _: unreadable(packed, "index.handler"),
}


def soak(folder: Path, *, seed: int, number: int) -> Figures:
    """A third of the number each: tars, zips, and models with their golden rows."""
    figures, random = Figures("archives"), Random(f"archives {seed}")
    for count in range(number):
        kind = count % 3
        if kind == 0:
            _read_by_all(figures, "tar", _tar(random), TARS, folder)
        elif kind == 1:
            _read_by_all(figures, "zip", _zip(random), ZIPS, folder)
        if (count + 1) % 500 == 0:
            tell(f"archives: {count + 1} of {number}, {len(figures.failures)} failures")
    _models(figures, folder, random, number // 3)
    return figures


def _read_by_all(figures: Figures, kind: str, packed: bytes, readers: Mapping[str, Reader], folder: Path) -> None:
    figures.count(f"mutated {kind} archives")
    for name, read in readers.items():
        what = f"readings of them: {name} reader ({kind})"
        figures.count(what)
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "place").mkdir(parents=True)
        try:
            read(packed, folder / "place" / "in")
        except _REFUSALS as error:
            if not str(error):
                figures.fail(what, "a refusal without a reason")
        except Exception as error:  # noqa: BLE001 (whatever it is, it is the finding)
            figures.fail(what, f"{error!r} for {packed[:60]!r}... ({len(packed)} bytes)")
        beside = [
            each for each in (*folder.iterdir(), *(folder / "place").iterdir()) if each.name not in ("place", "in")
        ]
        links = [each for each in folder.rglob("*") if each.is_symlink()]
        if beside or links or Path("/etc/cron.d/out").exists():
            figures.fail(what, f"it left {[*beside, *links]}")
    shutil.rmtree(folder, ignore_errors=True)


def _members(random: Random) -> list[tuple[str, bytes]]:
    members = [
        ("model.json", b'{"version":[3,2,0]}'),
        ("golden.json", b"[]"),
        ("code/inference.py", _CODE),
        ("code/features.py", _CODE),
    ]
    for _ in range(random.randrange(3)):
        at = random.randrange(len(members))
        members.insert(at, (random.choice(_NAMES), random.randbytes(random.choice((0, 10, 3_000)))))
    if random.random() < 0.1:
        members.append(("bomb.txt", b"\0" * 30_000_000))
    return members


def _tar(random: Random) -> bytes:
    plain = io.BytesIO()
    form = random.choice((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT))
    with tarfile.open(fileobj=plain, mode="w", format=form) as opened:
        for name, content in _members(random):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            if random.random() < 0.1:
                member.type, member.linkname = random.choice(_KINDS), random.choice(_NAMES)
            if random.random() < 0.1:
                member.pax_headers = {
                    random.choice(("path", "size", "linkpath", "GNU.sparse.size", "mtime")): random.choice(
                        ("9", *_NAMES[1:3])
                    )
                }
            try:
                opened.addfile(member, io.BytesIO(content))
            except ValueError:  # a name that this format cannot hold
                continue
    packed = gzip.compress(_shaken(plain.getvalue(), random), compresslevel=1)
    return _shaken(packed, random) if random.random() < 0.5 else packed


def _zip(random: Random) -> bytes:
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w") as opened:
        warnings.simplefilter("ignore")  # a name twice, on purpose
        for name, content in _members(random):
            member = zipfile.ZipInfo(name or "a")
            member.filename = name
            member.external_attr = random.choice((0o100644, 0o120777, 0o40755, 0o104755, 0)) << 16
            method = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2))
            opened.writestr(member, content, compress_type=method)
    return _shaken(packed.getvalue(), random)


def _shaken(packed: bytes, random: Random) -> bytes:
    """Bytes of it turned, cut off, taken out, said twice, or nothing at all."""
    if not packed or random.random() < 0.3:
        return packed
    shaken = bytearray(packed)
    for _ in range(random.choice((1, 1, 4))):
        at = random.randrange(len(shaken) or 1)
        match random.randrange(5):
            case 0:
                shaken[at : at + 1] = bytes([random.randrange(256)])
            case 1:
                del shaken[at:]
            case 2:
                del shaken[at : at + random.randrange(1, 600)]
            case 3:
                shaken[at:at] = shaken[at : at + random.randrange(1, 600)]
            case _:
                shaken[at : at + 8] = random.choice((b"\xff" * 8, b"\0" * 8, b"77777777", b"-1\0\0\0\0\0\0"))
    return bytes(shaken)


# Loads each model in turn, as the endpoint's container does; a line for each, so that one that ends the process is known.
_LOADER = """
import sys
from pathlib import Path
from pipelines.abalone.containers.inference import WrongModel, model_fn, predict

ROW = ["M", 0.455, 0.365, 0.095, 0.514, 0.2245, 0.101, 0.15]
for folder in sys.argv[1:]:
    print("begin", folder, flush=True)
    try:
        predict(model_fn(folder), [])
        print("taken", flush=True)
    except WrongModel as error:
        print("refused", flush=True)
    except Exception as error:
        print("fault", repr(error).replace("\\n", " ")[:300], flush=True)
"""


def _models(figures: Figures, folder: Path, random: Random, number: int) -> None:
    whole = _model()
    golden = json.dumps({"rows": ["M,0.4"], "predictions": [7.8], "tolerance": 0.1, "xgboost": "3.2.0"})
    folders = []
    for count in range(number):
        place = folder / "models" / str(count)
        place.mkdir(parents=True)
        (place / "model.json").write_bytes(_mutated(whole, random))
        folders.append(str(place))
        what = "mutated golden rows, read by the smoke test"
        figures.count(what)
        try:
            parse_golden(_mutated(golden.encode(), random), name="golden.json")
        except PromoterError:
            pass
        except Exception as error:  # noqa: BLE001 (whatever it is, it is the finding)
            figures.fail(what, repr(error))
    what = "mutated models, loaded by the endpoint's code"
    while folders:
        folders = _loaded(figures, what, folders)
    shutil.rmtree(folder / "models", ignore_errors=True)


def _loaded(figures: Figures, what: str, folders: list[str]) -> list[str]:
    """Those that are left when the process has ended before its time.

    XGBoost's parser ends the process at some of them. It is the endpoint's container that dies then, as on AWS, and nobody else.
    """
    done = subprocess.run(
        [sys.executable, "-c", _LOADER, *folders[:200]],
        env={"PYTHONPATH": str(_ROOT / "model-build"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = done.stdout.splitlines()
    begun = [line for line in lines if line.startswith("begin ")]
    figures.count(what, len(begun))
    for fault in (line for line in lines if line.startswith("fault")):
        figures.fail(what, fault)
    if done.returncode:
        if not begun:
            figures.fail(what, done.stderr[-400:])
            return []
        figures.count("of these ended their process, in XGBoost's own code")
    return folders[len(begun) :]


def _mutated(document: bytes, random: Random) -> bytes:
    if random.random() < 0.4:
        return _shaken(document, random)
    return json.dumps(wrong(json.loads(document), random)).encode()


def _model() -> bytes:
    random = Random(7)
    values = [[random.random() for _ in FEATURES] for _ in range(40)]
    rows = xgboost.DMatrix(values, label=[random.random() for _ in range(40)], feature_names=list(FEATURES))
    return bytes(xgboost.train({"max_depth": 2, "nthread": 1}, rows, num_boost_round=2).save_raw("json"))
