"""The one package that speaks Kafka: topics, the subscriber, the relay's producer."""
