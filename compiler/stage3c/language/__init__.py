"""The spec language: text -> Stack."""
