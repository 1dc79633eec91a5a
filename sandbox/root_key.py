"""The access key of the account's root: drawn at random for each home, and kept in a file that its owner alone can read.

Whoever can start a job can run code, so nobody gets in by guessing: a page in a browser cannot read the file, and another
user of the machine cannot either.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "root-key.json"
_ID_BYTES = 10  # 16 letters and digits behind the prefix, as in AWS's own keys
_SECRET_BYTES = 30  # 40 characters


@dataclass(frozen=True, kw_only=True)
class AccessKey:
    """An id and its secret (API_AccessKey of IAM)."""

    id: str
    secret: str


def root_key(home: Path) -> AccessKey:
    """The home's key, made at the first call. Two processes that ask at once get the same one."""
    path = home / FILE
    if not path.exists():
        _make(path)
    return AccessKey(**json.loads(path.read_text()))


def _make(path: Path) -> None:
    key = AccessKey(
        id="AKIA" + base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode(),
        secret=secrets.token_urlsafe(_SECRET_BYTES),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{FILE}.{secrets.token_hex(4)}")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(asdict(key)))
    try:
        os.link(partial, path)  # whole or not at all; the first one stays
    except FileExistsError:
        pass
    finally:
        partial.unlink()
