"""Stack -> resources, one kind of thing per file. Pure; the spec has passed its rules."""
