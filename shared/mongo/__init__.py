"""The one package that speaks MongoDB: the driver, the guarded save, what is parked, the keys."""
