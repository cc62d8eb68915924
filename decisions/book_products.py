"""The products of the book, in the order of the places that stored rows hold for them; pure."""

from typing import Final

CONSUMER: Final = "consumer_loan"
PRODUCTS: Final = (CONSUMER, "sme_working_capital", "supply_chain_finance")
PLACES: Final = {name: place for place, name in enumerate(PRODUCTS)}
PERSONAL, ENTERPRISE = "personal", "enterprise"


def applicants_of(product: str) -> str:
    """Whether persons or firms apply for it, in the policy's words."""
    return PERSONAL if product == CONSUMER else ENTERPRISE


def is_personal(product: str) -> bool:
    """Whether persons apply for it."""
    return applicants_of(product) == PERSONAL
