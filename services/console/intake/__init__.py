"""What hospitals have, brought in: lists are read here and sent through recruitment's door, by a page or a command."""
