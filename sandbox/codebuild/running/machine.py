"""What a build takes over from this machine: the tools of CodeBuild's images, certificates, proxies, indexes; nothing else."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

# What the images carry and users call; found on the user's PATH, so that nothing else of that PATH is in a build.
_TOOLS = ("aws", "curl", "docker", "git", "jq", "make", "node", "npm", "npx", "tar", "unzip", "wget", "zip")
_SYSTEM = ("/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin")
_TAKEN_OVER = (
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "NODE_EXTRA_CA_CERTS"),
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_CERT", "PIP_CLIENT_CERT"),
    *("PIP_TRUSTED_HOST", "PIP_PROXY", "PIP_DEFAULT_TIMEOUT", "PIP_RETRIES", "PIP_CACHE_DIR"),
    *("UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INSECURE_HOST"),
    *("UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_HTTP_TIMEOUT", "UV_OFFLINE", "UV_CACHE_DIR"),
)
_OF_AN_INDEX = (
    *(
        "index-url",
        "extra-index-url",
        "find-links",
        "no-index",
        "trusted-host",
        "cert",
        "client-cert",
        "proxy",
        "retries",
    ),
    *("timeout", "default-timeout", "cache-dir"),
)
_INDEXES_OF_UV = (
    *("index", "index-url", "extra-index-url", "find-links", "no-index", "index-strategy", "keyring-provider"),
    *("allow-insecure-host", "native-tls", "system-certs", "offline", "cache-dir"),
)
_ON_MACOS = sys.platform == "darwin"


def taken_over() -> dict[str, str]:
    """Variables of the sandbox's own environment that a build needs on this machine."""
    given = {name: os.environ[name] for name in _TAKEN_OVER if os.environ.get(name)}
    home = Path.home()
    pip = home / "Library" / "Caches" / "pip" if _ON_MACOS else caches() / "pip"
    return {
        "LANG": "C.UTF-8",
        "PIP_CACHE_DIR": str(
            pip
        ),  # an install is fast on a repeat: what was downloaded once is kept where the user's is
        "UV_CACHE_DIR": str(caches() / "uv"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PIP_CONFIG_FILE": os.devnull,  # the machine's own; see `_index_of_pip`
        **_index_of_pip(home),
        **given,
    }


def caches() -> Path:
    """The user's own (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _index_of_pip(home: Path) -> Mapping[str, str]:
    """Where packages come from, as the user's own pip has it; what else is said there (user, target, require-virtualenv) is theirs.

    https://pip.pypa.io/en/stable/topics/configuration/: a variable for each key of `global`; `install` goes before it.
    """
    named = os.environ.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return {}
    files = [Path("/etc/pip.conf"), home / ".pip" / "pip.conf", _configuration() / "pip" / "pip.conf"]
    read = configparser.RawConfigParser()
    try:
        read.read([*files, *([named] if named else [])])  # the last one that says it
    except (configparser.Error, UnicodeDecodeError):
        return {}
    said = {**_section(read, "global"), **_section(read, "install")}
    return {f"PIP_{key.upper().replace('-', '_')}": said[key] for key in _OF_AN_INDEX if key in said}


def _section(read: configparser.RawConfigParser, name: str) -> dict[str, str]:
    """pip takes `index_url` for `index-url`, and a list over several lines."""
    if not read.has_section(name):
        return {}
    return {key.replace("_", "-"): " ".join(value.split()) for key, value in read.items(name)}


def write_settings_of_uv(build_home: Path) -> None:
    """Where packages come from, as the user's own uv has it; else what PyPI says of itself, since not every proxy passes it on.

    Files of an index never change, and a page of it is good for a while: so a repeated install asks for nothing.
    https://docs.astral.sh/uv/reference/settings/#index_cache-control
    """
    own = Path(os.environ.get("UV_CONFIG_FILE") or _configuration() / "uv" / "uv.toml")
    target = build_home / ".config" / "uv" / "uv.toml"
    target.parent.mkdir(parents=True)
    if own.is_file():
        target.write_text(_indexes_of_uv(own.read_bytes()))
        return
    target.write_text(
        '[[index]]\nname = "pypi"\nurl = "https://pypi.org/simple"\ndefault = true\n'
        'cache-control = { api = "max-age=3600", files = "max-age=365000000, immutable" }\n'
    )


def _indexes_of_uv(settings: bytes) -> str:
    """https://docs.astral.sh/uv/reference/settings/: JSON's texts, numbers, truth values and lists are TOML's, too."""
    try:
        said = tomllib.loads(settings.decode())
    except ValueError:
        return ""
    chosen = {key: said[key] for key in _INDEXES_OF_UV if key in said}
    lines = [f"{key} = {json.dumps(value)}" for key, value in chosen.items() if key != "index"]
    for index in chosen.get("index", []):
        lines += ["[[index]]", *(f"{key} = {_toml(value)}" for key, value in index.items())]
    return "".join(f"{line}\n" for line in lines)


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value)


def _configuration() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def path(*first: Path, tools: Path) -> str:
    """PATH: the build's own executables, the images' tools, and the system's folders."""
    tools.mkdir(parents=True)
    searched = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    for name in _TOOLS:
        if found := shutil.which(name, path=searched):
            (tools / name).symlink_to(Path(found).absolute())
    return os.pathsep.join([*map(str, first), str(tools), *_SYSTEM])
