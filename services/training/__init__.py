"""Training: courses, learning records, certificates, and the readiness of both sides."""
