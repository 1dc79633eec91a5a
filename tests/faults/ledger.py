"""Writers that write all the time, and what was acknowledged to them: after a kill each acknowledgement still holds, and once."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from sandbox.settings import SandboxSettings
from tests.conftest import ClientOf, client_of
from tests.faults.figures import Figures
from tests.faults.world import NAME

# Once: a client that tries again by itself could double what it writes.
ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=60)
_PAUSE = 0.3  # seconds between two writes of a kind
Write = Callable[[ClientOf, str], object]


def _version(client: ClientOf, word: str) -> None:
    client("sagemaker", ONCE).create_model_package(
        ModelPackageGroupName=f"{NAME}-written",
        ModelPackageDescription=word,
        InferenceSpecification={"Containers": [{"Image": "i/i:1", "ModelDataUrl": f"s3://{NAME}/model.tar.gz"}]},
    )


def _approval(client: ClientOf, word: str) -> None:
    arn = f"arn:aws:sagemaker:us-east-1:000000000000:model-package/{NAME}-approved/1"
    client("sagemaker", ONCE).update_model_package(
        ModelPackageArn=arn, ModelApprovalStatus="Approved", ApprovalDescription=word
    )


def _commit(client: ClientOf, word: str) -> None:
    codecommit = client("codecommit", ONCE)
    last = codecommit.get_branch(repositoryName=f"{NAME}-written", branchName="main")["branch"]["commitId"]
    codecommit.put_file(
        repositoryName=f"{NAME}-written",
        branchName="main",
        parentCommitId=last,
        filePath=word,
        fileContent=word.encode(),
    )


WRITES: dict[str, Write] = {
    "S3 objects": lambda client, word: client("s3", ONCE).put_object(
        Bucket=NAME, Key=f"written/{word}", Body=word.encode()
    ),
    "model packages": _version,
    "approvals": _approval,
    "SSM parameters": lambda client, word: client("ssm", ONCE).put_parameter(
        Name=f"/{NAME}/{word}", Value=word, Type="String"
    ),
    "SQS messages": lambda client, word: client("sqs", ONCE).send_message(QueueUrl=_queue(client), MessageBody=word),
    "DynamoDB items": lambda client, word: client("dynamodb", ONCE).put_item(
        TableName=NAME, Item={"word": {"S": word}}
    ),
    "IAM roles": lambda client, word: client("iam", ONCE).create_role(RoleName=word, AssumeRolePolicyDocument="{}"),
    "CodeCommit files": _commit,
    "asynchronous calls of a function": lambda client, word: client("lambda", ONCE).invoke(
        FunctionName=NAME, InvocationType="Event", Payload=json.dumps({"word": word}).encode()
    ),
}


def connected(settings: SandboxSettings) -> ClientOf:
    """Each client is made once: that takes longer than most calls."""
    make, made, making = client_of(settings), dict[tuple[str, bool], Any](), threading.Lock()

    def client(service: str, config: Config | None = None) -> Any:
        with making:
            key = (service, config is ONCE)
            if key not in made:
                made[key] = make(service, config)
            return made[key]

    return client


def prepare(client: ClientOf) -> None:
    sagemaker, codecommit = client("sagemaker"), client("codecommit")
    for name in (f"{NAME}-written", f"{NAME}-approved", f"{NAME}-runs"):
        sagemaker.create_model_package_group(ModelPackageGroupName=name)
    containers = [{"Image": "i/i:1", "ModelDataUrl": f"s3://{NAME}/model.tar.gz"}]
    sagemaker.create_model_package(
        ModelPackageGroupName=f"{NAME}-approved", InferenceSpecification={"Containers": containers}
    )
    codecommit.create_repository(repositoryName=f"{NAME}-written")
    codecommit.put_file(repositoryName=f"{NAME}-written", branchName="main", filePath="first", fileContent=b"first")


@dataclass
class Ledger:
    """What each kind of writer was told yes to."""

    client: ClientOf
    figures: Figures
    up: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    acknowledged: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in WRITES})
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        self.up.set()
        self._threads = [threading.Thread(target=self._write, args=(kind,)) for kind in WRITES]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self.done.set()
        self.up.set()
        for thread in self._threads:
            thread.join()

    def _write(self, kind: str) -> None:
        word, write, count = kind.replace(" ", "-"), WRITES[kind], 0
        while not self.done.wait(_PAUSE):
            self.up.wait()
            count += 1
            with suppress(BotoCoreError, ClientError):
                write(self.client, f"{word}-{count}")
                self.acknowledged[kind].append(f"{word}-{count}")

    def check(self, since: dict[str, int]) -> dict[str, int]:
        """Every acknowledgement from there on, one by one, while nobody writes; the new ends."""
        ends = {kind: len(words) for kind, words in self.acknowledged.items()}
        for kind, holds in _HOLDS.items():
            words = self.acknowledged[kind][since.get(kind, 0) : ends[kind]]
            self.figures.count(f"acknowledgements checked after the next kill: {kind}", len(words))
            if lost := [word for word in words if not self._holds(holds, word)]:
                self.figures.fail(f"acknowledgements checked after the next kill: {kind}", f"lost: {lost}")
        return ends

    def _holds(self, holds: Callable[[ClientOf, str], bool], word: str) -> bool:
        try:
            return holds(self.client, word)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
                raise
            return False

    def check_all(self) -> None:
        """Every one of them at the end: none is lost, none is there twice."""
        for kind, look in _LOOKS.items():
            counted, words = look(self.client), self.acknowledged[kind]
            self.figures.count(f"acknowledgements checked at the end: {kind}", len(words))
            if not words:
                self.figures.fail(f"acknowledgements checked at the end: {kind}", "nothing was acknowledged at all")
            if lost := [word for word in words if not counted[word]]:
                self.figures.fail(f"acknowledgements checked at the end: {kind}", f"lost: {lost}")
            if doubled := [word for word, times in counted.items() if times > 1]:
                self.figures.fail(f"acknowledgements checked at the end: {kind}", f"doubled: {doubled}")

    def check_deliveries(self) -> None:
        """What is delivered in a while: each message is there once, each call has run."""
        sent, queue, bodies = self.acknowledged["SQS messages"], _queue(self.client), Counter[str]()
        sqs = self.client("sqs")
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            bodies.update(each["Body"] for each in messages)
            for each in messages:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
        what = "acknowledgements checked at the end: SQS messages"
        self.figures.count(what, len(sent))
        if wrong := [word for word in sent if bodies[word] != 1]:
            self.figures.fail(what, f"lost or doubled: {wrong}")
        kind = "asynchronous calls of a function"
        called, deadline = set(self.acknowledged[kind]), time.monotonic() + 120
        while missing := called - set(_keys(self.client, "heard/")):
            if time.monotonic() > deadline:
                self.figures.fail(f"acknowledgements checked at the end: {kind}", f"never ran: {sorted(missing)}")
                break
            time.sleep(0.2)
        self.figures.count(f"acknowledgements checked at the end: {kind}", len(called))


def _queue(client: ClientOf) -> str:
    return f"{client('sqs', ONCE).meta.endpoint_url}/000000000000/{NAME}"


def _keys(client: ClientOf, prefix: str) -> Iterator[str]:
    for each in client("s3").get_paginator("list_objects_v2").paginate(Bucket=NAME, Prefix=prefix):
        yield from (one["Key"].removeprefix(prefix) for one in each.get("Contents", []))


def _versions(client: ClientOf) -> Iterator[str]:
    pages = client("sagemaker").get_paginator("list_model_packages").paginate(ModelPackageGroupName=f"{NAME}-written")
    for each in pages:
        yield from (one["ModelPackageDescription"] for one in each["ModelPackageSummaryList"])


def _approvals(client: ClientOf) -> Counter[str]:
    """The last one is told, or one after it whose answer the kill cut off."""
    arn = f"arn:aws:sagemaker:us-east-1:000000000000:model-package/{NAME}-approved/1"
    told = str(client("sagemaker").describe_model_package(ModelPackageName=arn).get("ApprovalDescription", ""))
    last = int(told.rpartition("-")[2] or 0)
    return Counter(f"approvals-{number}" for number in range(1, last + 1))


def _parameters(client: ClientOf) -> Iterator[str]:
    for each in client("ssm").get_paginator("get_parameters_by_path").paginate(Path=f"/{NAME}"):
        yield from (one["Value"] for one in each["Parameters"] if one["Name"] == f"/{NAME}/{one['Value']}")


def _items(client: ClientOf) -> Iterator[str]:
    for each in client("dynamodb").get_paginator("scan").paginate(TableName=NAME, ConsistentRead=True):
        yield from (one["word"]["S"] for one in each["Items"])


def _roles(client: ClientOf) -> Iterator[str]:
    for each in client("iam").get_paginator("list_roles").paginate():
        yield from (one["RoleName"] for one in each["Roles"])


def _files(client: ClientOf) -> Iterator[str]:
    found: Any = client("codecommit").get_folder(repositoryName=f"{NAME}-written", folderPath="/")
    yield from (one["relativePath"] for one in found["files"])


def _has_version(client: ClientOf, word: str) -> bool:
    """Among the newest."""
    given = {"ModelPackageGroupName": f"{NAME}-written", "SortBy": "CreationTime", "SortOrder": "Descending"}
    listed = client("sagemaker").list_model_packages(MaxResults=100, **given)["ModelPackageSummaryList"]
    return word in [one["ModelPackageDescription"] for one in listed]


def _has_file(client: ClientOf, word: str) -> bool:
    found = client("codecommit").get_file(repositoryName=f"{NAME}-written", filePath=word)
    return bool(found["fileContent"] == word.encode())


_HOLDS: dict[str, Callable[[ClientOf, str], bool]] = {
    "S3 objects": lambda client, word: (
        client("s3").get_object(Bucket=NAME, Key=f"written/{word}")["Body"].read() == word.encode()
    ),
    "model packages": _has_version,
    "approvals": lambda client, word: bool(_approvals(client)[word]),
    "SSM parameters": lambda client, word: (
        client("ssm").get_parameter(Name=f"/{NAME}/{word}")["Parameter"]["Value"] == word
    ),
    "DynamoDB items": lambda client, word: (
        "Item" in client("dynamodb").get_item(TableName=NAME, Key={"word": {"S": word}})
    ),
    "IAM roles": lambda client, word: client("iam").get_role(RoleName=word)["Role"]["RoleName"] == word,
    "CodeCommit files": _has_file,
}
# What is there, by kind: each word as often as it is there.
_LOOKS: dict[str, Callable[[ClientOf], Counter[str]]] = {
    "S3 objects": lambda client: Counter(_keys(client, "written/")),
    "model packages": lambda client: Counter(_versions(client)),
    "approvals": _approvals,
    "SSM parameters": lambda client: Counter(_parameters(client)),
    "DynamoDB items": lambda client: Counter(_items(client)),
    "IAM roles": lambda client: Counter(_roles(client)),
    "CodeCommit files": lambda client: Counter(_files(client)),
}
