"""A push that is too large, and a Git that fails, end in a sentence that the user of Git reads."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sandbox.codecommit import references, smart_http
from sandbox.codecommit.service import CodeCommit
from sandbox.events import Event
from sandbox.routes import Request, Route
from tests.sandbox.codecommit.gits import Clone, run


def listening(route: Route) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(method=self.command, path=path, query=query, headers=headers, body=body)
            status, answer_headers, content = route(request)
            self.send_response(status)
            for name, value in {**answer_headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
            """Keep quiet."""

    return Handler


@pytest.fixture
def clone(codecommit: CodeCommit, tmp_path: Path) -> Iterator[Clone]:
    with ThreadingHTTPServer(("127.0.0.1", 0), listening(smart_http.git_over_http(codecommit))) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        run("clone", "--quiet", f"http://127.0.0.1:{server.server_port}/v1/repos/r", str(tmp_path / "clone"))
        clone = Clone(tmp_path / "clone")
        clone.git("checkout", "--quiet", "-B", "main")
        yield clone
        server.shutdown()


def test_a_push_that_is_too_large_is_refused_with_a_sentence_and_changes_nothing(
    codecommit: CodeCommit, clone: Clone, emitted: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(smart_http._CONFIGURATION, "receive.maxInputSize", "20000")
    clone.commit("small.bin", os.urandom(10_000))
    clone.git("push", "--quiet", "origin", "main")
    before, told = codecommit.git("r").references(), len(emitted)
    clone.commit("large.bin", os.urandom(30_000))
    refused = clone.git("push", "origin", "main", check=False)
    assert refused.returncode != 0
    assert "pack exceeds maximum allowed size" in refused.stderr
    assert (codecommit.git("r").references(), len(emitted)) == (before, told)


def test_a_machine_without_git_is_told_so(clone: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    refused = clone.git("fetch", check=False)
    assert refused.returncode != 0
    assert "remote: git is not installed on this machine" in refused.stderr


def test_a_broken_repository_is_an_answer_and_no_traceback(codecommit: CodeCommit, clone: Clone) -> None:
    repository = codecommit.repository("r")
    (codecommit.folder(repository["repositoryId"]) / "HEAD").unlink()
    refused = clone.git("fetch", check=False)
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr
    assert "not found" in refused.stderr


def test_a_bus_that_fails_fails_no_push_and_hears_of_it_with_the_next_one(
    codecommit: CodeCommit, clone: Clone, emitted: list[Event]
) -> None:
    def fails(_: Event) -> None:
        raise RuntimeError("no bus")

    whole, codecommit.around = codecommit.around, replace(codecommit.around, emit=fails)
    clone.commit("a.txt", b"a")
    clone.git("push", "--quiet", "origin", "main")
    codecommit.around = whole
    clone.git("push", "--quiet", "origin", "main:other")
    assert [event.detail["referenceName"] for event in emitted] == ["main", "other"]


def test_what_a_killed_process_could_not_tell_is_told_after_its_restart(
    codecommit: CodeCommit, clone: Clone, emitted: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(references, "changed", lambda *_: None)  # as if the process had gone between Git and the event
        commit = clone.commit("a.txt", b"a")
        clone.git("push", "--quiet", "origin", "main")
    assert emitted == []
    references.tell_what_was_missed(codecommit)
    references.tell_what_was_missed(codecommit)
    assert [(e.detail["event"], e.detail["commitId"]) for e in emitted] == [("referenceCreated", commit)]
    assert codecommit.repository("r")["defaultBranch"] == "main"
