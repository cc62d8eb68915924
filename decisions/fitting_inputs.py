"""Which columns may become characteristics, and where in a scorecard each belongs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from decisions.fitting_table import FitError

NEVER: Final = (
    "sex", "age", "ethnicity", "religion", "health", "region", "education", "phone_model", "friends_scores",
    "marital_status", "repaid_early", "appealed",
)  # fmt: skip
_ALSO_CALLED: Final[Mapping[str, tuple[str, ...]]] = {
    "sex": ("gender",),
    "age": ("birth", "birthday", "dob"),
    "ethnicity": ("race", "nationality", "ethnic", "minority"),
    "race": ("ethnicity", "ethnic"),
    "color": ("colour", "skin"),
    "religion": ("religious", "faith", "church"),
    "health": ("illness", "disease", "disability", "diagnosis", "medical"),
    "illness_history": ("illness", "disease", "diagnosis", "medical", "health"),
    "genes": ("gene", "genetic", "dna"),
    "fingerprints": ("fingerprint", "biometric"),
    "blood_type": ("blood",),
    "region": ("province", "postcode", "zip", "hukou"),
    "education": ("school", "degree", "university"),
    "marital_status": ("marriage", "married", "marital", "divorced", "spouse"),
    "national_origin": ("nationality", "origin", "birthplace"),
    "public_assistance_income": ("welfare", "benefits", "assistance"),
    "exercise_of_credit_rights": ("complaint", "appealed", "dispute"),
    "special_categories_gdpr_9": (
        "health", "religion", "ethnicity", "race", "union", "politics", "biometric", "genetic", "orientation",
    ),
    "special_categories": (
        "health", "religion", "ethnicity", "race", "union", "politics", "biometric", "genetic", "orientation",
    ),
    "protected_characteristics_equality_act": (
        "age", "disability", "gender", "marriage", "marital", "pregnancy", "race",
        "religion", "sex", "orientation",
    ),
    "cancer_history_after_limit": ("cancer",),
    "social_networks": ("friends", "contacts", "social", "followers"),
}  # fmt: skip
_GUESSES: Final = (
    (r"pay_\d|late|dpd|due|delinq|default", "credit_history", "U05", "with_time"),
    (r"inquir|enquir", "credit_history", "S07", "with_time"),
    (r"lender|loans", "credit_history", "U01", "changeable"),
    (r"income|salary|inflow", "fulfilment_capacity", "U03", "changeable"),
    (r"bill|bal|use|util|limit|debt", "fulfilment_capacity", "U06", "changeable"),
    (r"address|employ|identity|tenure", "identity", "S04", "with_time"),
)
_OTHERWISE: Final = ("behaviour", "S09", "changeable")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a characteristic stands: its dimension, reason code and what changes it."""

    dimension: str
    reason: str
    changes: str


def check_inputs(names: Iterable[str], *, jurisdiction: str, profiles: Mapping[str, Any]) -> None:
    """Refuse by name every column that the law of the place or our own rules keep out of a score."""
    profile = profiles.get(jurisdiction)
    if profile is None:
        raise FitError(f"there is no jurisdiction {jurisdiction!r}; there are {', '.join(profiles)}")
    prohibited = dict.fromkeys((*profile["prohibited_inputs"]["list"], *NEVER))
    found = [f"{name} ({kind})" for name in names for kind in [_prohibited(name, prohibited)] if kind]
    if found:
        left_out = " ".join(one.split(" ")[0] for one in found)
        raise FitError(
            f"prohibited as an input in {jurisdiction}: {', '.join(found)};"
            f" leave out with: --leave-out {left_out}"
        )


def _prohibited(name: str, prohibited: Iterable[str]) -> str | None:
    words = _words(name)
    for kind in prohibited:
        if any(_is_within(_words(one), words) for one in (kind, *_ALSO_CALLED.get(kind, ()))):
            return kind
    return None


def _words(name: str) -> list[str]:
    """The words of a name: apart at what is no letter, and where a capital follows a small letter."""
    return re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower())


def _is_within(wanted: Sequence[str], words: Sequence[str]) -> bool:
    return any(list(wanted) == list(words[at : at + len(wanted)]) for at in range(len(words)))


def place_of(name: str, *, mapping: Mapping[str, Mapping[str, str]], known: Mapping[str, Any]) -> Place:
    """Where a column belongs: as mapped, as the policy's scorecard has it, else by its name."""
    guessed = next((guess[1:] for guess in _GUESSES if re.search(guess[0], name.lower())), _OTHERWISE)
    given = {**dict(zip(("dimension", "reason", "changes"), guessed, strict=True)), **known.get(name, {})}
    given.update(mapping.get(name, {}))
    return Place(given["dimension"], given["reason"], given["changes"])
