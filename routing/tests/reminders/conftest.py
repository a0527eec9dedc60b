"""The clock stands on a Monday until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from routing.tests.reminders.world import MONDAY
from tests.cast import Cast


@pytest.fixture
def clock(cast: Cast) -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller
