"""What is derived from the code: JSON Schemas, the map of events, a sample of each event, the table of settings."""
