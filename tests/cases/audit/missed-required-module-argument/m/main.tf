# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
variable "tg" {}
output "x" {
  value = var.tg
}
