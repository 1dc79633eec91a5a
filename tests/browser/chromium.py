"""Chromium for the tests: found, started without a window, and driven by Playwright.

The fixture `browser` (tests/conftest.py) is a `playwright.sync_api.Browser`: `browser.new_page()` opens pages, and `goto`,
`evaluate`, `content` and `screenshot` of a page do what their names say (https://playwright.dev/python/docs/api/class-page).
"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

VARIABLE = "CHROME_PATH"  # as Google's own tools name it
_CARRIED = Path(__file__).parent / "node_modules" / ".chromium"  # what unpack.mjs makes
_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
REBOUND = "rebound.example"  # a name of the internet whose owner has pointed it at this machine
_RULES = f"MAP {REBOUND} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost"
# What Chromium does for servers of this machine, and other browsers do not: without it, it is the server that is tried.
_PROTECTION = "LocalNetworkAccessChecks"


class NoBrowser(Exception):
    """No Chromium is to be found: what to do about it."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that reaches this machine alone. Its own sandbox is off, since few containers allow it: open no foreign page."""
    path, environment = found()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            env={**os.environ, **environment},
            args=[f"--host-resolver-rules={_RULES}", f"--disable-features={_PROTECTION}"],
        )
        yield browser
        browser.close()


def found() -> tuple[Path, dict[str, str]]:
    """The program, and the variables that it needs beside the user's own. Raises NoBrowser."""
    if named := os.environ.get(VARIABLE):
        if not os.access(named, os.X_OK):
            raise NoBrowser(f"{VARIABLE} names {named}, which is no program. Name a Chrome or Chromium, or unset it.")
        return Path(named), {}
    if (carried := _CARRIED / "chromium").exists():
        libraries = [str(_CARRIED / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
        return carried, {
            "LD_LIBRARY_PATH": ":".join(filter(None, libraries)),
            "FONTCONFIG_FILE": str(_CARRIED / "fonts.conf"),
        }
    of_the_system = [Path(path) for name in _COMMANDS if (path := shutil.which(name))]
    of_the_system += [path for path in _APPLICATIONS if path.exists()]
    if not of_the_system:
        raise NoBrowser(_missing())
    return of_the_system[0], {}


def _missing() -> str:
    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        return "The browser of the tests is not installed: make tests/browser/node_modules/.ready"
    return (
        f"No Chrome or Chromium was found. Install one (Debian: `apt-get install chromium`; macOS: Google Chrome), "
        f"or name its program in {VARIABLE}."
    )
