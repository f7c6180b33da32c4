"""Points where a fault test lets this process die, where it hurts; armed by a setting, refused in production."""

import os
import signal
from collections import Counter
from collections.abc import Callable

POINTS = ("after_save", "after_save_before_commit", "after_send_before_clear")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Faults:
    """`after_save:3` dies the third time the process passes that point; nothing is armed by default."""

    def __init__(self, armed: str = "", *, die: Callable[[], None] = _die) -> None:
        self._armed = {point: int(nth) for point, _, nth in (a.partition(":") for a in armed.split(",") if a)}
        if unknown := set(self._armed) - set(POINTS):
            raise ValueError(f"no such point on the road: {', '.join(sorted(unknown))}")
        self._passed: Counter[str] = Counter()
        self._die = die

    def here(self, point: str) -> None:
        """The process passes a point."""
        if point in self._armed:
            self._passed[point] += 1
            if self._passed[point] == self._armed[point]:
                self._die()
