"""Evaluation, put together; `python -m services.evaluation.app` runs it."""

import sys

from services.evaluation.api import COMMANDS, QUESTIONS, readings
from services.evaluation.domain import DECIDERS
from services.evaluation.handlers import HANDLERS
from services.evaluation.settings import EvaluationSettings
from services.evaluation.store import make_indexes
from shared.service.description import Service


def evaluation(kpi_min_cell: int) -> Service:
    """The service with the programme's minimum cell."""
    return Service(
        name="evaluation",
        deciders=DECIDERS,
        handlers=HANDLERS,
        commands=COMMANDS,
        questions=QUESTIONS,
        readings=readings(kpi_min_cell),
        make_indexes=make_indexes,
    )


EVALUATION = evaluation(EvaluationSettings.model_fields["kpi_min_cell"].default)
"""As it is without any setting."""


if __name__ == "__main__":
    from shared.service.serve import serve

    settings = EvaluationSettings()
    sys.exit(serve(evaluation(settings.kpi_min_cell), settings))
