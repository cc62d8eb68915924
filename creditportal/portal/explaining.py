"""The frozen explanation of a decision, arranged for the page."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

# Calm reading of plain text: so many Chinese characters and so many words a minute.
_HAN_A_MINUTE: Final = 350
_WORDS_A_MINUTE: Final = 220
_HAN: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
_WORD: Final = re.compile(r"[^\W\u3400-\u9fff\U00020000-\U000323af]+")


def arrange(document: Mapping[str, Any]) -> dict[str, Any]:
    """Add what the page shows beside the document: reasons in the order of the letter, and checks."""
    places = {reason["code"]: reason["position"] for reason in document["reasons"]}
    checks = [
        {**rule, "because": places.get(rule["reason"]) if rule["status"] == "failed" else None}
        for rule in document["rules"]
        if rule["status"] != "not_run"
    ]
    failed = [rule for rule in checks if rule["status"] == "failed"]
    reasons = [{**reason, **_parted(_with_limits(reason, failed))} for reason in document["reasons"]]
    return {
        "document": document,
        "layered": sorted(reasons, key=itemgetter("position")),
        "checks": checks,
        "failed": len(failed),
        "minutes": max(1, math.ceil(reading_seconds(document) / 60)),
    }


def reading_seconds(document: Mapping[str, Any]) -> float:
    """How long calm reading of the outcome and its reasons takes; charts and checks come after them."""
    text = " ".join(_read_first(document))
    return 60 * (len(_HAN.findall(text)) / _HAN_A_MINUTE + len(_WORD.findall(text)) / _WORDS_A_MINUTE)


def _read_first(document: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(document["outcome"].get(name, "")) for name in ("title", "summary", "not_meaning"))
    for reason in document["reasons"]:
        yield from (str(reason[name]) for name in ("title", "meaning", "action"))
        for fact in reason["facts"]:
            yield from (str(fact[name]) for name in ("label", "value", "source_label", "observed_on"))


def _parted(facts: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The facts that have a value, and those that nobody told yet: these need no more than a list."""
    return {
        "facts": [fact for fact in facts if fact["source_label"] or fact["observed_on"]],
        "lacking": [fact for fact in facts if not (fact["source_label"] or fact["observed_on"])],
    }


def _with_limits(reason: Mapping[str, Any], failed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each fact of a reason with the limit that it was held against, where a check names one."""
    held = {rule["value"]: rule for rule in failed if rule["reason"] == reason["code"]}
    return [
        {**fact, **{name: held.get(fact["value"], {}).get(name) for name in ("limit", "bound")}}
        for fact in reason["facts"]
    ]
