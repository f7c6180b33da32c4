"""Journeys across services, faults, and facts about the house; and the words all tests are written in."""
