"""The commands; `console` prints and exits, nothing else does."""
