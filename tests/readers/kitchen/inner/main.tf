variable "name" {
  type = string
}

variable "port" {
  type = number
}

variable "vpc" {}

variable "suffix" {
  default = "q"
}

locals {
  full = "${var.name}-${var.suffix}"
}

resource "aws_sqs_queue" "this" {
  name = "${local.full}-${var.port}"
  tags = { Vpc = var.vpc.id, Cidr = var.vpc.cidr_block }
}

module "deep" {
  source = "./deep"
  queue  = aws_sqs_queue.this.arn
}

output "arn" {
  value = module.deep.same
}
