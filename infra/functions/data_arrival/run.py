"""The run that a fired window starts: its parameter, its description, and the names that make it happen once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from .arrivals import Arrival, Noted
from .settings import Settings

PARAMETER, VERSION = "InputData", "DataVersion"
# StartPipelineExecution takes 1024 characters as a parameter's value and 3072 as a description.
_LONGEST_VALUE = 1024
_LONGEST_DESCRIPTION = 3072


@dataclass(frozen=True)
class Run:
    """What to hand to StartPipelineExecution."""

    input_data: str
    description: str
    display_name: str
    token: str

    def request(self, pipeline: str) -> dict[str, object]:
        return {
            "PipelineName": pipeline,
            # A window's version is its own: SageMaker's step cache compares URIs, and would not see new content under an old one.
            "PipelineParameters": [
                {"Name": PARAMETER, "Value": self.input_data},
                {"Name": VERSION, "Value": self.token},
            ],
            "PipelineExecutionDisplayName": self.display_name,
            "PipelineExecutionDescription": self.description,
            "ClientRequestToken": self.token,
        }


def run_of(noted: Noted, window: int, settings: Settings) -> Run:
    digest = hashlib.sha256(noted.to_json(window).encode()).hexdigest()
    return Run(
        input_data=_input_data(noted.only, settings),
        description=_description(noted, settings),
        display_name=f"data-{digest[:24]}",
        token=digest,
    )


def _input_data(only: Arrival | None, settings: Settings) -> str:
    """The prefix wherever the object's own URI would be refused as a parameter or as a job's S3Uri."""
    uri = f"s3://{settings.bucket}/{only.key}" if only else settings.prefix_uri
    return uri if len(uri) <= _LONGEST_VALUE and uri.isprintable() else settings.prefix_uri


def _description(noted: Noted, settings: Settings) -> str:
    count = f"{'more than ' if noted.more else ''}{len(noted.objects)}"
    ending = "" if count == "1" else "s"
    text = f"New data: {count} object{ending} in s3://{settings.bucket}: " + ", ".join(map(_note, noted.objects))
    return text if len(text) <= _LONGEST_DESCRIPTION else text[: _LONGEST_DESCRIPTION - 4] + " ..."


def _note(each: Arrival) -> str:
    """On one line, as the description's pattern asks for."""
    text = f"{each.key} (version {each.version})" if each.version else each.key
    return "".join(letter if letter.isprintable() else "?" for letter in text)
