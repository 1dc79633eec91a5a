"""What a build leaves beside its artifacts: files for the next build, and reports of its tests."""

from __future__ import annotations

import pytest

from tests.conftest import ClientOf
from tests.sandbox.codebuild.conftest import Builder


@pytest.mark.parametrize("kind", ["LOCAL", "S3"])
def test_a_cache_hands_files_to_the_next_build(builder: Builder, bucket: str, kind: str) -> None:
    cache = {"type": kind} | ({"modes": ["LOCAL_CUSTOM_CACHE"]} if kind == "LOCAL" else {"location": f"{bucket}/cache"})
    commands = "['cat kept/* ~/kept/* || true', mkdir -p kept ~/kept, echo one > kept/a, echo two > ~/kept/b]"
    spec = f"version: 0.2\nphases: {{build: {{commands: {commands}}}}}\n"
    project = builder.project(spec + "cache: {paths: ['kept/**/*', '/root/kept/**/*']}\n", cache=cache)
    builder.start(project)
    assert builder.start(project).output == ["one", "two"]


def test_reports_tell_every_test_case(builder: Builder, client: ClientOf) -> None:
    case = '<testcase classname="c" name="{}">{}</testcase>'
    xml = f"<testsuite>{case.format('good', '')}{case.format('bad', '<failure/>')}</testsuite>".replace('"', '\\"')
    spec = (
        f"version: 0.2\nphases: {{build: {{commands: ['echo \"{xml}\" > r.xml', 'false']}}}}\n"
        "reports: {unit: {files: [r.xml]}}\n"
    )
    built, codebuild = builder.run(spec), client("codebuild")
    (arn,) = built.build["reportArns"]
    report = codebuild.batch_get_reports(reportArns=[arn])["reports"][0]
    assert (report["status"], report["testSummary"]["statusCounts"]["FAILED"]) == ("FAILED", 1)
    cases = codebuild.describe_test_cases(reportArn=arn, filter={"status": "FAILED"})["testCases"]
    assert [each["name"] for each in cases] == ["bad"]
    group = report["reportGroupArn"]
    assert group.endswith(f":report-group/{built.build['projectName']}-unit")
    assert codebuild.list_reports_for_report_group(reportGroupArn=group)["reports"] == [arn]
    codebuild.delete_report_group(arn=group, deleteReports=True)
    assert codebuild.batch_get_reports(reportArns=[arn])["reportsNotFound"] == [arn]


def test_variables_in_the_paths_of_reports_and_caches(builder: Builder, client: ClientOf) -> None:
    spec = (
        "version: 0.2\nenv: {variables: {KEPT: kept}}\n"
        "phases: {build: {commands: ['cat $KEPT/a || true', 'export OUT=results', 'mkdir -p $OUT $KEPT', 'echo one > $KEPT/a', "
        "'echo \"<testsuite><testcase/></testsuite>\" > $OUT/unit.xml']}}\n"
        "reports: {unit: {files: ['unit.*'], base-directory: $CODEBUILD_SRC_DIR/$OUT}}\n"
        "cache: {paths: ['${KEPT}/**/*', '$HOME/absent/*']}\n"
    )
    project = builder.project(spec, cache={"type": "LOCAL", "modes": ["LOCAL_CUSTOM_CACHE"]})
    (arn,) = builder.start(project).build["reportArns"]
    assert client("codebuild").batch_get_reports(reportArns=[arn])["reports"][0]["testSummary"]["total"] == 1
    assert builder.start(project).output == ["one"]
