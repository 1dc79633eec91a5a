"""Data capture: a share of an endpoint's requests and answers, as JSON lines in S3.

Keys and lines as documented for data capture (SageMaker developer guide, "Capture data from real-time endpoint"):
`<DestinationS3Uri>/<endpoint>/<variant>/yyyy/mm/dd/hh/<minute>-<second>-<millisecond>-<id>.jsonl`.
The model's role writes them; what it may not write is lost, and no request suffers.
"""

from __future__ import annotations

import base64
import json
import logging
import random
import threading
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from sandbox.containers.objects import BucketNotFound, ObjectDenied, ObjectStore
from sandbox.store import Document

_LOG = logging.getLogger(__name__)

DELAY = 1.0  # seconds that lines are gathered for one file
_TEXT = {"text/csv": "CSV", "application/json": "JSON"}
_Message = tuple[str, bytes]  # content type, body


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its answer."""

    endpoint: str
    variant: str
    inference_id: str | None
    request: _Message
    response: _Message


@dataclass(frozen=True)
class Destination:
    """Where captured lines go, and the key that they are encrypted with; None is S3's own."""

    prefix: str
    kms_key: str | None


def record(captures: Captures, config: Document, exchange: Exchange, objects: ObjectStore) -> None:
    """Keep the exchange if `config` (a DataCaptureConfig) is on, and this one falls into the sample."""
    if not config.get("EnableCapture") or random.uniform(0, 100) >= config["InitialSamplingPercentage"]:  # noqa: S311 (a sample)
        return
    modes = {option["CaptureMode"] for option in config["CaptureOptions"]}
    line = json.dumps(_line(exchange, modes), separators=(",", ":"))
    prefix = f"{config['DestinationS3Uri'].rstrip('/')}/{exchange.endpoint}/{exchange.variant}"
    captures.add(Destination(prefix, config.get("KmsKeyId")), line, objects)


def _line(exchange: Exchange, modes: set[str]) -> Document:
    captured = {}
    for mode, member, message in (
        ("Input", "endpointInput", exchange.request),
        ("Output", "endpointOutput", exchange.response),
    ):
        if mode in modes or "InputAndOutput" in modes:
            captured[member] = {"observedContentType": message[0], "mode": mode.upper(), **_payload(*message)}
    metadata = {"eventId": str(uuid.uuid4()), "inferenceTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    if exchange.inference_id:
        metadata["inferenceId"] = exchange.inference_id
    return {"captureData": captured, "eventMetadata": metadata, "eventVersion": "0"}


def _payload(content_type: str, body: bytes) -> Document:
    encoding = _TEXT.get(content_type.partition(";")[0].strip())
    if encoding is None:
        return {"data": base64.b64encode(body).decode(), "encoding": "BASE64"}
    return {"data": body.decode("utf-8", "replace"), "encoding": encoding}


class Captures:
    """Lines on their way to S3, gathered by destination."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Destination, tuple[ObjectStore, list[str]]] = {}
        self._timer: threading.Timer | None = None

    def add(self, destination: Destination, line: str, objects: ObjectStore) -> None:
        with self._lock:
            self._waiting.setdefault(destination, (objects, []))[1].append(line)
            if self._timer is None:
                self._timer = threading.Timer(DELAY, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        with self._lock:
            waiting, self._waiting, self._timer = self._waiting, {}, None
        for destination, (objects, lines) in waiting.items():
            now = datetime.now(UTC)
            name = f"{now:%Y/%m/%d/%H/%M-%S}-{now.microsecond // 1000:03d}-{uuid.uuid4()}.jsonl"
            url = urlsplit(f"{destination.prefix}/{name}")
            body = "".join(f"{line}\n" for line in lines).encode()
            try:
                objects.put(bucket=url.netloc, key=url.path.lstrip("/"), body=body, kms_key=destination.kms_key)
            except (ObjectDenied, BucketNotFound) as error:
                _LOG.warning(
                    "%d captured requests could not be written to %s: %s", len(lines), destination.prefix, error
                )
