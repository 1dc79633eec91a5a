"""`python -m promoter.smoke_test`, whole, with the real boto3 against an endpoint on localhost that behaves or does not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from promoter.smoke_test.__main__ import main
from promoter_fakes import endpoints
from promoter_fakes.archives import PREDICTIONS, ROWS
from promoter_fakes.aws_server import ENDPOINT, FakeAws, environment, running
from promoter_fakes.packages import package, package_arn

PASSED = {
    "golden rows, one a request",
    "golden rows, one CSV request",
    "golden rows, one JSON request",
    "range",
    "bad rows",
    "latency",
}


@pytest.fixture(name="aws")
def local_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    with running(FakeAws(packages=[package(1)])) as aws:
        for name, value in environment(aws).items():
            monkeypatch.setenv(name, value)
        yield aws


def smoke_test(report: Path, *more: str, endpoint: str = ENDPOINT) -> int:
    return main(["--endpoint-name", endpoint, "--report", str(report), "--latency-budget-ms", "2000", *more])


def failed_checks(report: Path) -> dict[str, str]:
    document = json.loads((report / "report.json").read_bytes())
    assert document["passed"] == (not any(not check["passed"] for check in document["checks"]))
    assert {check["name"] for check in document["checks"]} == PASSED
    return {check["name"]: check["sentence"] for check in document["checks"] if not check["passed"]}


def test_a_good_endpoint_passes_every_check_and_leaves_both_reports(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert smoke_test(tmp_path / "build/smoke", "--model-package-arn", package_arn(1)) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert len([line for line in told.out.splitlines() if line.startswith("Passed ")]) == len(PASSED)
    assert failed_checks(tmp_path / "build/smoke") == {}
    document = json.loads((tmp_path / "build/smoke/report.json").read_bytes())
    assert document["model_package_arn"] == package_arn(1)
    assert document["rows"] == [
        {"row": row, "expected": value, "got": value} for row, value in zip(ROWS, PREDICTIONS, strict=True)
    ]
    assert [len(calls) for calls in document["latency_rounds_ms"]] == [20]
    assert aws.calls == ["DescribeEndpoint", "DescribeEndpointConfig", "DescribeModel", "DescribeModelPackage"]


MISBEHAVIOURS = {
    endpoints.off_by_a_version: {
        "golden rows, one a request": f"golden row 1 ('{ROWS[0]}'): expected 9.5, got 0.69; training ran on xgboost 3.2.0",
        "golden rows, one CSV request": "expected 9.5, got 0.69",
        "golden rows, one JSON request": "expected 9.5, got 0.69",
        "range": "0.69 is not a finite number from 8.625 to 12.12",
    },
    endpoints.swallows_anything: {"bad rows": "was answered with a prediction: '9.9"},
    endpoints.one_answer_for_all: {
        "golden rows, one a request": "golden row 2",
        "golden rows, one CSV request": "2 rows were answered with 1 predictions",
        "golden rows, one JSON request": "2 rows were answered with 1 predictions",
    },
    endpoints.not_a_number: {
        "golden rows, one a request": "got nan",
        "golden rows, one CSV request": "got nan",
        "golden rows, one JSON request": "something else than numbers: 'nan",
        "range": "nan is not a finite number",
    },
    endpoints.chatty: {
        "golden rows, one a request": "golden row 1 was answered with something else than numbers: 'about <nine> rings'",
        "golden rows, one CSV request": "something else than numbers",
        "golden rows, one JSON request": "something else than numbers",
        "range": "something else than numbers",
    },
    endpoints.broken: dict.fromkeys(PASSED, "status 500"),
}


@pytest.mark.parametrize("server", MISBEHAVIOURS, ids=lambda server: server.__name__)
def test_a_misbehaving_endpoint_fails_with_a_sentence_for_each_failed_check(
    aws: FakeAws, tmp_path: Path, capsys: pytest.CaptureFixture[str], server: endpoints.Server
) -> None:
    aws.serves = server
    assert smoke_test(tmp_path) == 1
    failed = failed_checks(tmp_path)
    assert failed.keys() == MISBEHAVIOURS[server].keys()
    for name, words in MISBEHAVIOURS[server].items():
        assert words in failed[name]
    told = capsys.readouterr().err.splitlines()
    assert sorted(told) == sorted(f"Failed {name}: {sentence}" for name, sentence in failed.items())


def test_an_endpoint_over_its_latency_budget_fails(aws: FakeAws, tmp_path: Path) -> None:
    aws.serves = endpoints.slow
    assert smoke_test(tmp_path, "--latency-budget-ms", "3") == 1
    failed = failed_checks(tmp_path)
    assert failed.keys() == {"latency"}
    assert failed["latency"].startswith("too slow: p50 ")
    assert "in the best of 5 rounds" in failed["latency"]
    assert failed["latency"].endswith("the budget for p95 is 3 ms.")


def test_nothing_from_the_endpoint_reaches_the_page_as_markup(aws: FakeAws, tmp_path: Path) -> None:
    aws.serves = endpoints.chatty
    assert smoke_test(tmp_path) == 1
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "&lt;nine&gt;" in page
    assert "<nine>" not in page


@pytest.mark.parametrize("budget", ["0", "-1", "fast"])
def test_a_budget_that_is_no_time_is_wrong_usage(tmp_path: Path, budget: str) -> None:
    with pytest.raises(SystemExit) as ended:
        smoke_test(tmp_path, "--latency-budget-ms", budget)
    assert ended.value.code == 2
