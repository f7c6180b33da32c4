"""Every speaker's module, so that whoever imports this knows every contract."""

from shared.contracts import evaluation, matching, notifications, participation, recruitment, training

SPEAKERS = (recruitment, training, matching, participation, evaluation, notifications)
