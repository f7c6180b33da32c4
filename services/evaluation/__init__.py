"""Evaluation: surveys of both sides, what became of suggestions, and how long things take."""
