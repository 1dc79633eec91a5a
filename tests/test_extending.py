"""docs/extending.md sends nobody to a file that is not there: every file it names, and in each what it says of the reference."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/extending.md").read_text()
CHAPTERS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", PAGE, flags=re.MULTILINE))
KINDS = {
    "A step type of SageMaker pipelines, in the sandbox",
    "A CodePipeline action, in the sandbox",
    "A service, in the sandbox",
    "An alarm",
    "A use case",
}


def rows(chapter: str) -> list[tuple[str, str]]:
    """File, and the text that stands in it for the reference."""
    return re.findall(r"^\| `([^`]+)` \| .+ \| `([^`]+)` \|$", chapter, flags=re.MULTILINE)


def test_the_page_tells_of_each_kind() -> None:
    assert set(CHAPTERS) == KINDS


@pytest.mark.parametrize("chapter", sorted(KINDS))
def test_each_kind_has_a_reference_whose_files_hold_what_the_page_says(chapter: str) -> None:
    text = CHAPTERS[chapter]
    table = rows(text)
    assert "Reference: " in text
    assert len(table) == text.count("\n| ") - 2  # every row of the table is one, but its head
    assert [file for file, _ in table if not (ROOT / file).is_file()] == []
    assert [(file, name) for file, name in table if name not in (ROOT / file).read_text()] == []
