"""Git over HTTP: `git clone`, `fetch` and `push` on a repository's cloneUrlHttp, answered by `git http-backend`.

Whoever reaches the port is this machine's user (see `sandbox.gatekeeper`), so nobody is asked who he is. The credentials that
`aws codecommit credential-helper` makes are for hosts of AWS, and Git offers them only when asked; they may come, and are not read.
"""

from __future__ import annotations

import logging
import os
import re
import subprocess
from pathlib import Path

from sandbox.codecommit import references
from sandbox.codecommit.git import GitFailure, isolated
from sandbox.codecommit.service import CodeCommit
from sandbox.errors import ServiceError
from sandbox.protocol import Response
from sandbox.routes import Request, Route

PREFIX = "/v1/repos/"

_LOG = logging.getLogger(__name__)
_PATH = re.compile(r"/v1/repos/([\w.-]{1,100})/(info/refs|git-upload-pack|git-receive-pack)", re.ASCII)
_SERVICE = re.compile(r"service=(git-upload-pack|git-receive-pack)")
_LARGEST = 200 * 1024 * 1024  # bytes of a push; less than the port takes, so that Git can still say it in its own words
_CONFIGURATION = {
    "receive.maxInputSize": str(_LARGEST),
    "gc.autoDetach": "false",  # or it would go on after the repository is let go
    "safe.directory": "*",  # the home may be a folder of somebody else, as in a container
}
_NOT_SMART = "The sandbox speaks Git's smart protocol alone: use git clone, git fetch or git push on {url}.\n"


def git_over_http(codecommit: CodeCommit) -> Route:
    def answer(request: Request) -> Response:
        try:
            return _answer(codecommit, request)
        except ServiceError as error:
            return _sentence(404 if error.code == "RepositoryDoesNotExistException" else error.status, error.message)
        except Exception as error:  # noqa: BLE001 (Git gets an answer, whatever happens)
            _LOG.exception("%s %s", request.method, request.path)
            return _sentence(500, f"The sandbox failed: {error!r}; its log has the traceback.")

    return answer


def _answer(codecommit: CodeCommit, request: Request) -> Response:
    path = _PATH.fullmatch(request.path)
    if path is None:
        return _sentence(404, _NOT_SMART.format(url=f"{codecommit.settings.endpoint_url}{PREFIX}<repository>"))
    name, asked = path.groups()
    advertised = _SERVICE.fullmatch(request.query) if asked == "info/refs" else None
    if request.method != ("GET" if asked == "info/refs" else "POST") or (asked == "info/refs") != bool(advertised):
        return _sentence(403, _NOT_SMART.format(url=f"{codecommit.settings.endpoint_url}{PREFIX}{name}"))
    if asked != "git-receive-pack":
        return _backend(codecommit.folder(codecommit.repository(name)["repositoryId"]), asked, request)
    with codecommit.held(name) as repository:
        try:
            return _backend(codecommit.folder(repository["repositoryId"]), asked, request)
        finally:
            references.changed(codecommit, repository)


def _backend(repository: Path, asked: str, request: Request) -> Response:
    """One request through Git's CGI program (git-http-backend(1), RFC 3875)."""
    command = ["git", "http-backend"]
    environment = _environment(repository, asked, request)
    try:
        done = subprocess.run(command, input=request.body, capture_output=True, env=environment, check=False)  # noqa: S603 (the user's git)
    except FileNotFoundError as error:
        raise GitFailure("git is not installed on this machine; CodeCommit's repositories need it.") from error
    head, found, content = done.stdout.partition(b"\r\n\r\n")
    if not found:
        raise GitFailure(f"git http-backend failed: {done.stderr.decode(errors='replace').strip()}")
    headers = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n"))
    return int(headers.pop("Status", "200").split(" ")[0]), headers, content


def _environment(repository: Path, asked: str, request: Request) -> dict[str, str]:
    given = request.headers
    variables = {
        "GIT_PROJECT_ROOT": str(repository.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{repository.name}/{asked}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.query,
        "CONTENT_TYPE": given.get("content-type", ""),
        "CONTENT_LENGTH": str(len(request.body)),
        "HTTP_CONTENT_ENCODING": given.get("content-encoding", ""),
        "GIT_PROTOCOL": given.get("git-protocol", ""),
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_USER": os.environ.get("USER", "sandbox"),  # receive-pack serves nobody anonymous
    }
    return {**isolated(_CONFIGURATION), **{name: value for name, value in variables.items() if value}}


def _sentence(status: int, text: str) -> Response:
    """Git shows plain text to its user, each line behind `remote:`."""
    return status, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-cache"}, text.encode()
