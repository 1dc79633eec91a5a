"""JUnit's XML: the test cases of one file, as DescribeTestCases tells them (API_TestCase)."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

_MOST_NANOSECONDS = 2**63 - 1
_LONGEST = 10_000  # characters of a message


@dataclass(frozen=True, kw_only=True)
class TestCase:
    """One of them."""

    __test__ = False  # pytest would collect it by its name

    prefix: str
    name: str
    status: str
    nanoseconds: int
    message: str
    suite: str


def read(content: bytes) -> list[TestCase]:
    """Raises ValueError for what is not JUnit's XML."""
    if b"<!ENTITY" in content:
        raise ValueError("it declares entities")
    try:
        root = ET.fromstring(content)  # noqa: S314 (no entities)
    except ET.ParseError as error:
        raise ValueError(str(error)) from error
    if root.tag not in ("testsuites", "testsuite"):
        raise ValueError(f"its root is {root.tag}, neither testsuites nor testsuite")
    return list(_cases(root, ""))


def _cases(element: ET.Element, suite: str) -> Iterator[TestCase]:
    if element.tag == "testsuite":
        suite = element.get("name", suite)
    for child in element:
        if child.tag == "testcase":
            yield _case(child, suite)
        elif child.tag == "testsuite":
            yield from _cases(child, suite)


def _case(element: ET.Element, suite: str) -> TestCase:
    status, message = "SUCCEEDED", ""
    for child in element:
        kind = {"failure": "FAILED", "error": "ERROR", "skipped": "SKIPPED"}.get(child.tag)
        if kind:
            status, message = kind, child.get("message") or child.text or ""
            break
    return TestCase(
        prefix=element.get("classname", ""),
        name=element.get("name", ""),
        status=status,
        nanoseconds=_nanoseconds(element.get("time", "0")),
        message=message[:_LONGEST],
        suite=suite,
    )


def _nanoseconds(seconds: str) -> int:
    try:
        value = float(seconds.replace(",", "")) * 1e9
    except ValueError:
        return 0
    return 0 if not math.isfinite(value) or value < 0 else min(int(value), _MOST_NANOSECONDS)
