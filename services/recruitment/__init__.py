"""Recruitment: people, applications, selection, consent and the organisation tree."""
