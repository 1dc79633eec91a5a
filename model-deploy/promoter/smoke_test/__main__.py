"""Command: tests a deployed endpoint with the golden rows of the model package that it serves, and reports.

Exit codes: 0 every check passed; 1 a check failed (a sentence each, on stderr) or the endpoint could not be tested;
2 wrong usage. The latency budget is LatencyBudgetMs of the stage's configuration; the stack's outputs carry it here.
Warm calls are timed in rounds until a round's 95th percentile keeps to the budget; the best of five rounds decides.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from promoter import aws
from promoter.archive import GOLDEN_FILE
from promoter.errors import EXIT_REFUSED, PromoterError
from promoter.registry import Registry
from promoter.smoke_test.checks import Check, run_checks
from promoter.smoke_test.deployed import deployed_package_arn
from promoter.smoke_test.golden import Golden, parse_golden
from promoter.smoke_test.page import render_page
from promoter.smoke_test.probe import probe_endpoint
from promoter.smoke_test.report import Report, build_report, report_json
from promoter.smoke_test.runtime import RuntimeEndpoint
from promoter.verify import verify_artifact


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parse(argv)
    try:
        report = _test(arguments)
        _write(report, arguments.report)
    except PromoterError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}. The report is not complete.\n")
        return EXIT_REFUSED
    return 0 if report.passed else EXIT_REFUSED


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m promoter.smoke_test", description=__doc__)
    parser.add_argument("--endpoint-name", required=True)
    parser.add_argument("--report", type=Path, required=True, help="folder for report.json and report.html")
    parser.add_argument("--latency-budget-ms", type=_positive, default=200, help="for the 95th percentile")
    parser.add_argument("--model-package-arn", help="the version that the endpoint has to serve")
    return parser.parse_args(argv)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _test(arguments: argparse.Namespace) -> Report:
    clients = aws.connect()
    arn = deployed_package_arn(clients.sagemaker, arguments.endpoint_name, expected=arguments.model_package_arn or None)
    golden = _read_golden(Registry(sagemaker=clients.sagemaker, s3=clients.s3), arn)
    budget: int = arguments.latency_budget_ms
    endpoint = RuntimeEndpoint(client=clients.runtime, name=arguments.endpoint_name)
    probe = probe_endpoint(endpoint, golden, latency_budget_ms=budget)
    checks = run_checks(golden, probe, latency_budget_ms=budget)
    for check in checks:
        _say(check)
    return build_report(
        golden, probe, checks=checks, endpoint=arguments.endpoint_name, arn=arn, latency_budget_ms=budget
    )


def _read_golden(registry: Registry, arn: str) -> Golden:
    package = registry.describe(arn)
    artifact = registry.read_artifact(package)
    verify_artifact(package, etag=artifact.etag, digests=artifact.content.digests)
    return parse_golden(artifact.content.golden, name=f"{GOLDEN_FILE} in {package.artifact_uri}")


def _say(check: Check) -> None:
    stream = sys.stdout if check.passed else sys.stderr
    stream.write(f"{'Passed' if check.passed else 'Failed'} {check.name}: {check.sentence}\n")


def _write(report: Report, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("report.json", report_json(report)), ("report.html", render_page(report))):
        (folder / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"Wrote {folder / name}\n")


if __name__ == "__main__":
    sys.exit(main())
