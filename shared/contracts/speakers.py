"""Every speaker's module, so that whoever imports this knows every contract."""

from shared.contracts import matching, participation, recruitment, training

SPEAKERS = (matching, participation, recruitment, training)
