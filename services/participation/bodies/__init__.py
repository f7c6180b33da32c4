"""What participation's routes may be told: exact shapes with bounded texts, from which the API's description is made."""
