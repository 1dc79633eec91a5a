"""The browser of the tests is found, or its absence is told; it shows pages, runs their scripts, and reaches this machine alone."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from tests.browser import chromium


def test_a_page_is_shown_its_script_runs_and_its_picture_has_the_size_of_a_phone(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_content("<p>before</p><script>document.querySelector('p').textContent = innerWidth</script>")
    assert "<p>390</p>" in page.content()
    assert page.evaluate("1 + 1") == 2
    picture = page.screenshot()
    assert struct.unpack(">II", picture[16:24]) == (390, 844)  # the header of a PNG
    page.close()


def test_no_page_reaches_another_machine(browser: Browser) -> None:
    page = browser.new_page()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.com/")
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://192.0.2.1/")
    page.close()


def test_a_machine_without_a_browser_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "_CARRIED", tmp_path)
    monkeypatch.setattr(chromium, "_APPLICATIONS", ())
    for system, machine, words in [
        ("Linux", "x86_64", "make tests/browser/node_modules/.ready"),
        ("Linux", "aarch64", "apt-get install chromium"),
        ("Darwin", "arm64", "macOS: Google Chrome"),
    ]:
        monkeypatch.setattr("platform.system", lambda system=system: system)
        monkeypatch.setattr("platform.machine", lambda machine=machine: machine)
        with pytest.raises(chromium.NoBrowser, match=words):
            chromium.found()


def test_a_browser_of_ones_own_is_taken_or_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "chrome"
    monkeypatch.setenv(chromium.VARIABLE, str(own))
    with pytest.raises(chromium.NoBrowser, match=f"{chromium.VARIABLE} names {own}"):
        chromium.found()
    own.touch(mode=0o700)
    assert chromium.found()[0] == own
