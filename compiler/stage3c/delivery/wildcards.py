"""Patterns with `*` for any text and `?` for one character."""


def fits(pattern: str, text: str) -> bool:
    """Tell whether a whole text fits a pattern; at most as many steps as the product of their lengths."""
    at, star, resumed, position = 0, -1, 0, 0
    while position < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resumed, at = at, position, at + 1
        elif at < len(pattern) and pattern[at] in ("?", text[position]):
            at, position = at + 1, position + 1
        elif star >= 0:
            resumed += 1
            at, position = star + 1, resumed
        else:
            return False
    return not pattern[at:].strip("*")
