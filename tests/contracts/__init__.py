"""Whether what was once said can still be read, and whether all that is derived is fresh."""
