"""What participation looks up in its own store: who takes part in what, and what money stands behind it."""
