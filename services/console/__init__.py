"""The web: the archive and timelines of all events, and the pages behind the links in mails."""
