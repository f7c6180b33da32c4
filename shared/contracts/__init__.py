"""What crosses between services: one module per speaker, frozen words that know no framework and only grow."""
