"""What goes wrong between people, told through all seven services on real Kafka, MongoDB and a real mail server."""
