"""The local stack: Kafka, mongod and every service as children of one supervisor, without Docker."""
