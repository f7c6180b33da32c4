"""The one package that speaks Kafka: topics, the subscriber, the relay's producer."""

from aiokafka.errors import KafkaError

__all__ = ["KafkaError"]
