"""Functions' archives are unpacked with their modes: what others may not read, a function cannot either.

Lambda takes such an archive without a word; it keeps the modes and runs as another user than the files' owner, so that each call
ends at the import. Here everything runs as one user, or as root, whom no mode stops: so the modes are looked at before each call.
https://docs.aws.amazon.com/lambda/latest/dg/python-package.html ("Lambda uses POSIX file permissions"); in the words of
hashicorp/terraform-provider-archive#17 and aws/bedrock-agentcore-starter-toolkit#407.
"""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from sandbox import zips
from sandbox.containers.members import ArchiveRefused, Limits

_OTHERS_READ, _OTHERS_ENTER = 0o004, 0o001
_CODE = "/var/task"
_READABLE = 0o100644 << 16
# The quota of an unzipped package (250 MB); one over it is not looked into, and ministack refuses it in Lambda's words.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_LARGEST = 250 * 1024**2
_LIMITS = Limits(members=100_000, file_bytes=_LARGEST, total_bytes=_LARGEST)
_NO_ARCHIVE = b""


def mind_file_modes() -> None:
    """In each call of a function; what a template holds inline is readable, as CloudFormation packs it."""
    from ministack.services import lambda_svc  # noqa: PLC0415 (only after `configure`)
    from ministack.services.cloudformation import provisioners  # noqa: PLC0415

    run, pack = lambda_svc._execute_function_warm, provisioners._zip_inline

    def execute(function: Any, event: Any, request_id: str) -> Any:
        config = function.get("config") or function
        kept = unreadable(function.get("code_zip") or b"", str(config.get("Handler", "")))
        if kept is None:
            return run(function, event, request_id)
        failure = _failure(kept, config, request_id)
        return {"error": True, "body": failure, "log": f"[ERROR] {failure['errorType']}: {failure['errorMessage']}"}

    def zip_inline(source: str | None, *how: str) -> bytes | None:
        packed = pack(source, *how)
        return None if packed is None else _readable(packed)

    reject = lambda_svc._reject_unreadable_zip

    def reject_corrupt(packed: bytes | None) -> Any:
        """ministack looks for the directory at the archive's end alone."""
        return reject(_NO_ARCHIVE if packed is not None and _is_corrupt(packed) else packed)

    lambda_svc._reject_unreadable_zip = reject_corrupt
    lambda_svc._execute_function_warm = execute
    provisioners._zip_inline = zip_inline


def _failure(unreadable: str, config: Any, request_id: str) -> dict[str, Any]:
    """In the form of the runtime's own."""
    denied = f"[Errno 13] Permission denied: '{_CODE}/{unreadable}'"
    if str(config.get("Runtime", "")).startswith("python"):
        module = str(config["Handler"]).rpartition(".")[0]
        return {
            "errorType": "Runtime.ImportModuleError",
            "errorMessage": f"Unable to import module '{module}': {denied}",
            "requestId": request_id,
            "stackTrace": [],
        }
    return {
        "errorType": "Error",
        "errorMessage": f"EACCES: permission denied, open '{_CODE}/{unreadable}'",
        "trace": [],
    }


def _is_corrupt(packed: bytes) -> bool:
    try:
        with zips.opened(packed, limits=_LIMITS) as archive:
            if archive.size <= _LIMITS.total_bytes:
                archive.read_all()
    except ArchiveRefused:
        return True
    return False


@lru_cache(maxsize=64)
def unreadable(archive: bytes, handler: str) -> str | None:
    """The first file that the import of the handler would stop at: those of its package first, then any other."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            kept_out = [each.filename for each in opened.infolist() if each.filename and _keeps_others_out(each)]
    except zips.CORRUPT:
        return None
    package = PurePosixPath(handler.rpartition(".")[0].replace(".", "/"))
    folders = [str(folder) for folder in (*reversed(package.parents), package)]
    on_the_way = [f"{folder}/__init__.py".removeprefix("./") for folder in folders] + [f"{package}.py"]
    return next((name for name in (*on_the_way, *sorted(kept_out)) if name in kept_out), None)


def _keeps_others_out(member: zipfile.ZipInfo) -> bool:
    """An archive made where there are no modes has none, and Lambda gives it some."""
    mode = member.external_attr >> 16
    needed = _OTHERS_READ | (_OTHERS_ENTER if member.is_dir() else 0)
    return bool(mode) and mode & needed != needed


def _readable(packed: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(held := io.BytesIO(), "w") as new:
        for member in old.infolist():
            content, member.external_attr = old.read(member), _READABLE
            new.writestr(member, content)
    return held.getvalue()
