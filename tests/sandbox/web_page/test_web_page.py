"""No page that a person has open makes the sandbox act, or learns anything of it: tried in a real browser.

Each attack is run twice. A witness that has no gate shows that the browser sends the request, and what a page can read of its
answer; the sandbox has to refuse the same request, and to be afterwards what it was before.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from sandbox.controls_client import ask
from sandbox.settings import SandboxSettings
from tests.browser.chromium import REBOUND
from tests.conftest import ClientOf
from tests.sandbox.web_page.attempts import (
    BUCKET,
    PRECIOUS,
    REPOSITORY,
    SECRETS,
    Attempt,
    Attempts,
    Signer,
    new_user,
    secret,
)
from tests.sandbox.web_page.servers import PAGE, Attacker, Witness, served

_SETTLING = 30.0  # seconds; a browser answers all within two


REFUSED = 403


@dataclass(frozen=True, kw_only=True)
class Ports:
    attacker: int
    witness: int


@pytest.fixture(scope="module")
def ports() -> Iterator[Ports]:
    with served(Attacker) as attacker, served(Witness) as witness:
        yield Ports(attacker=attacker, witness=witness)


@dataclass(frozen=True, kw_only=True)
class Prey:
    """What a page would spoil, and how the sandbox itself tells whether it did."""

    settings: SandboxSettings
    client: ClientOf
    marker: Path
    commit: str

    def state(self) -> dict[str, Any]:
        s3 = self.client("s3")
        return {
            "users": [user["UserName"] for user in self.client("iam").list_users()["Users"]],
            "stacks": [made["StackName"] for made in self.client("cloudformation").list_stacks()["StackSummaries"]],
            "objects": {found["Key"]: found["ETag"] for found in s3.list_objects_v2(Bucket=BUCKET)["Contents"]},
            "uploads": [begun["Key"] for begun in s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])],
            "branches": self.client("codecommit").list_branches(repositoryName=REPOSITORY)["branches"],
            "clock": ask(self.settings, "GET", "/_sandbox/clock")["advanced"],
            "code ran": self.marker.exists(),
        }

    def attempts(self, page: str, host: str) -> Attempts:
        signer = Signer(settings=self.settings, host=host)
        return Attempts(signer=signer, page=page, marker=self.marker, commit=self.commit)


@pytest.fixture(scope="module")
def commit(client: ClientOf) -> str:
    s3, codecommit = client("s3"), client("codecommit")
    s3.create_bucket(Bucket=BUCKET)
    for name, kind, content in (*SECRETS.values(), ("page.html", "text/html", PAGE.encode())):
        s3.put_object(Bucket=BUCKET, Key=name, Body=content, ContentType=kind)
    codecommit.create_repository(repositoryName=REPOSITORY)
    put = [{"filePath": "a", "fileContent": b"a"}]
    return str(codecommit.create_commit(repositoryName=REPOSITORY, branchName="main", putFiles=put)["commitId"])


@pytest.fixture
def prey(sandbox: SandboxSettings, client: ClientOf, commit: str, tmp_path: Path) -> Prey:
    client("s3").put_object(Bucket=BUCKET, Key=PRECIOUS, Body=b"precious")
    codecommit = client("codecommit")
    if "precious" not in codecommit.list_branches(repositoryName=REPOSITORY)["branches"]:
        codecommit.create_branch(repositoryName=REPOSITORY, branchName="precious", commitId=commit)
    return Prey(settings=sandbox, client=client, marker=tmp_path / "marker", commit=commit)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a page of somebody else's is, and by which of its names it calls the sandbox."""

    name: str
    address: str
    site: str
    """what its browser says of it to another port (Sec-Fetch-Site)"""
    host: str = "127.0.0.1"


PLACES = [
    Place(name="port", address="http://127.0.0.1:{attacker}/unsafe-url", site="same-site"),
    Place(name="quiet", address="http://127.0.0.1:{attacker}/no-referrer", site="same-site"),
    Place(name="below", address="http://evil.localhost:{attacker}/unsafe-url", site="same-site", host="evil.localhost"),
    Place(name="name", address="http://localhost:{attacker}/no-referrer", site="cross-site"),
    Place(name="file", address="{folder}/page.html", site="cross-site"),
    Place(name="data", address="data:text/html,{page}", site="cross-site"),
    Place(name="stored", address="{stored}", site="same-site"),  # in a bucket: to the sandbox itself "same-origin"
]


def opened(page: Page, place: Place, ports: Ports, prey: Prey) -> Page:
    folder = prey.marker.parent
    (folder / "page.html").write_text(PAGE)
    stored = Signer(settings=prey.settings, host=place.host).address("s3", "GET", f"/{BUCKET}/page.html", {})
    page.goto(place.address.format(attacker=ports.attacker, folder=folder.as_uri(), page=quote(PAGE), stored=stored))
    return page


class Heard:
    """What the browser tells of its requests to a port: the status of each answer by its tag, None where it withholds it."""

    def __init__(self, page: Page, port: int) -> None:
        self.statuses: dict[str, int | None] = {}
        self._port = port
        page.context.on("response", lambda response: self._note(response.url, response.status))
        page.context.on("requestfailed", lambda request: self._note(request.url, None))

    def _note(self, url: str, status: int | None) -> None:
        parts = urlsplit(url)
        if parts.port == self._port:
            self.statuses.setdefault(parse_qs(parts.query).get("tag", [""])[0], status)


