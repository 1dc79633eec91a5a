"""`python -m infra.commands.bootstrap`: prints what has to be bootstrapped for the CDK (aws://account/region).

Where that is done already it prints nothing: a bootstrap stack may have been given trust and policies of its own. Exit codes: 0,
1 it could not be found out (with a sentence), 2 the settings are wrong.
"""

from __future__ import annotations

import sys

from botocore.exceptions import BotoCoreError, ClientError

from infra import ROOT
from infra.commands.clients import clients, region_of
from infra.commands.closed_pipe import until_reader_leaves
from infra.commands.doctor.checks import LEAST_BOOTSTRAP
from infra.commands.doctor.facts import bootstrap_version
from infra.settings import Settings, SettingsError, read_context


def main() -> int:
    try:
        settings = Settings.from_context(read_context(ROOT / "cdk.json"))
        client = clients(settings)
        version = bootstrap_version(client("ssm"))
        if version is None or version < LEAST_BOOTSTRAP:
            account = client("sts").get_caller_identity()["Account"]
            print(f"aws://{account}/{region_of(settings)}")  # noqa: T201 (the result)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 (a command line speaks)
        return 2
    except (BotoCoreError, ClientError) as error:
        print(f"{error} What is in the way: make doctor", file=sys.stderr)  # noqa: T201 (a command line speaks)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(until_reader_leaves(main))
