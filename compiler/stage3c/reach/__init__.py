"""Who reaches whom: a graph as a plain network, the flows that it needs, and the solver that proves them."""
