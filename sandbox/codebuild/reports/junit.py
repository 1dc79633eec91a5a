"""JUnit's XML: the test cases of one file, as DescribeTestCases tells them (API_TestCase)."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

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
    try:
        root = fromstring(content, forbid_dtd=True)  # whatever encoding hides one
    except DefusedXmlException as error:
        raise ValueError(f"it declares a document type or entities: {error}") from error
    except (ET.ParseError, LookupError) as error:
        raise ValueError(str(error)) from error
    if root.tag not in ("testsuites", "testsuite"):
        raise ValueError(f"its root is {root.tag}, neither testsuites nor testsuite")
    return list(_cases(root, ""))


def _cases(root: ET.Element, suite: str) -> Iterator[TestCase]:
    """In their order, however deep the suites nest."""
    waiting = [(root, suite)]
    while waiting:
        element, suite = waiting.pop()
        if element.tag == "testcase":
            yield _case(element, suite)
        elif element.tag in ("testsuites", "testsuite"):
            within = element.get("name", suite) if element.tag == "testsuite" else suite
            waiting += [(child, within) for child in reversed(element)]


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
