"""PMML 4.4 scorecards: read, score, write; out of a policy and into one."""

from assessment.errors import PmmlError
from assessment.pmml_card import Card, Scored
from assessment.pmml_export import card_of_policy
from assessment.pmml_import import scorecard_of_card
from assessment.pmml_numbers import to_json_number
from assessment.pmml_reading import read_pmml
from assessment.pmml_rows import read_rows, score_rows
from assessment.pmml_writing import write_pmml

__all__ = [
    "Card",
    "PmmlError",
    "Scored",
    "card_of_policy",
    "read_pmml",
    "read_rows",
    "score_rows",
    "scorecard_of_card",
    "to_json_number",
    "write_pmml",
]
