"""Stage configurations that are refused, each as the bytes of its file and the sentences that say what is wrong with it.

In one module, not in two files each: a CodeCommit repository begins with 100 files at most.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PARAMETERS = {
    "StageName": "staging",
    "EndpointInstanceType": "ml.m5.large",
    "EndpointInstanceCount": "1",
    "DataCapturePercentage": "100",
    "LatencyBudgetMs": "200",
}


@dataclass(frozen=True)
class InvalidConfig:
    """`sentences` go without the file's name, with which each of them begins."""

    content: bytes
    sentences: tuple[str, ...]

    def write(self, folder: Path, name: str) -> Path:
        path = folder / f"{name}.json"
        path.write_bytes(self.content)
        return path


def _raw(content: bytes, *sentences: str) -> InvalidConfig:
    return InvalidConfig(content, sentences)


def _document(document: object, *sentences: str) -> InvalidConfig:
    return InvalidConfig(json.dumps(document, indent=2).encode(), sentences)


def _parameters(changes: Mapping[str, object], *sentences: str) -> InvalidConfig:
    """A valid file but for these parameters; None leaves one out."""
    changed = {key: value for key, value in {**_PARAMETERS, **changes}.items() if value is not None}
    return _document({"Parameters": changed, "Tags": {}}, *sentences)


def _sections(changes: Mapping[str, Any], *sentences: str) -> InvalidConfig:
    return _document({"Parameters": _PARAMETERS, "Tags": {}, **changes}, *sentences)


INVALID: Mapping[str, InvalidConfig] = {
    "a-list": _raw(b"[]\n", "must hold one JSON object, not a list."),
    "blank": _raw(b"\n", "line 2, column 1: not valid JSON: Expecting value."),
    "boolean-for-string": _parameters(
        {"DataCapturePercentage": True},
        '"DataCapturePercentage" must be a string, as CloudFormation wants it, not true or false',
    ),
    "byte-order-mark": _raw(b"\xef\xbb\xbf{}\n", "starts with a byte order mark: save the file as UTF-8 without one."),
    "capital-stage": _parameters(
        {"StageName": "Prod"},
        '"StageName": must be 1 to 16 lower-case letters and digits, a letter first, not "Prod"',
    ),
    "ill-typed-section": _document(
        {"Parameters": ["x"], "Tags": None},
        '"Parameters" must be an object, not a list',
        '"Tags" must be an object, not null',
    ),
    "key-twice": _raw(
        b'{"Parameters": {"StageName": "a", "StageName": "b"}, "Tags": {}}\n',
        'the key "StageName" is written twice: remove one.',
    ),
    "leading-zero": _parameters(
        {"EndpointInstanceCount": "01"}, '"EndpointInstanceCount": must be a whole number from 1 to 100, not "01"'
    ),
    "missing-comma": _raw(
        b'{\n  "Parameters": {\n    "StageName": "staging"\n    "EndpointInstanceCount": "1"\n  }\n}\n',
        "line 4, column 5: not valid JSON: Expecting ',' delimiter.",
    ),
    "missing-key": _parameters({"StageName": None}, 'missing key "StageName"'),
    "misspelt-key": _parameters(
        {"EndpointInstanceType": None, "EndpointInstanceTyp": "ml.m5.large"},
        'unknown key "EndpointInstanceTyp" (did you mean "EndpointInstanceType"?)',
        'missing key "EndpointInstanceType"',
    ),
    "misspelt-section": _document(
        {"Tags": {}, "Parameter": _PARAMETERS},
        'unknown key "Parameter" (did you mean "Parameters"?)',
        'missing key "Parameters"',
    ),
    "no-instances": _parameters(
        {"EndpointInstanceCount": "0"}, '"EndpointInstanceCount": must be a whole number from 1 to 100, not "0"'
    ),
    "not-a-number": _raw(b'{"Parameters": NaN}\n', "NaN is not a JSON value."),
    "not-utf-8": _raw(b'{"Parameters": "\xff"}\n', "byte 16 is not UTF-8: save the file as UTF-8."),
    "number-for-string": _parameters(
        {"EndpointInstanceCount": 2},
        '"EndpointInstanceCount" must be a string, as CloudFormation wants it, not the number 2',
    ),
    "other-digits": _parameters(
        {"EndpointInstanceCount": "\u0663"},
        '"EndpointInstanceCount": must be a whole number from 1 to 100, not "\u0663"',
    ),
    "over-a-hundred-percent": _parameters(
        {"DataCapturePercentage": "101"}, '"DataCapturePercentage": must be a whole number from 0 to 100, not "101"'
    ),
    "several-errors-at-once": _document(
        {"Parameters": _PARAMETERS | {"EndpointInstanceCount": "many", "LatencyBudgetMs": ""}},
        'missing key "Tags"',
        '"EndpointInstanceCount": must be a whole number from 1 to 100, not "many"',
        '"LatencyBudgetMs": must be a whole number from 1 to 60000, not ""',
    ),
    "strange-section": _sections({"zzz": 1}, 'unknown key "zzz" (known: Parameters, Tags)'),
    "tags": _sections(
        {"Tags": {"aws:owner": "me", "sagemaker:project-name": "x", "n": 1, "bad!": "x"}},
        'Tags: "aws:owner" is set by AWS itself: remove it',
        'Tags: "sagemaker:project-name" is set by the promoter itself: remove it',
        'Tags: "n" must be a string, not the number 1',
        'Tags: "bad!": up to 128 and 256 letters, digits, spaces or . : / = + - @ _ make a key and a value',
    ),
    "too-many-tags": _sections(
        {"Tags": {f"t{number}": "" for number in range(49)}}, "Tags: 49 tags; at most 48 fit beside the promoter's own"
    ),
    "unknown-instance-type": _parameters(
        {"EndpointInstanceType": "ml.m5.larg"},
        '"EndpointInstanceType": unknown instance type "ml.m5.larg" (did you mean "ml.m5.large"?)',
    ),
}
