"""How the house writes: what is wrong with a text in both languages; pure, for checks, editors and tests."""

import re
from typing import Final

CJK: Final = "\u3400-\u9fff\uf900-\ufaff"
ASCII_BESIDE_CHINESE: Final = re.compile(
    rf"[{CJK}][,;:?!\"']|[,;:?!\"'][{CJK}]|[{CJK}]\.(?![\w])|[{CJK}]\([{CJK}]|[{CJK}]\)"
)
PLACEHOLDER: Final = re.compile(r"%\((\w+)\)[sd]|(?<!\{)\{(\w+)\}(?!\})")
LONGEST_ZH: Final = 35
LONGEST_EN: Final = 20
FORBIDDEN_ZH: Final = (
    "\u62d2\u7edd", "\u98ce\u63a7", "\u7efc\u5408\u8bc4\u5206", "\u8d44\u8d28", "\u9ed1\u540d\u5355",
    "\u89e6\u53d1", "\u547d\u4e2d", "\u5f88\u9057\u61be",
)  # fmt: skip
FORBIDDEN_EN: Final = re.compile(
    r"\b(reject(ed|ion)?|adverse|derogatory|delinquen\w+|creditworth\w+|unfortunately)\b", re.IGNORECASE
)
LOUD: Final = re.compile(r"[!\uff01]|[Tt]he system (?!of)|\u7cfb\u7edf\u5224\u5b9a")
MARKUP: Final = re.compile(r"[<>]")


def placeholders(text: str) -> set[str]:
    """The names of the placeholders in a text."""
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def long_chinese(text: str) -> list[str]:
    """The sentences and clauses of a Chinese text that are too long to take in."""
    parts = re.split("[\u3002\uff01\uff1f\uff1b\uff1a\\n]", text)
    return [part for part in parts if len(re.findall(f"[{CJK}]", part)) > LONGEST_ZH]


def long_english(text: str) -> list[str]:
    """The sentences and clauses of an English text that are too long to take in."""
    parts = re.split(r"(?<=[.!?:;])\s+|\n", text)
    return [part for part in parts if len(re.findall(r"[\w'\u2019%{}()$-]+", part)) > LONGEST_EN]


def forbidden_words(*, zh: str, en: str) -> list[str]:
    """The words that blame or hide, as they stand in the texts."""
    return [word for word in FORBIDDEN_ZH if word in zh] + [
        match.group(0) for match in FORBIDDEN_EN.finditer(en)
    ]
