"""Whole stories through real Kafka and MongoDB, with the services as processes."""
