"""Notifications, put together; `python -m services.notifications.app` runs it."""

import sys
from collections.abc import Callable

from services.notifications.api import COMMANDS, QUESTIONS
from services.notifications.domain import DECIDERS
from services.notifications.gateway import Gateway
from services.notifications.handlers import HANDLERS
from services.notifications.settings import MailSettings
from shared.service.description import Service


def notifications(mail: Callable[[], MailSettings] = MailSettings) -> Service:
    """The service; a test says which mail server its mails go to."""
    return Service(
        name="notifications",
        deciders=DECIDERS,
        handlers=HANDLERS,
        commands=COMMANDS,
        questions=QUESTIONS,
        gateway=lambda house, _: Gateway(house, mail()),
    )


NOTIFICATIONS = notifications()


if __name__ == "__main__":
    from shared.service.serve import REFUSED, serve

    told = MailSettings()
    if wrong := told.unfit():
        print(wrong, file=sys.stderr)  # noqa: T201 - the last words of a process that will not start
        sys.exit(REFUSED)
    sys.exit(serve(NOTIFICATIONS, told))
