"""What a build leaves, as its specification says: artifacts and reports."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.codebuild.buildspec.nodes import Value
from sandbox.codebuild.buildspec.spec import Files

_FILES = ("files", "name", "discard-paths", "base-directory", "exclude-paths", "enable-symlinks", "s3-prefix")
_REPORTS_A_BUILD = 5


def artifacts(value: Value | None) -> tuple[Files | None, Mapping[str, Files]]:
    if value is None:
        return None, {}
    members = value.mapping((*_FILES, "secondary-artifacts"))
    named = members.pop("secondary-artifacts").mapping() if "secondary-artifacts" in members else {}
    secondary = {name: _files(each, each.mapping(_FILES)) for name, each in named.items()}
    if "files" not in members and not secondary:
        raise value.error("files must be given")
    return (_files(value, members) if "files" in members else None), secondary


def _files(value: Value, members: Mapping[str, Value]) -> Files:
    for absent in ("enable-symlinks", "s3-prefix"):
        if absent in members:
            raise members[absent].absent(f"artifacts/{absent}")
    if "files" not in members:
        raise value.error("files must be given")
    return Files(
        patterns=members["files"].texts() if members["files"].is_list else (members["files"].text(),),
        exclude=members["exclude-paths"].texts() if "exclude-paths" in members else (),
        base_directory=members["base-directory"].text() if "base-directory" in members else ".",
        discard_paths=members["discard-paths"].flag() if "discard-paths" in members else False,
        name=members["name"].text() if "name" in members else "",
    )


def reports(value: Value | None) -> Mapping[str, Files]:
    groups = value.mapping() if value else {}
    if value and len(groups) > _REPORTS_A_BUILD:
        raise value.error(f"at most {_REPORTS_A_BUILD} report groups are allowed")
    read_groups = {}
    for name, group in groups.items():
        members = group.mapping(("files", "base-directory", "discard-paths", "file-format"))
        given = members.pop("file-format", None)
        if given is not None and given.text().upper() != "JUNITXML":
            raise given.absent(f"the report format {given.text()}")
        read_groups[name] = _files(group, members)
    return read_groups
