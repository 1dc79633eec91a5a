"""The page on permissions and its two tables speak of the statements that the templates have, of each and of no other."""

from __future__ import annotations

from tests.permissions.aws_only import AWS_ONLY
from tests.permissions.document import PATH, UNTRIED, renewed, untried
from tests.permissions.does_without import DOES_WITHOUT
from tests.permissions.statements import every_statement


def test_the_page_is_what_the_tables_and_the_last_run_say() -> None:
    page = PATH.read_text(encoding="utf-8")
    assert renewed(page, {}) == page, "write docs/permissions.md anew: make test-permissions"


def test_every_statement_has_been_taken_out_or_is_in_a_table() -> None:
    assert untried(PATH.read_text(encoding="utf-8")) == []


def test_the_tables_name_statements_that_there_are_and_none_twice() -> None:
    names = {each.name for each in every_statement()}
    assert AWS_ONLY.keys() | DOES_WITHOUT.keys() <= names
    assert AWS_ONLY.keys() & DOES_WITHOUT.keys() == set()


def test_a_run_renews_the_rows_of_what_it_tried_and_keeps_the_others() -> None:
    first = renewed("", {"Build-UploadCode": ["a push", "Build.Build", "s3:PutObject"]})
    second = renewed(first, {"Events-StartThePipelines": ["a push", "Source", "codepipeline:StartPipelineExecution"]})
    assert "| `UploadCode` | **stops** in a push, at Build.Build; refused: `s3:PutObject` |" in second
    assert (
        "| `StartThePipelines` | **stops** in a push, at Source; refused: `codepipeline:StartPipelineExecution` |"
        in second
    )
    assert {"Build-UploadCode", "Events-StartThePipelines"}.isdisjoint(untried(second))
    assert f"| `PublishThePipeline` | {UNTRIED} |" in second


def test_a_statement_that_went_into_a_table_is_told_by_the_table() -> None:
    page = renewed("", {"BuildPipeline-FindTheBucket": ["a push", "Build.Build", "s3:ListBucket"]})
    assert f"| `FindTheBucket` | **only AWS asks**: {AWS_ONLY['BuildPipeline-FindTheBucket']} |" in page
