"""Showing just enough of a personal value to recognise it; pure."""

import re
from typing import Final, Literal

BULLET: Final = "*"
_COMPOUND_SURNAMES: Final = frozenset(
    {
        *("欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容"),
        *("令狐", "司徒", "司空", "长孙", "宇文", "轩辕", "端木", "南宫", "独孤"),
    }
)


def mask_name(name: str) -> str:
    """Return 张* for 张伟, 欧*娜 for 欧阳娜, and initials for names in Latin letters."""
    text = name.strip()
    if not text:
        return ""
    if re.match(r"[A-Za-z]", text):
        return " ".join(f"{part[0]}{BULLET}" for part in text.split())
    if text[:2] in _COMPOUND_SURNAMES and len(text) > 2:
        return f"{text[0]}{BULLET}{text[-1]}"
    return text[0] + BULLET * min(max(len(text) - 1, 1), 2)


def mask_phone(phone: str) -> str:
    """Return 186 **** 1402 for a mainland mobile number, else only the last four digits."""
    digits = re.sub(r"\D", "", phone)
    national = digits.removeprefix("86") if len(digits) == 13 else digits
    if len(national) == 11:
        return f"{national[:3]} {BULLET * 4} {national[-4:]}"
    return f"{BULLET * 4} {national[-4:]}" if len(national) > 6 else BULLET * 4


def mask_id_number(number: str, *, level: Literal["high", "middle", "low"] = "high") -> str:
    """Return the number with its ends shown: 1 + 1, 3 + 3 or 6 + 4 characters by level."""
    head, tail = {"high": (1, 1), "middle": (3, 3), "low": (6, 4)}[level]
    text = number.strip()
    if len(text) <= head + tail:
        return BULLET * len(text)
    return text[:head] + BULLET * (len(text) - head - tail) + text[-tail:]


def mask_card(number: str) -> str:
    """Return the last four digits of a bank card behind four stars."""
    digits = re.sub(r"\D", "", number)
    return f"{BULLET * 4} {digits[-4:]}" if len(digits) >= 8 else BULLET * 4


def mask_email(address: str) -> str:
    """Return the first three characters and the host."""
    local, at, host = address.strip().rpartition("@")
    if not at:
        return BULLET * 3
    shown = local[:3] if len(local) > 3 else local[:1]
    return f"{shown}{BULLET * 3}@{host}"
