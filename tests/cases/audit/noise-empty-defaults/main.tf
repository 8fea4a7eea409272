# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
variable "vpc_cidr" {
  type    = string
  default = ""
}
resource "aws_vpc" "this" {
  cidr_block = var.vpc_cidr
}
resource "aws_security_group" "e" {
  vpc_id = aws_vpc.this.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = [aws_vpc.this.cidr_block]
  }
}
