"""A service's database copied at one moment, put back, and brought up to what it has said since."""
