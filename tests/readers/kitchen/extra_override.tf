resource "aws_vpc" "main" {
  enable_dns_support = false
}

variable "size" {
  default = 2
}
