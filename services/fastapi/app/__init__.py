"""The back end of the reference stack."""
