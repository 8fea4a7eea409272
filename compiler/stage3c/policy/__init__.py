"""Who may do what: policies of a graph, AWS's evaluation of them, and the permissions that a stack needs."""
