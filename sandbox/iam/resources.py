"""How AWS names what some requests to ministack's services are about (Service Authorization Reference, resource types and keys).

CloudWatch Logs asks about `log-group:<group>:log-stream:<stream>`, about a group with the stream left empty: so its denials spell
it, and so policies end in `:*` (Logs user guide, "Log group resource permissions").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sandbox.iam.call import Call
from sandbox.iam.needs import Need
from sandbox.settings import SandboxSettings
from sandbox.store import Document

_SCHEDULE = re.compile(r"/schedules/(?P<name>[^/]+)$")
_DEFAULT_GROUP = "default"
_OF_TAGS = {"ListTagsForResource", "ListTagsLogGroup", "TagLogGroup", "TagResource", "UntagLogGroup", "UntagResource"}


def log_stream(operation: str, members: Document) -> str | None:
    """Of CloudWatch Logs; None where the request names no group, or is about tags, which are the group's by its plain ARN."""
    group = members.get("logGroupName")
    if not group or operation in _OF_TAGS:
        return None
    return f"log-group:{group}:log-stream:{members.get('logStreamName', '')}"


def schedule(path: str, members: Document, query: Mapping[str, Sequence[str]]) -> str | None:
    """Of EventBridge Scheduler: the group is a member of what creates and updates, and a parameter of what gets and deletes."""
    found = _SCHEDULE.match(path)
    if found is None:
        return None
    group = members.get("GroupName") or query.get("groupName", [_DEFAULT_GROUP])[0]
    return f"schedule/{group}/{found['name']}"


def parameter(members: Document) -> str | None:
    """The first name of SSM's GetParameters; `read_parameters` has them all."""
    return next(iter(_parameters(members)), None)


def read_parameters(settings: SandboxSettings, call: Call) -> list[Need]:
    """ssm:GetParameters on each name, of which ministack asks about one."""
    place = f"arn:aws:ssm:{settings.region}:{settings.account}"
    names = _parameters(call.members) if call.target == "GetParameters" else []
    return [Need(action="ssm:GetParameters", resource=f"{place}:{name}") for name in names[1:]]


def _parameters(members: Document) -> list[str]:
    """A label or version after the colon is not part of the ARN, which the name may be itself."""
    names = [re.sub(r"^arn:aws:ssm:[^:]*:[^:]*:parameter", "", str(name)) for name in members.get("Names", [])]
    return [f"parameter/{name.partition(':')[0].lstrip('/')}" for name in names]


def metric_namespace(members: Document, query: Mapping[str, Sequence[str] | str]) -> str | None:
    """Of PutMetricData (cloudwatch:namespace), in any of its protocols."""
    given = members.get("Namespace") or query.get("Namespace")
    return str(given[0] if isinstance(given, list) else given) if given else None
