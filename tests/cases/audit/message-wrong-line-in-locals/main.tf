# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
# The fault is in line 3: a block where "cidr = {" belongs. stage3c points at line 7 (and at every other use).
locals {
  cidr {
    vpc = "10.0.0.0/16"
  }
}
output "x" {
  value = lookup(local.cidr, "vpc")
}
