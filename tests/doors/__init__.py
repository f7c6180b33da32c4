"""The doors of every service, tried as everybody and with everything that does not belong in a body."""
