"""The spec language, in pydantic. Knows no AWS resource: what a key becomes is decided in `stage3c.resources`."""
