"""How fast the road is, beside a bare loop that does the same work and a service written message by message."""
