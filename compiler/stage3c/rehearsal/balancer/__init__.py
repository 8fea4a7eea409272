"""A local application load balancer that does what the emulated account's listeners, rules and target groups say.

On loopback addresses only. Rehearsed: HTTP/1.1, HTTPS, upgrades such as WebSocket. Not rehearsed: HTTP/2, gRPC, Lambda
targets, authentication actions and network load balancers.
"""
