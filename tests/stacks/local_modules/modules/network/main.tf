variable "cidr" {
  type = string
}

variable "zones" {
  type = list(string)
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_subnet" "public" {
  for_each          = toset(var.zones)
  vpc_id            = aws_vpc.this.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.cidr, 8, index(var.zones, each.key))
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.this.id
  dynamic "route" {
    for_each = ["0.0.0.0/0"]
    content {
      cidr_block = route.value
      gateway_id = aws_internet_gateway.this.id
    }
  }
}

resource "aws_route_table_association" "public" {
  for_each       = aws_subnet.public
  subnet_id      = each.value.id
  route_table_id = aws_route_table.public.id
}

output "vpc_id" {
  value = aws_vpc.this.id
}

output "subnet_ids" {
  value = values(aws_subnet.public)[*].id
}
