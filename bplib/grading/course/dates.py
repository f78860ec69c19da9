"""Dates that mean one moment: with a time zone, or not at all."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

EXAMPLE = "2026-12-01 23:59 Europe/Lisbon"
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2}(?::\d{2})?)\s*(.*)")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")


class DateError(ValueError):
    """A date that does not say which moment is meant; the message is a sentence that says what to write."""


def moment(text: str) -> datetime:
    """Return the moment that a text such as ``2026-12-01 23:59 Europe/Lisbon`` means, in UTC.

    The zone is a name such as ``Europe/Lisbon``, ``UTC``, ``Z``, or an offset such as ``+01:00``. Of an hour that a clock shows
    twice, when summer ends, the later one is meant: a due date shall not come early.

    Raises
    ------
    DateError
        If it is no date, has no zone or an unknown one, or no clock shows it there.
    """
    found = _DATE.fullmatch(text.strip())
    if not found:
        raise DateError(f"{text!r} is no date with a time; write it as in {EXAMPLE!r}")
    day, clock, name = found.groups()
    if not name:
        raise DateError(
            f"{text!r} names no time zone, and means another moment in each; write it behind the time, as in {EXAMPLE!r}, "
            "or UTC, or +01:00"
        )
    try:
        local = datetime.fromisoformat(f"{day} {clock.zfill(len(clock) + (clock.index(':') == 1))}")
        meant = local.replace(tzinfo=_zone(name), fold=1)
        moment = meant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, DateError):
            raise
        raise DateError(f"{text!r} is no date: {error}; write it as in {EXAMPLE!r}") from error
    if moment.astimezone(meant.tzinfo).replace(tzinfo=None) != local:
        raise DateError(
            f"no clock shows {text!r}: summer time begins in that hour. Write an hour earlier or later"
        )
    return moment


def _zone(name: str) -> tzinfo:
    if name in ("Z", "UTC"):
        return UTC
    if offset := _OFFSET.fullmatch(name):
        sign, hours, minutes = offset.groups()
        return timezone((-1 if sign == "-" else 1) * timedelta(hours=int(hours), minutes=int(minutes)))
    zones = available_timezones()
    if name in zones:
        return ZoneInfo(name)
    holds = sorted(zone for zone in zones if name.casefold() in zone.casefold())
    near = (holds or get_close_matches(name, sorted(zones), n=3))[:3]
    hint = f"did you mean {' or '.join(near)}?" if near else "write one such as Europe/Lisbon, UTC or +01:00"
    raise DateError(f"there is no time zone {name!r}; {hint}")
