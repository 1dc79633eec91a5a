"""What Lambda calls: look up, compose, publish once. Only a refused Publish is an error, for Lambda to retry."""

from __future__ import annotations

import logging
import os

from .aws import Clients, connect, look_up, publish
from .compose import compose
from .event import Event
from .settings import Settings, read_settings

_LOG = logging.getLogger(__name__)
_LOG.setLevel(logging.INFO)


def handler(event: object, _context: object) -> str:
    return notify(connect(), read_settings(os.environ), Event(event))


def notify(clients: Clients, settings: Settings, event: Event) -> str:
    notice = compose(event, look_up(clients, event))
    subject = notice.subject(settings.project)
    body = notice.body(settings.project, event.text("time"))
    publish(clients, topic=settings.topic, subject=subject, body=body)
    _LOG.info("Published: %s\n%s", subject, body)  # where it can be read though nobody is subscribed
    return subject
