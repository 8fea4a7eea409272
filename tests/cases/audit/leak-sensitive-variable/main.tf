# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
variable "p" {
  sensitive = true
}
resource "aws_lb" "x" {
  name = "internal-${var.p}"
}
