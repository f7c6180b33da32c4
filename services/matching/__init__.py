"""Matching: opportunities and their seats, the pool of partners, runs that score it, and offers."""
