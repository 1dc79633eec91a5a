"""How large and how deep a text from outside may be before it is parsed: no body expands or nests without bound.

A parser that recurses ends at a deep text with the interpreter's own error, and an alias of YAML lets a few hundred bytes stand
for gigabytes. Both are found here without recursion and without expanding anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import accumulate
from xml.parsers import expat

import yaml

DEEPEST = 200  # levels; the deepest honest document, a pipeline of conditions in conditions, has some 130
_TEXTS = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)  # linear: an unclosed text ends with the document
_BRACKETS = re.compile(r"[\[\]{}]")
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


class OutOfBounds(ValueError):
    """The text is larger, deeper or more entangled than is taken; the message says which."""


def check_json(text: str, *, largest: int | None = None) -> None:
    """Raise OutOfBounds for a JSON text of more than `largest` characters, or deeper than DEEPEST."""
    _check_size(text, largest)
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    brackets = _BRACKETS.findall(_TEXTS.sub("", text))
    if max(accumulate(_STEP[each] for each in brackets), default=0) > DEEPEST:
        raise OutOfBounds(f"it nests deeper than {DEEPEST} levels")


def check_yaml(text: str, *, largest: int | None = None, aliases: bool = False) -> None:
    """The same for YAML, whose aliases are refused unless `aliases`. Malformed YAML is for the parser to refuse."""
    _check_size(text, largest)
    try:
        for depth, event in _events(text):
            line = event.start_mark.line + 1 if event.start_mark else "?"
            if depth > DEEPEST:
                raise OutOfBounds(f"it nests deeper than {DEEPEST} levels, at line {line}")
            if isinstance(event, yaml.AliasEvent) and not aliases:
                raise OutOfBounds(f"it has an alias, *{event.anchor}, at line {line}")
    except yaml.YAMLError:
        return


def check_xml(body: bytes, *, largest: int) -> None:
    """The same for XML, whose document types (and so their entities) are refused. Malformed XML is for the service to refuse."""
    if len(body) > largest:
        raise OutOfBounds(f"it has {len(body)} bytes, and at most {largest} are taken")
    depth, parser = 0, expat.ParserCreate()

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise OutOfBounds(f"it nests deeper than {DEEPEST} levels, at line {parser.CurrentLineNumber}")

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def declare(*_: object) -> None:
        raise OutOfBounds("it has a document type")

    parser.StartElementHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = begin, end, declare
    with suppress(expat.ExpatError):
        parser.Parse(body, True)


def _check_size(text: str, largest: int | None) -> None:
    if largest is not None and len(text) > largest:
        raise OutOfBounds(f"it has {len(text)} characters, and at most {largest} are taken")


def _events(text: str) -> Iterator[tuple[int, yaml.Event]]:
    """The parser's events with their depths; PyYAML's parser keeps a stack of its own and does not recurse."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        yield depth, event
        depth -= isinstance(event, yaml.CollectionEndEvent)
