"""A bucket's LifecycleConfiguration in a template as the rules of PutBucketLifecycleConfiguration."""

from __future__ import annotations

from sandbox.errors import NotInTheSandbox
from sandbox.store import Document

_SAME = ("Status", "AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration")


def lifecycle_rules(configuration: Document) -> list[Document]:
    return [_rule(rule) for rule in configuration["Rules"]]


def _rule(given: Document) -> Document:
    rule: Document = {"Filter": {"Prefix": given.get("Prefix", "")}}
    for name, value in given.items():
        if name in _SAME:
            rule[name] = value
        elif name == "Id":
            rule["ID"] = value
        elif name == "ExpirationInDays":
            rule.setdefault("Expiration", {})["Days"] = int(value)
        elif name == "ExpiredObjectDeleteMarker":
            rule.setdefault("Expiration", {})["ExpiredObjectDeleteMarker"] = value
        elif name == "Transitions":
            rule["Transitions"] = [_transition(each) for each in value]
        elif name != "Prefix":
            raise NotInTheSandbox(f"AWS::S3::Bucket: the property LifecycleConfiguration.Rules.{name}")
    return rule


def _transition(given: Document) -> Document:
    names = {"StorageClass": "StorageClass", "TransitionInDays": "Days", "TransitionDate": "Date"}
    return {names[name]: value for name, value in given.items()}
