from_file = "given"
