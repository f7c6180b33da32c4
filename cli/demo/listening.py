"""Which topics each service listens to, so that somebody outside can tell when all of it was heard."""

from collections.abc import Mapping, Sequence

from cli.verify.seen import SERVICES
from services.console.app import CONSOLE
from shared.road.handlers import topics

assert CONSOLE.listener is not None
LISTENING: Mapping[str, Sequence[str]] = {
    **{name: topics(service.hears) for name, service in SERVICES.items()},
    "console": CONSOLE.listener.topics(),
}
