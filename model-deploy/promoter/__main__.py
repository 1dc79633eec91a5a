"""Command: writes `<stage>-config-export.json` for each stage configuration, for the model package that was approved.

Exit codes: 0 written, or nothing is approved yet; 1 the package was refused or AWS could not be asked; 2 wrong usage,
environment or configuration. Results go to stdout, refusals to stderr. Without `--model-package-arn`, or with the word
`latest`, it is the version that was approved last; MODEL_PACKAGE_ARN_FILE in the output folder says which one that was, and
DIGESTS_FILE the digests of the files that are deployed.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from promoter import aws
from promoter.choose import approved_last
from promoter.digests import digests
from promoter.errors import EXIT_REFUSED, PromoterError
from promoter.package import ModelPackage
from promoter.plan import Plan, VerifiedModel, plan_deployment
from promoter.registry import Registry
from promoter.render import render
from promoter.settings import read_settings
from promoter.stage_config import load_stage_configs
from promoter.verify import verify_approval, verify_artifact, verify_is_last

_TEMPLATE = Path(__file__).resolve().parent.parent / "endpoint.yaml"
_LATEST = "latest"  # a CodePipeline variable cannot be empty, so its default needs a word
# buildspec.yml exports the content of both to the pipeline
MODEL_PACKAGE_ARN_FILE = "model-package-arn.txt"
DIGESTS_FILE = "digests.txt"


def main(argv: Sequence[str] | None = None) -> int:
    arguments = _parse(argv)
    try:
        return _promote(arguments)
    except PromoterError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}. Nothing more was written.\n")
        return EXIT_REFUSED


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m promoter", description=__doc__)
    parser.add_argument("--config", type=Path, action="append", required=True, help="a stage configuration; repeat it")
    parser.add_argument("--output-dir", type=Path, required=True, help="where <stage>-config-export.json goes")
    parser.add_argument("--model-package-arn", default=_LATEST, help="this version, not the one approved last")
    parser.add_argument("--template", type=Path, default=_TEMPLATE, help="the template that will be deployed")
    parser.add_argument("--decided-last", action="store_true", help="refuse it if another version was approved since")
    parser.add_argument("--dry-run", action="store_true", help="say what would be written, write nothing")
    return parser.parse_args(argv)


def _promote(arguments: argparse.Namespace) -> int:
    configs = load_stage_configs(arguments.config, instance_types=aws.endpoint_instance_types())
    settings = read_settings(os.environ)
    template = arguments.template.read_bytes()
    template_sha256 = hashlib.sha256(template).hexdigest()
    clients = aws.connect()
    registry = Registry(sagemaker=clients.sagemaker, s3=clients.s3)
    named: str = arguments.model_package_arn
    chosen = named in ("", _LATEST)
    asks = chosen or arguments.decided_last
    last = approved_last(clients.functions, function=settings.decisions_function) if asks else None
    arn = last if chosen else named
    if arn is None:
        sys.stdout.write(f"No approved model package in group {settings.model_package_group} yet: nothing to deploy.\n")
        return 0
    model = _verify(registry, registry.describe(arn), group=settings.model_package_group)
    if arguments.decided_last:
        verify_is_last(arn, last=last)
    plans = [plan_deployment(model, config, settings=settings, template_sha256=template_sha256) for config in configs]
    for plan in plans:
        _write(plan, output_dir=arguments.output_dir, dry_run=arguments.dry_run)
    if not arguments.dry_run:
        (arguments.output_dir / MODEL_PACKAGE_ARN_FILE).write_text(f"{arn}\n", encoding="utf-8")
        (arguments.output_dir / DIGESTS_FILE).write_text(f"{digests(template, plans)}\n", encoding="utf-8")
    return 0


def _verify(registry: Registry, package: ModelPackage, *, group: str) -> VerifiedModel:
    verify_approval(package, group=group)
    artifact = registry.read_artifact(package)
    digest = verify_artifact(package, etag=artifact.etag, digests=artifact.content.digests)
    sys.stdout.write(f"Verified {package.arn}: approved, and {package.artifact_uri} is what was registered\n")
    return VerifiedModel(package_arn=package.arn, sha256=digest)


def _write(plan: Plan, *, output_dir: Path, dry_run: bool) -> None:
    path = output_dir / f"{plan.stage}-config-export.json"
    if not dry_run:
        output_dir.mkdir(parents=True, exist_ok=True)
        path.write_bytes(render(plan))
    did = "Would write" if dry_run else "Wrote"
    sys.stdout.write(f"{did} {path}: {plan.model_package_arn} to endpoint {plan.endpoint_name}\n")


if __name__ == "__main__":
    sys.exit(main())
