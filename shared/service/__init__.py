"""How a service is put together and run: the same for all of them, so that an `app.py` only says what is its own."""
