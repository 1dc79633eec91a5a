"""An expression names the moments that AWS's documentation says it names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.delivery import cron
from sandbox.delivery.expressions import recurrence

BERLIN = "Europe/Berlin"


def epoch(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def due_times(expression: str, zone: str = "UTC", *, after: str, count: int = 3) -> list[str]:
    following = recurrence(expression, zone, first=epoch(after))
    found: list[str] = []
    moment: float | None = epoch(after)
    while len(found) < count and moment is not None and (moment := following.after(moment)) is not None:
        found.append(datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M"))
    return found


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ("0 3 ? * SUN *", ["2026-11-22T03:00", "2026-11-29T03:00"]),
        ("0/15 10 * * ? *", ["2026-11-21T10:00", "2026-11-21T10:15"]),
        ("0 8 1 * ? *", ["2026-12-01T08:00", "2027-01-01T08:00"]),
        ("0 18 ? * MON-FRI *", ["2026-11-23T18:00", "2026-11-24T18:00"]),
        ("0 0 L * ? *", ["2026-11-30T00:00", "2026-12-31T00:00"]),
        ("0 0 ? * L *", ["2026-11-28T00:00", "2026-12-05T00:00"]),
        ("0 0 ? * 6L *", ["2026-11-27T00:00", "2026-12-25T00:00"]),
        ("0 0 ? * 3#2 *", ["2026-12-08T00:00", "2027-01-12T00:00"]),
        ("0 0 15W * ? *", ["2026-12-15T00:00", "2027-01-15T00:00"]),
        ("0 0 1W * ? *", ["2026-12-01T00:00", "2027-01-01T00:00"]),
        ("0 0 29 2 ? *", ["2028-02-29T00:00", "2032-02-29T00:00"]),
        ("30 9 1 1 ? 2027-2028", ["2027-01-01T09:30", "2028-01-01T09:30"]),
    ],
)
def test_a_cron_expression_names_what_aws_says(fields: str, named: list[str]) -> None:
    assert due_times(f"cron({fields})", after="2026-11-21T00:00:00", count=2) == named


def test_a_years_end_ends_a_cron_expression() -> None:
    assert due_times("cron(0 0 1 1 ? 2026-2027)", after="2026-11-21T00:00:00") == ["2027-01-01T00:00"]


FIELD = st.one_of(
    st.just("*"),
    st.integers(0, 59).map(str),
    st.tuples(st.integers(0, 59), st.integers(1, 40)).map("{0[0]}/{0[1]}".format),
)
HOUR = st.one_of(st.just("*"), st.integers(0, 23).map(str), st.just("6-9,22"))
DAYS = st.sampled_from(
    ["* * ?", "L * ?", "13W * ?", "? * MON-FRI", "? * 2#1", "? * 5L", "? JAN-MAR,NOV SUN", "1,15 */2 ?"]
)


@given(minute=FIELD, hour=HOUR, days=DAYS, start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)))  # noqa: DTZ001 (local)
def test_no_minute_is_named_between_a_moment_and_the_one_after_it(
    minute: str, hour: str, days: str, start: datetime
) -> None:
    fields = cron.parse(f"{minute} {hour} {days} *")
    following = fields.after(start)
    assert following is not None
    assert following > start
    assert fields.after(following - timedelta(seconds=1)) == following
    for step in range(1, 50):  # whatever lies between has the same one after it
        between = start + (following - start) * step / 50
        assert fields.after(between) == following or between >= following


@pytest.mark.parametrize(
    "fields",
    [
        "* * * * *",
        "0 0 * * * *",
        "0 0 ? * ? *",
        "60 0 * * ? *",
        "0 24 * * ? *",
        "0 0 32 * ? *",
        "0 0 ? * 8 *",
        "0 0 ? * 2#6 *",
        "0 0 ? * FUN *",
        "5-1 0 * * ? *",
        "0/0 0 * * ? *",
        "0 0 * * ? 1969",
        "0 0 0W * ? *",
        "?? 0 * * ? *",
    ],
)
def test_a_malformed_cron_expression_is_refused(fields: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        cron.parse(fields)


@given(st.text(max_size=40))
def test_any_text_is_an_expression_or_refused(text: str) -> None:
    for expression in (text, f"cron({text})", f"rate({text})", f"at({text})"):
        try:
            recurrence(expression, "UTC", first=0.0)
        except ValueError:
            continue


def test_a_time_that_the_clocks_skip_in_spring_is_skipped() -> None:
    found = due_times("cron(30 2 * * ? *)", BERLIN, after="2027-03-27T00:00:00")
    assert found == ["2027-03-27T01:30", "2027-03-29T00:30", "2027-03-30T00:30"]


def test_a_time_that_comes_twice_in_autumn_is_taken_once() -> None:
    found = due_times("cron(30 2 * * ? *)", BERLIN, after="2026-10-24T00:00:00")
    assert found == ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"]


def test_a_day_of_a_rate_is_24_hours_whatever_the_clocks_do() -> None:
    assert due_times("rate(1 day)", BERLIN, after="2026-10-24T12:00:00", count=2) == [
        "2026-10-25T12:00",
        "2026-10-26T12:00",
    ]


def test_a_one_time_expression_is_local_to_its_zone() -> None:
    assert due_times("at(2026-12-24T18:00:00)", BERLIN, after="2026-11-21T00:00:00") == ["2026-12-24T17:00"]


@pytest.mark.parametrize(
    "expression", ["rate(1 minutes)", "rate(5 minute)", "rate(0 days)", "rate(1 week)", "at(2026-13-01T00:00:00)"]
)
def test_a_malformed_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        recurrence(expression, "UTC", first=0.0)


@given(st.floats(0, 2e9), st.integers(1, 400), st.floats(0, 2e9))
def test_a_rates_moments_are_its_multiples(first: float, minutes: int, moment: float) -> None:
    expression = f"rate({minutes} minute{'s' if minutes > 1 else ''})"
    following = recurrence(expression, "UTC", first=first).after(moment)
    assert following is not None
    assert following > moment or following == pytest.approx(moment)
    assert following - max(moment, first) <= 60 * minutes + 1e-3
