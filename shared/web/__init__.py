"""The HTTP door: who asks, whether they may, whether it can be read, and what is answered."""
