size = 3 # wins over the default
