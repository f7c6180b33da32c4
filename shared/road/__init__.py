"""The road: the one way from a record, a request or a deadline to saved facts, and from saved facts to Kafka."""
