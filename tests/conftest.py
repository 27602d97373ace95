"""Fixtures every test may use; the stores' fixtures live beside the tests that need them."""
