"""The services: one business capability each, with a store of its own; none imports another."""
