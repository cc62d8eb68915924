import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assessment import Context
from tests.unit.assessment.samples import PERSONS, POLICY, decide

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("key", PERSONS)
def test_a_decision_is_plain_json_and_adds_up(key: Any) -> None:
    written = json.loads(json.dumps(decide(key).to_dict()))
    assert written["policy_hash"] == POLICY.hash
    assert 350 + sum(written["dimensions"].values()) == written["score"]
    assert 350 + sum(line["points"] for line in written["points"].values()) == written["score"]
    assert [reason["code"] for reason in written["reasons"]] == PERSONS[key]["expect"]["reasons"]


def test_the_written_decision_names_price_cost_and_offer() -> None:
    written = decide("ordinary").to_dict()
    assert written["price"] == {
        "annual_rate_pct": "9.125",
        "daily_rate_pct": "0.025",
        "effective_pct": "9.52",
    }
    assert (written["offer"], written["cost"]["amount"], written["band"]) == ("20000.00", "20000.00", "B5")
    assert written["limit"]["binding"] == "affordability"
    assert written["coverage"] == {"known": 600, "total": 600, "share": 1.0}


def test_a_decision_without_a_price_is_written_too() -> None:
    written = decide("chen_jing_before").to_dict()
    assert (written["price"], written["cost"], written["limit"], written["offer"]) == (None, None, None, None)


def test_the_cost_of_a_counter_offer_is_that_of_the_offer() -> None:
    decided = decide("ordinary_tight")
    assert decided.offer == decided.cost.amount == 14_800


def test_unused_connections_are_shown_as_not_used() -> None:
    line = decide("ordinary", context=Context(connections_dimension=False)).points["verified_contacts"]
    assert (line["used"], line["points"], line["bin"], line["value"]) == (False, 15, None, None)


def test_the_same_inputs_give_the_same_decision() -> None:
    assert decide("zhang_wei").to_dict() == decide("zhang_wei").to_dict()


def test_importing_pulls_in_neither_numpy_nor_yaml_nor_django() -> None:
    program = """
import sys, time
start = time.process_time()
import assessment
spent = time.process_time() - start
print(spent, [name for name in ('numpy', 'yaml', 'django', 'core') if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    spent, loaded = done.stdout.split(maxsplit=1)
    assert loaded.strip() == "[]"
    assert float(spent) < 1  # 0.05 s on a quiet machine; `bin/bench engine_import` holds it to 0.1 s


def test_never_inputs_are_no_inputs() -> None:
    never = (
        "appeal",
        "complaint",
        "data_request",
        "early_repay",
        "sex",
        "ethnic",
        "religion",
        "health",
        "school",
    )
    names = [*POLICY.inputs, *POLICY.scorecards["personal"].by_name, *POLICY.scorecards["enterprise"].by_name]
    assert not [name for name in names for word in never if word in name]
    assert "age" not in POLICY.scorecards["personal"].by_name
