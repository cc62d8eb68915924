"""How words of a catalogue look where people meet them, their braces filled with made-up values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from applicants.showing import language_key, show_date
from core.wording_rules import placeholders

_DAYS: Final[Mapping[str, date]] = {
    "date": date(2026, 11, 6), "old_date": date(2026, 10, 6), "new_date": date(2026, 11, 6),
    "dob": date(2009, 3, 7), "review_date": date(2026, 12, 21), "start": date(2026, 11, 28),
    "end": date(2026, 11, 30), "month": date(2026, 3, 1),
}  # fmt: skip
_MONEY: Final[Mapping[str, str]] = {
    "amount": "12,000", "asked": "20,000", "cap": "15,900", "income": "7,200", "used": "12,000",
    "frozen": "3,000", "reduced": "5,000", "available": "0", "least": "500", "limit": "15,900",
}  # fmt: skip
_PLAIN: Final[Mapping[str, str]] = {
    "score": "608", "gate": "620", "gap": "12", "old": "655", "new": "608", "pct": "58", "months": "26",
    "n": "3", "max": "55", "min": "1.2", "total": "20", "known": "16", "change": "-40", "settled": "2",
    "days": "5", "pay": "4,176", "reduce": "216", "extra": "393", "target": "30", "gain": "13", "x": "1.1",
    "done": "2", "all": "3", "value": "5", "no": "0123 4567", "case": "(2026) 0101-88", "version": "2026.1",
}  # fmt: skip
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "items": ("\u7535\u8bdd\u3001\u4f4f\u5740", "phone, address"),
    "checks": ("\u5b58\u6b3e\u53ef\u7ef4\u6301\u7684\u6708\u6570", "months your savings would last"),
    "top_changes": ("\u6bcf\u6708\u8fd8\u6b3e\u5360\u6536\u5165", "share of income for repayments"),
    "flag": ("\u4e00\u7b14\u4e0d\u5e38\u89c1\u7684\u4ea4\u6613", "one unusual transaction"),
    "event": ("\u4e00\u7b14\u672a\u4ed8\u7684\u8ba2\u5355", "an unpaid order"),
    "product": ("\u5148\u4eab\u540e\u4ed8", "pay-later order"),
    "lender": ("\u67d0\u6d88\u8d39\u91d1\u878d\u516c\u53f8", "a consumer lender"),
    "purpose": ("\u6295\u8d44", "investing"),
    "industry": ("\u8d37\u6b3e\u4e2d\u4ecb", "loan broker"),
    "issue": ("\u5e74\u62a5\u8fc7\u671f", "an annual report is late"),
    "law": ("\u5f53\u5730\u6cd5\u89c4", "local law"),
}  # fmt: skip
_UNKNOWN: Final = ("\u793a\u4f8b", "sample")


@dataclass(frozen=True)
class Layout:
    """One place in which the words are read."""

    code: str
    title: Promise
    zh: str
    en: str


LAYOUTS: Final[Mapping[str, Promise]] = {
    "wide": gettext_lazy("On the page"),
    "phone": gettext_lazy("On a phone"),
    "letter": gettext_lazy("In the letter"),
}


def preview_words(*, zh: str, en: str) -> list[Layout]:
    """The words in each layout and both languages; no brace stays."""
    shown = {language: fill_with_samples(text, language) for language, text in (("zh-hans", zh), ("en", en))}
    return [Layout(code, title, shown["zh-hans"], shown["en"]) for code, title in LAYOUTS.items()]


def fill_with_samples(text: str, language: str) -> str:
    """The text with a made-up value in each brace."""
    for name in placeholders(text):
        text = text.replace(f"{{{name}}}", _sample(name, language))
    return text


def _sample(name: str, language: str) -> str:
    place = 0 if language_key(language) == "zh" else 1
    if name in _DAYS:
        return show_date(_DAYS[name], language)
    if name in _MONEY:
        return f"\u00a5{_MONEY[name]}"
    return _PLAIN.get(name) or _WORDS.get(name, _UNKNOWN)[place]
