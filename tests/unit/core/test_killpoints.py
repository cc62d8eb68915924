import subprocess
import sys
from typing import Any

import pytest

from core.killpoints import killpoint

CHILD = """
import django
from django.conf import settings
settings.configure(KILLPOINTS_ENABLED={enabled})
from core.killpoints import killpoint
killpoint("a"); killpoint("b"); killpoint("a")
print("alive")
"""


def run_child(chosen: str, *, enabled: bool = True) -> subprocess.CompletedProcess[str]:
    code = CHILD.format(enabled=enabled)
    environment = {"CREDITPORTAL_KILLPOINT": chosen, "PYTHONPATH": "."}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("chosen", ["a", "a:2", "b:1"])
def test_the_chosen_hit_kills(chosen: str) -> None:
    assert run_child(chosen).returncode == -9


@pytest.mark.parametrize("chosen", ["", "c", "a:3", "b:2"])
def test_any_other_does_nothing(chosen: str) -> None:
    assert run_child(chosen).stdout == "alive\n"


def test_without_the_setting_it_is_inert() -> None:
    assert run_child("a", enabled=False).stdout == "alive\n"


def test_here_it_is_off(settings: Any) -> None:
    killpoint("a")
    assert settings.KILLPOINTS_ENABLED is False