def attack(page: Page, attempts: list[Attempt], ports: Ports, settled: Callable[[Attempt], bool]) -> dict[str, Any]:
    """Have the page try them all; what it learned, by tag, once every attempt has come to its end."""
    via = f"(to, status) => `http://127.0.0.1:{ports.attacker}/redirect?status=${{status}}&to=${{encodeURIComponent(to)}}`"
    page.evaluate(f"(attempts) => attack(attempts, {via})", [asdict(attempt) for attempt in attempts])
    deadline = time.monotonic() + _SETTLING
    while True:
        told: dict[str, Any] = page.evaluate("told")
        open_ones = [each.tag for each in attempts if not (settled(each) and (each.tag in told or not each.reads))]
        if not open_ones:
            return told
        assert time.monotonic() < deadline, f"The browser sent no request, or heard of no end: {open_ones}"
        page.wait_for_timeout(50)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_no_page_acts_or_learns(browser: Browser, ports: Ports, prey: Prey, place: Place) -> None:
    attempts = prey.attempts(place.name, place.host).all()
    before = prey.state()
    with browser.new_context() as context:
        page = opened(context.new_page(), place, ports, prey)
        heard = Heard(page, prey.settings.port)
        told = attack(page, attempts, ports, lambda each: each.tag in heard.statuses or each.way == "socket")
        refusal = "The sandbox answers no web page."  # which a page of the sandbox's own address may read
        assert {tag: learned for tag, learned in told.items() if learned and refusal not in learned} == {}
        assert {tag: status for tag, status in heard.statuses.items() if status not in (REFUSED, None)} == {}
        assert prey.state() == before


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_server_without_a_gate_gets_and_tells_it_all(
    browser: Browser, ports: Ports, prey: Prey, place: Place
) -> None:
    port = f":{prey.settings.port}/"
    attempts = [
        replace(each, url=each.url.replace(port, f":{ports.witness}/"))
        for each in prey.attempts(place.name, place.host).all()
    ]
    with browser.new_context() as context:
        page = opened(context.new_page(), place, ports, prey)
        told = attack(page, attempts, ports, lambda each: (each.method, each.tag) in Witness.arrived)
    assert [each.tag for each in attempts if each.reads and not told[each.tag]] == []
    assert Witness.arrived["GET", f"{place.name}-image-read"] == place.site


def test_the_same_requests_act_where_a_program_sends_them(prey: Prey) -> None:
    before = prey.state()
    for attempt in prey.attempts("program", "127.0.0.1").posts():
        if attempt.tag != "program-DELETE":  # there would be nothing left to compare
            sent(prey.settings, attempt)
    after = prey.state()
    assert after["stacks"] != before["stacks"]
    assert sorted(set(after["uploads"]) - set(before["uploads"])) == ["program-formFiles-upload", "program-ping-upload"]
    assert after["objects"][PRECIOUS] != before["objects"][PRECIOUS]
    assert after["branches"] == ["main"]
    assert after["clock"] == before["clock"] + 10
    wait_for(prey.marker)


def sent(settings: SandboxSettings, attempt: Attempt) -> int:
    parts = urlsplit(attempt.url)
    connection = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=60)
    headers = {"Content-Type": attempt.type} if attempt.type else {}
    connection.request(attempt.method, f"{parts.path}?{parts.query}", body=attempt.body, headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


def wait_for(marker: Path) -> None:
    deadline = time.monotonic() + _SETTLING
    while not marker.exists():
        assert time.monotonic() < deadline, "The stack's function did not run."
        time.sleep(0.05)


def test_a_person_who_follows_a_pages_redirect_acts_no_more_than_the_page(
    browser: Browser, ports: Ports, prey: Prey
) -> None:
    """An address that a person has typed says nothing of the page that sent it on: Sec-Fetch-Site is `none`."""
    before = prey.state()
    signer = Signer(settings=prey.settings, host="127.0.0.1")
    with browser.new_context() as context:
        page = context.new_page()
        to = urlencode({"status": 302, "to": new_user(signer, "typed")})
        answer = page.goto(f"http://127.0.0.1:{ports.attacker}/redirect?{to}")
        assert answer is not None
        assert answer.status == REFUSED
        assert "takes an Action by POST alone" in page.content()
    assert prey.state() == before


def test_a_person_reads_what_a_presigned_address_shows(browser: Browser, prey: Prey) -> None:
    signer = Signer(settings=prey.settings, host="127.0.0.1")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(secret(signer, "typed", "text"))
        assert "the secret" in page.content()
        page.reload()
        assert "the secret" in page.content()


def test_a_name_that_was_turned_to_this_machine_is_refused(browser: Browser, prey: Prey) -> None:
    """To the browser such a page is the sandbox's own, and says nothing of itself but the name."""
    signer = Signer(settings=prey.settings, host=REBOUND)
    first = f"http://{REBOUND}:{prey.settings.port}/page"
    before = prey.state()
    with browser.new_context() as context:
        page = context.new_page()
        page.route(first, lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        page.goto(first)  # before the name was turned
        for attempt in prey.attempts("rebound", REBOUND).posts():
            if attempt.way == "sendShared":
                options = {"method": attempt.method, "body": attempt.body or None}
                sending = "([url, options]) => fetch(url, options).then((answer) => answer.text())"
                assert "answers to 127.0.0.1 and localhost alone" in page.evaluate(sending, [attempt.url, options])
        answer = page.goto(secret(signer, "rebound", "text"))
        assert answer is not None
        assert answer.status == REFUSED
    assert prey.state() == before
