# The network that every account has, with its own subnets told apart by zone; no NAT, endpoints for what tasks need.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }
}

variable "region" {
  type    = string
  default = "eu-north-1"
}

locals {
  services = yamldecode(file("${path.module}/services.yaml"))
  zones    = [for letter in ["a", "b", "c"] : "${var.region}${letter}"]
}

provider "aws" {
  region = var.region
}

resource "aws_vpc" "desk" {
  cidr_block           = "172.20.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "inner" {
  count             = length(local.zones)
  vpc_id            = aws_vpc.desk.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(aws_vpc.desk.cidr_block, 6, count.index)
}

resource "aws_route_table" "inner" {
  vpc_id = aws_vpc.desk.id
}

resource "aws_route_table_association" "inner" {
  count          = length(aws_subnet.inner)
  route_table_id = aws_route_table.inner.id
  subnet_id      = aws_subnet.inner[count.index].id
}

resource "aws_vpc_endpoint" "interface" {
  for_each            = toset(["ecr.api", "ecr.dkr", "logs", "secretsmanager"])
  vpc_id              = aws_vpc.desk.id
  vpc_endpoint_type   = "Interface"
  service_name        = join(".", ["com.amazonaws", var.region, each.key])
  private_dns_enabled = true
  subnet_ids          = aws_subnet.inner[*].id
  security_group_ids  = [aws_security_group.desk["endpoints"].id]
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.desk.id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.inner.id]
}

resource "aws_security_group" "desk" {
  for_each    = toset(["balancer", "tasks", "proxy", "database", "endpoints"])
  name        = "desk-${each.key}"
  description = "Desk: ${each.key}"
  vpc_id      = aws_vpc.desk.id
}

locals {
  flows = merge(
    {
      proxy     = { from = "tasks", to = "proxy", port = 3306 }
      database  = { from = "proxy", to = "database", port = 3306 }
      endpoints = { from = "tasks", to = "endpoints", port = 443 }
      secrets   = { from = "proxy", to = "endpoints", port = 443 }
    },
    { for name, service in local.services : name => { from = "balancer", to = "tasks", port = service.port } },
  )
}

resource "aws_security_group_rule" "out" {
  for_each                 = local.flows
  type                     = "egress"
  protocol                 = "tcp"
  from_port                = each.value.port
  to_port                  = each.value.port
  security_group_id        = aws_security_group.desk[each.value.from].id
  source_security_group_id = aws_security_group.desk[each.value.to].id
}

resource "aws_security_group_rule" "in" {
  for_each                 = local.flows
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = each.value.port
  to_port                  = each.value.port
  security_group_id        = aws_security_group.desk[each.value.to].id
  source_security_group_id = aws_security_group.desk[each.value.from].id
}

resource "aws_security_group_rule" "layers" {
  type              = "egress"
  protocol          = "tcp"
  from_port         = 443
  to_port           = 443
  security_group_id = aws_security_group.desk["tasks"].id
  prefix_list_ids   = [aws_vpc_endpoint.s3.prefix_list_id]
}

resource "aws_security_group_rule" "office" {
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 80
  to_port           = 80
  security_group_id = aws_security_group.desk["balancer"].id
  cidr_blocks       = ["172.16.0.0/14"]
}
