"""What happens to the facts when processes die, records are bad and people want to stay private."""
