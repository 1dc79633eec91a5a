"""What a build takes over from this machine: the tools of CodeBuild's images, certificates, proxies, indexes; nothing else."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

# What the images carry and users call; found on the user's PATH, so that nothing else of that PATH is in a build.
_TOOLS = ("aws", "curl", "docker", "git", "jq", "make", "node", "npm", "npx", "tar", "unzip", "wget", "zip")
_SYSTEM = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin")
_TAKEN_OVER = (
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS"),
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_CERT", "PIP_CLIENT_CERT"),
    *("PIP_TRUSTED_HOST", "PIP_PROXY", "PIP_DEFAULT_TIMEOUT", "PIP_RETRIES", "PIP_CONFIG_FILE", "PIP_CACHE_DIR"),
    *("UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INSECURE_HOST"),
    *("UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_HTTP_TIMEOUT", "UV_OFFLINE", "UV_CONFIG_FILE", "UV_CACHE_DIR"),
)
_ON_MACOS = sys.platform == "darwin"


def taken_over() -> dict[str, str]:
    """Variables of the sandbox's own environment that a build needs on this machine."""
    given = {name: os.environ[name] for name in _TAKEN_OVER if os.environ.get(name)}
    home = Path.home()
    caches = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    pip = home / "Library" / "Caches" / "pip" if _ON_MACOS else caches / "pip"
    return {
        "LANG": "C.UTF-8",
        "PIP_CACHE_DIR": str(
            pip
        ),  # an install is fast on a repeat: what was downloaded once is kept where the user's is
        "UV_CACHE_DIR": str(caches / "uv"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        **_settings_of_pip(home),
        **given,
    }


def _settings_of_pip(home: Path) -> Mapping[str, str]:
    """The build has a HOME of its own; where packages come from is said in the user's."""
    files = (home / ".config" / "pip" / "pip.conf", home / ".pip" / "pip.conf")
    found = next((file for file in files if file.is_file()), None)
    return {"PIP_CONFIG_FILE": str(found)} if found else {}


def write_settings_of_uv(build_home: Path) -> None:
    """The user's own uv.toml; without one, what PyPI says of itself, since not every proxy passes it on.

    Files of an index never change, and a page of it is good for a while: so a repeated install asks for nothing.
    https://docs.astral.sh/uv/reference/settings/#index_cache-control
    """
    own = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "uv" / "uv.toml"
    target = build_home / ".config" / "uv" / "uv.toml"
    target.parent.mkdir(parents=True)
    if own.is_file():
        shutil.copyfile(own, target)
        return
    target.write_text(
        '[[index]]\nname = "pypi"\nurl = "https://pypi.org/simple"\ndefault = true\n'
        'cache-control = { api = "max-age=3600", files = "max-age=365000000, immutable" }\n'
    )


def path(*first: Path, tools: Path) -> str:
    """PATH: the build's own executables, the images' tools, and the system's folders."""
    tools.mkdir(parents=True)
    searched = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    for name in _TOOLS:
        if found := shutil.which(name, path=searched):
            (tools / name).symlink_to(Path(found).absolute())
    return os.pathsep.join([*map(str, first), str(tools), *_SYSTEM])
