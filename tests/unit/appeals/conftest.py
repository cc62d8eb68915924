"""Catalogues and policy stand before each test of appeals that uses the database."""

import pytest

from tests.factories.appeals import load_everything


@pytest.fixture
def world(db: None) -> None:
    """A new installation: catalogues and policy."""
    load_everything()
