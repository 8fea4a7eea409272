# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
locals {
  a = ["x"]
  b = ["y"]
  all = "${concat(
    local.a,
    local.b)
  }"
}
output "all" {
  value = local.all
}
