"""VPCs, subnets, routes and security groups."""
