# In the manner of terraform-aws-modules/vpc: everything counted, named by coalesce, and merged from many variables.
variable "create_vpc" {
  type    = bool
  default = true
}

variable "name" {
  type    = string
  default = ""
}

variable "cidr" {
  type = string
}

variable "azs" {
  type    = list(string)
  default = []
}

variable "public_subnets" {
  type    = list(string)
  default = []
}

variable "private_subnets" {
  type    = list(string)
  default = []
}

variable "database_subnets" {
  type    = list(string)
  default = []
}

variable "enable_nat_gateway" {
  type    = bool
  default = false
}

variable "single_nat_gateway" {
  type    = bool
  default = false
}

variable "tags" {
  type    = map(string)
  default = {}
}

locals {
  len_public        = max(length(var.public_subnets), 0)
  len_private       = max(length(var.private_subnets), 0)
  create_public     = var.create_vpc && local.len_public > 0
  nat_gateway_count = var.single_nat_gateway ? 1 : length(var.azs)
  vpc_id            = try(aws_vpc.this[0].id, "")
}

resource "aws_vpc" "this" {
  count                = var.create_vpc ? 1 : 0
  cidr_block           = var.cidr
  enable_dns_hostnames = true
  enable_dns_support   = true
  tags                 = merge({ "Name" = var.name }, var.tags)
}

resource "aws_internet_gateway" "this" {
  count  = local.create_public ? 1 : 0
  vpc_id = local.vpc_id
  tags   = merge({ "Name" = var.name }, var.tags)
}

resource "aws_subnet" "public" {
  count             = local.create_public ? local.len_public : 0
  vpc_id            = local.vpc_id
  availability_zone = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) > 0 ? element(var.azs, count.index) : null
  cidr_block        = element(concat(var.public_subnets, [""]), count.index)
  tags              = merge({ "Name" = format("%s-public-%s", var.name, element(var.azs, count.index)) }, var.tags)
}

resource "aws_subnet" "private" {
  count             = local.len_private
  vpc_id            = local.vpc_id
  availability_zone = element(var.azs, count.index)
  cidr_block        = element(var.private_subnets, count.index)
}

resource "aws_subnet" "database" {
  count             = length(var.database_subnets)
  vpc_id            = local.vpc_id
  availability_zone = element(var.azs, count.index)
  cidr_block        = element(var.database_subnets, count.index)
}

resource "aws_db_subnet_group" "database" {
  count      = length(var.database_subnets) > 0 ? 1 : 0
  name       = lower(coalesce(var.name, "database"))
  subnet_ids = aws_subnet.database[*].id
}

resource "aws_route_table" "public" {
  count  = local.create_public ? 1 : 0
  vpc_id = local.vpc_id
}

resource "aws_route" "public_internet_gateway" {
  count                  = local.create_public ? 1 : 0
  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
  timeouts {
    create = "5m"
  }
}

resource "aws_route_table" "private" {
  count  = local.nat_gateway_count
  vpc_id = local.vpc_id
}

resource "aws_eip" "nat" {
  count      = var.enable_nat_gateway ? local.nat_gateway_count : 0
  domain     = "vpc"
  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  count         = var.enable_nat_gateway ? local.nat_gateway_count : 0
  allocation_id = element(aws_eip.nat[*].id, var.single_nat_gateway ? 0 : count.index)
  subnet_id     = element(aws_subnet.public[*].id, var.single_nat_gateway ? 0 : count.index)
  depends_on    = [aws_internet_gateway.this]
}

resource "aws_route" "private_nat_gateway" {
  count                  = var.enable_nat_gateway ? local.nat_gateway_count : 0
  route_table_id         = element(aws_route_table.private[*].id, count.index)
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = element(aws_nat_gateway.this[*].id, count.index)
}

resource "aws_route_table_association" "public" {
  count          = local.len_public
  subnet_id      = element(aws_subnet.public[*].id, count.index)
  route_table_id = element(aws_route_table.public[*].id, 0)
}

resource "aws_route_table_association" "private" {
  count          = local.len_private
  subnet_id      = element(aws_subnet.private[*].id, count.index)
  route_table_id = element(aws_route_table.private[*].id, var.single_nat_gateway ? 0 : count.index)
}

resource "aws_route_table_association" "database" {
  count          = length(var.database_subnets)
  subnet_id      = element(aws_subnet.database[*].id, count.index)
  route_table_id = element(aws_route_table.private[*].id, var.single_nat_gateway ? 0 : count.index)
}

resource "aws_default_security_group" "this" {
  count  = var.create_vpc ? 1 : 0
  vpc_id = aws_vpc.this[0].id
}

output "vpc_id" {
  value = try(aws_vpc.this[0].id, null)
}

output "public_subnets" {
  value      = aws_subnet.public[*].id
  depends_on = [aws_route.public_internet_gateway, aws_route_table_association.public]
}

output "private_subnets" {
  value      = aws_subnet.private[*].id
  depends_on = [aws_route.private_nat_gateway, aws_route_table_association.private]
}

output "database_subnet_group_name" {
  value = try(aws_db_subnet_group.database[0].name, null)
}
