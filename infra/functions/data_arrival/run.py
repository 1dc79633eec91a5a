"""The run that a fired window starts: its parameters, its description, and the names that make it happen once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from .arrivals import Arrival, Noted
from .settings import Settings

PARAMETER, KIND = "InputData", "InputDataType"
PREFIX, MANIFEST = "S3Prefix", "ManifestFile"  # S3DataType of CreateProcessingJob
_LONGEST_DESCRIPTION = 3072  # of StartPipelineExecution


@dataclass(frozen=True)
class Run:
    """What to hand to StartPipelineExecution."""

    input_data: str
    kind: str
    description: str
    display_name: str
    token: str

    def request(self, pipeline: str) -> dict[str, object]:
        return {
            "PipelineName": pipeline,
            "PipelineParameters": [
                {"Name": PARAMETER, "Value": self.input_data},
                {"Name": KIND, "Value": self.kind},
            ],
            "PipelineExecutionDisplayName": self.display_name,
            "PipelineExecutionDescription": self.description,
            "ClientRequestToken": self.token,
        }


def run_of(noted: Noted, window: int, settings: Settings) -> Run:
    digest = hashlib.sha256(noted.to_json(window).encode()).hexdigest()
    listed = f"{settings.manifests}{digest[:24]}.json" if settings.manifests else None
    return Run(
        input_data=listed or settings.prefix_uri,
        kind=MANIFEST if listed else PREFIX,
        description=_description(noted, settings),
        display_name=f"data-{digest[:24]}",
        token=digest,
    )


def _description(noted: Noted, settings: Settings) -> str:
    count = f"{'more than ' if noted.more else ''}{len(noted.objects)}"
    ending = "" if count == "1" else "s"
    text = f"New data: {count} object{ending} in s3://{settings.bucket}: " + ", ".join(map(_note, noted.objects))
    return text if len(text) <= _LONGEST_DESCRIPTION else text[: _LONGEST_DESCRIPTION - 4] + " ..."


def _note(each: Arrival) -> str:
    """On one line, as the description's pattern asks for."""
    text = f"{each.key} (version {each.version})" if each.version else each.key
    return "".join(letter if letter.isprintable() else "?" for letter in text)
