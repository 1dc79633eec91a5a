"""Who may use the project's key by itself, and for what: the account, and two AWS services. Roles get theirs in `roles.py`."""

from __future__ import annotations

from infra.iam.arns import Place
from infra.iam.statements import Statement, Statements, allow
from infra.settings.names import Names

THIS_KEY = ["*"]  # what a key's own policy calls it


def own_use(place: Place, names: Names) -> Statements:
    return [_administration(place), _undelivered_events(place), _alarms(), _log_groups(place, names)]


def _administration(place: Place) -> Statement:
    """Without it the policies of roles would count for nothing here.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    return allow("LetTheAccountDecide", ["kms:*"], THIS_KEY) | {"Principal": {"AWS": place.root_of(place.account)}}


def _undelivered_events(place: Place) -> Statement:
    """EventBridge writes what it could not deliver to an encrypted queue; without this it is lost in silence.

    That it states an account to KMS is documented for event buses, not for such queues, so the condition holds without one:
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-key-policy.html. The queue's own policy names the rules.
    """
    only = {"StringEqualsIfExists": {"aws:SourceAccount": place.account}}
    statement = allow("UndeliveredEvents", ["kms:Decrypt", "kms:GenerateDataKey"], THIS_KEY, only)
    return statement | {"Principal": {"Service": "events.amazonaws.com"}}


def _alarms() -> Statement:
    """CloudWatch publishes to an encrypted topic by the key itself; without this an alarm turns red, and nobody hears of it.

    Without a condition, as in AWS's own instructions: no page says which keys it sends. The topic's policy says what it
    may publish.
    https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns
    """
    statement = allow("Alarms", ["kms:Decrypt", "kms:GenerateDataKey*"], THIS_KEY)
    return statement | {"Principal": {"Service": "cloudwatch.amazonaws.com"}}


def _log_groups(place: Place, names: Names) -> Statement:
    groups = [place.arn("logs", f"log-group:/aws/{service}/{names.project}-*") for service in ("codebuild", "lambda")]
    only = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}}
    verbs = ["kms:Decrypt*", "kms:Encrypt*", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
    return allow("LogGroups", verbs, THIS_KEY, only) | {"Principal": {"Service": place.service("logs")}}
