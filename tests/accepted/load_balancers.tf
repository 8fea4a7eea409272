# --- nameless in two zones, with nothing behind it yet
resource "aws_vpc" "one" {
  cidr_block = "10.8.0.0/16"
}

resource "aws_subnet" "one" {
  for_each          = { a = 1, b = 2 }
  vpc_id            = aws_vpc.one.id
  cidr_block        = "10.8.${each.value}.0/24"
  availability_zone = "eu-central-1${each.key}"
}

resource "aws_lb" "one" {
  name     = ""
  internal = true
  subnets  = [for subnet in aws_subnet.one : subnet.id]
}

resource "aws_lb_target_group" "one" {
  vpc_id      = aws_vpc.one.id
  port        = 7000
  protocol    = "HTTP"
  target_type = "ip"
}

# --- on an Outpost, which has one zone
data "aws_outposts_outpost" "one" {
  name = "cellar"
}

resource "aws_vpc" "one" {
  cidr_block = "10.9.0.0/16"
}

resource "aws_subnet" "one" {
  vpc_id            = aws_vpc.one.id
  cidr_block        = "10.9.0.0/24"
  availability_zone = data.aws_outposts_outpost.one.availability_zone
  outpost_arn       = data.aws_outposts_outpost.one.arn
}

resource "aws_lb" "one" {
  subnets                  = [aws_subnet.one.id]
  customer_owned_ipv4_pool = "ipv4pool-coip-0123456789abcdef0"
}

resource "aws_lb" "two" {
  subnets = [aws_subnet.one.id]
}
