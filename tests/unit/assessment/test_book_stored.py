"""A book from stored columns: the same decisions, in chunks too, and every wrong column refused by name."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assessment import book_patterns
from assessment.book import Book, BookError, Coding, decide
from tests.unit.assessment.samples import DELETE, POLICY, changed_policy
from tests.unit.assessment.test_book import CARD, PRODUCT, assert_same_decisions, book_of, people

TRIED = settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
TESTS = st.sampled_from(
    ["age >= 21", "debt_service_pct <= 41", "liquid_months > 0.5 and settled_on_time >= 3", "limit >= 2500",
     "score >= 640", "data_coverage > 0.9", "purpose == 'travel'", "not maintenance", "requested < 20000"]
)  # fmt: skip

OWN_RULES = [
    at for at, rule in enumerate(POLICY.rules) if rule.products == {PRODUCT} and rule.reason != "LIMIT"
]


@TRIED
@given(
    st.lists(st.tuples(st.sampled_from(OWN_RULES), TESTS), max_size=3),
    st.integers(600, 760),
    st.sampled_from(["easing", "normal", "tight"]),
    st.booleans(),
    st.integers(0, 10_000),
)
def test_random_policies_and_people_equal_the_single_path(
    changes: Any, gate: int, market: str, alone: bool, seed: int
) -> None:
    # A rule that is another one now need not be one that a person may set aside.
    edits: list[Any] = [("delegation.may_set_aside", DELETE)]
    edits += [(f"rules[{at}].test", test) for at, test in changes]
    edits += [(f"gates.consumer_loan.{name}", gate) for name in ("easing", "normal", "tight")]
    policy = changed_policy(*edits, *([("predecessor", DELETE)] if alone else []))
    assert_same_decisions(policy, people(seed, 25), market=market)


def stored(book: Book) -> dict[str, Any]:
    return {"codes": book.columns(), "money": dict(book.money), "requested": book.requested}


def test_stored_columns_and_rows_give_the_same_book_and_chunks_the_same_decisions() -> None:
    book, _ = book_of(people(3, 200))
    again = Book.from_columns(book.coding, **stored(book))
    assert (again.codes == book.codes).all()
    whole = decide(again, POLICY, market="tight")
    part = decide(again.take(slice(50, 90)), POLICY, market="tight")
    assert (part.reasons == whole.reasons[50:90]).all()
    assert (part.rules == whole.rules[50:90]).all()
    assert len(part) == len(part.price_band) == len(part.rate) == 40
    assert whole.price_bands[whole.price_band[3]] == whole.row(3)["price_band"] or whole.price_band[3] == 255
    assert whole.rate[3] == 255 or whole.rates[whole.rate[3]] == whole.row(3)["annual_rate_pct"]


def test_codings_are_equal_when_their_codes_mean_the_same() -> None:
    coding, same = (Coding.for_policies(POLICY, PRODUCT) for _ in range(2))
    other = Coding.for_policies(changed_policy(("rules[0].test", "age >= 21")), PRODUCT)
    assert (coding == same, coding == other, coding.key == same.key) == (True, False, True)
    assert (hash(coding) == hash(same), coding == 3) == (True, False)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda parts: parts["codes"].pop("age"), "age: expected a column of codes"),
        (lambda parts: parts["codes"].update(sex=parts["requested"]), "sex: no column of codes"),
        (
            lambda parts: parts["codes"].update(age=parts["codes"]["age"].astype(float)),
            "age: .*uint8, not float64",
        ),
        (lambda parts: parts["codes"].update(age=[1, 2]), "age: .*not list"),
        (lambda parts: parts["codes"].update(age=parts["codes"]["age"][:3]), "age: 3 rows instead of 5"),
        (lambda parts: parts["codes"]["age"].__setitem__(2, 200), r"age: code 200, .*row 2"),
        (
            lambda parts: parts["money"].pop("other_unsecured_cny"),
            "other_unsecured_cny: expected a column of money",
        ),
        (
            lambda parts: parts["money"]["other_unsecured_cny"].__setitem__(4, -7),
            r"other_unsecured_cny: .*row 4",
        ),
        (lambda parts: parts.update(requested=parts["requested"].astype(float)), "requested: .*int64"),
        (lambda parts: parts["requested"].__setitem__(1, 10**18), r"requested: .*row 1"),
        (lambda parts: parts.update(requested=parts["requested"][:0]), "0"),
    ],
)
def test_wrong_columns_are_refused_by_name_and_row(change: Any, wrong: str) -> None:
    book, _ = book_of(people(1, 5))
    parts = stored(book)
    change(parts)
    with pytest.raises(BookError, match=wrong):
        Book.from_columns(book.coding, **parts)


def test_wrong_rows_of_codes_are_refused() -> None:
    book, _ = book_of(people(1, 5))
    parts = stored(book) | {"codes": book.codes}
    with pytest.raises(BookError, match="codes: expected 5 rows of 10 bytes"):
        Book.from_matrix(book.coding, **(parts | {"codes": book.codes[:, :4]}))
    with pytest.raises(BookError, match=r"code 255, expected one from 0"):
        Book.from_matrix(book.coding, **(parts | {"codes": np.full_like(book.codes, 255)}))
    empty: dict[str, Any] = {"codes": book.codes[:0], "money": book.money, "requested": book.requested[:0]}
    with pytest.raises(BookError, match="at least one row"):
        Book.from_matrix(book.coding, **empty)


def test_patterns_are_forgotten_when_there_are_too_many_and_share_slots(monkeypatch: Any) -> None:
    monkeypatch.setattr(book_patterns, "MOST_KEPT", 5)
    monkeypatch.setattr(book_patterns, "SLOT_BITS", 2)
    policy = changed_policy(("policy_version", "slots"))
    for seed in (1, 2):
        assert_same_decisions(policy, people(seed, 60))


@pytest.mark.parametrize(
    ("edits", "wrong"),
    [
        ([("products.consumer_loan.cap", 2**31)], "holds limits up to"),
        (
            [(f"scorecards.personal.characteristics.{CARD.characteristics[0].name}.reason", "P01")],
            "none with the reason P01",
        ),
    ],
)
def test_policies_that_no_book_can_hold_are_refused(edits: Any, wrong: str) -> None:
    policy = changed_policy(*edits)
    book, _ = book_of(people(1, 5), policy)
    with pytest.raises(BookError, match=wrong):
        decide(book, policy, market="normal")


def test_importing_the_engine_is_quick_and_needs_neither_numpy_nor_django() -> None:
    code = (
        "import sys, time; began=time.process_time(); import assessment; took=time.process_time()-began;"
        "print(took, 'numpy' in sys.modules, 'django' in sys.modules)"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(3)
    ]
    assert all(run[1:] == ["False", "False"] for run in runs)
    assert min(float(run[0]) for run in runs) < 0.1
