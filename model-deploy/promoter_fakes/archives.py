"""Model archives made byte by byte, so that the good one and the hostile ones differ in just what a test is about."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterable

from promoter.archive import DIGESTS

ROWS = ("M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15", "F,0.53,0.42,0.135,0.677,0.2565,0.1415,0.21")
PREDICTIONS = (9.5, 11.25)
MODEL = b'{"learner": {}}'
MODEL_SHA256 = hashlib.sha256(MODEL).hexdigest()
GOLDEN = json.dumps(
    {"rows": list(ROWS), "predictions": list(PREDICTIONS), "tolerance": 1e-4, "xgboost": "3.2.0"}
).encode()

Member = tuple[tarfile.TarInfo, bytes]


def member(name: str, content: bytes = b"", *, kind: bytes = tarfile.REGTYPE, link: str = "") -> Member:
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(content), kind, link
    return info, content


def good_members(*, golden: bytes = GOLDEN) -> list[Member]:
    return [
        member("model.json", MODEL),
        member("golden.json", golden),
        member("code", kind=tarfile.DIRTYPE),
        member("code/inference.py", b"# serve\n"),
        member("code/features.py", b"# features\n"),
    ]


def tar(members: Iterable[Member]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def tar_gz(members: Iterable[Member]) -> bytes:
    return gzip.compress(tar(members), compresslevel=1, mtime=0)


def digests(archive: bytes) -> dict[str, str]:
    """What the registry holds of an archive: the digests of the whole and of each file."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as content:
        files = {each.name: content.extractfile(each) for each in content if each.isfile()}
        contents = {"": archive, **{name: file.read() for name, file in files.items() if file is not None}}
    return {DIGESTS[name]: hashlib.sha256(content).hexdigest() for name, content in contents.items() if name in DIGESTS}


def good_archive() -> bytes:
    return tar_gz(good_members())
