"""The demo: a network of its own lives through recruitment and training, seen only from outside."""
