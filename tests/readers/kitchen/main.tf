# Many ways of writing Terraform in one folder; nobody would deploy it. See test_graphs.py.
terraform {
  required_version = ">= 1.9"
  backend "s3" {
    bucket = "state"
    key    = "kitchen.tfstate"
    region = "eu-west-1"
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = ["123456789012"]
  default_tags {
    tags = local.tags
  }
}

provider "aws" {
  alias  = "far"
  region = "us-east-1"
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "size" {
  type    = number
  default = "3"
}

variable "enabled" {
  type    = bool
  default = "true"
}

variable "names" {
  type    = set(string)
  default = ["b", "a", "b"]
}

variable "services" {
  type = map(object({
    port  = number
    path  = optional(string, "/")
    hosts = optional(list(string), [])
    extra = optional(map(string))
  }))
  default = {
    web = { port = 8080, hosts = ["shop.example.com"] }
    api = { port = "9090", path = "/api/*" }
  }
}

variable "pair" {
  type    = tuple([string, number])
  default = [1, "2"]
}

variable "anything" {
  type    = any
  default = null
}

variable "secret" {
  type      = string
  sensitive = true
  default   = "hunter2-hunter2"
}

variable "required" {
  type = string
}

variable "from_file" {}

locals {
  tags      = { Project = "kitchen", Size = var.size }
  ports     = { for name, service in var.services : name => service.port }
  by_path   = { for name, service in var.services : service.path => name... }
  hosts     = flatten([for service in values(var.services) : service.hosts])
  user_data = <<-EOT
    #!/bin/sh
    %{for name, port in local.ports~}
    echo ${name}=${port}
    %{endfor~}
    %{if var.enabled}on%{else}off%{endif}
  EOT
  plain     = <<EOT
left
  right
EOT
  numbers   = [1e2, -4, 0.5, 7 % 4, 2 * (3 + 4), 10 / 4]
  logic     = [1 < 2 && !(2 <= 1), false || 3 > 2, "a" != "b", 1 >= 1, null == null]
  nested    = { "quoted key" = 1, (var.region) = 2, plain = { deep = [{ x = 1 }, { x = 2 }] } }
  splat     = local.nested.plain.deep[*].x
  legacy    = local.nested.plain.deep.*.x
  chosen    = var.enabled ? "yes" : "no"
  unset     = var.required == "x" ? 1 : 2
  unread    = file("missing.txt")
  text      = file("${path.module}/files/note.txt")
  rendered  = templatefile("files/note.tftpl", { name = "cook", items = ["a", "b"] })
  decoded   = yamldecode(file("files/data.yaml"))
  strange   = [for c in regexall("[a-z]+", "ab1cd") : upper(c) if c != "cd"]
}

data "aws_caller_identity" "me" {}

data "aws_availability_zones" "all" {
  state = "available"
}

data "aws_vpc" "main" {
  id = aws_vpc.main.id
}

data "aws_subnets" "private" {
  filter {
    name   = "vpc-id"
    values = [aws_vpc.main.id]
  }
  tags = { Tier = "private" }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
  tags                 = merge(local.tags, { Name = "kitchen-${var.region}" })
}

resource "aws_subnet" "private" {
  count             = var.size
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = data.aws_availability_zones.all.names[count.index]
  tags              = { Tier = "private", Name = format("private-%02d", count.index + 1) }
}

resource "aws_subnet" "looked_up" {
  for_each   = toset(data.aws_subnets.private.ids)
  vpc_id     = data.aws_vpc.main.id
  cidr_block = each.value
}

resource "aws_security_group" "service" {
  for_each    = var.services
  name        = "kitchen-${each.key}"
  description = each.value.path
  vpc_id      = data.aws_vpc.main.id
  dynamic "ingress" {
    for_each = length(each.value.hosts) > 0 ? [each.value.port, 443] : [each.value.port]
    iterator = port
    content {
      protocol    = "tcp"
      from_port   = port.value
      to_port     = port.value
      cidr_blocks = port.key == 0 ? [aws_vpc.main.cidr_block] : ["0.0.0.0/0"]
      dynamic "self" {
        for_each = []
        content {}
      }
    }
  }
  dynamic "egress" {
    for_each = var.anything
    content {
      protocol = egress.value
    }
  }
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [description, tags["Name"]]
    prevent_destroy       = false
  }
}

resource "aws_alb" "old" {
  name               = "kitchen"
  subnets            = aws_subnet.private[*].id
  security_groups    = [for group in aws_security_group.service : group.id]
  internal           = !var.enabled
  load_balancer_type = coalesce(var.anything, "application")
  depends_on         = [module.inner, aws_subnet.private]
}

resource "aws_iam_role" "task" {
  name               = "kitchen-task"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "task" {
  role = aws_iam_role.task.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for name, port in local.ports : {
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = "arn:aws:sqs:${var.region}:${data.aws_caller_identity.me.account_id}:${name}-${port}"
    }]
  })
}

resource "aws_ssm_parameter" "secret" {
  name  = "/kitchen/secret"
  type  = "SecureString"
  value = var.secret
}

resource "aws_sqs_queue" "maybe" {
  count    = var.enabled ? 1 : 0
  provider = aws.far
  name     = var.required
}

resource "aws_sqs_queue" "never" {
  count = var.enabled ? 0 : 1
  name  = "never"
}

resource "aws_sqs_queue" "perhaps" {
  count = var.required == "x" ? 1 : 0
  name  = join("-", [var.from_file, "x"])
}

resource "aws_sqs_queue" "each" {
  for_each   = { for name in var.names : name => upper(name) }
  name       = each.value
  fifo_queue = each.key == "a"
}

module "inner" {
  source   = "./inner"
  for_each = local.ports
  name     = each.key
  port     = each.value
  vpc      = aws_vpc.main
  providers = {
    aws = aws.far
  }
}

module "unread" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.0.0"
  vpc_id  = aws_vpc.main.id
}

moved {
  from = aws_vpc.old
  to   = aws_vpc.main
}

output "everything" {
  value = [
    local.by_path, local.hosts, local.user_data, local.plain, local.numbers, local.logic, local.nested, local.splat,
    local.legacy, local.chosen, local.unset, local.unread, local.text, local.rendered, local.decoded, local.strange,
  ]
}

output "references" {
  value = {
    first   = aws_subnet.private[0].id
    all     = aws_subnet.private[*].cidr_block
    module  = module.inner["web"].arn
    modules = { for key, made in module.inner : key => made.arn }
    maybe   = one(aws_sqs_queue.maybe[*].arn)
    never   = try(aws_sqs_queue.never[0].arn, "none")
    perhaps = try(aws_sqs_queue.perhaps[0].arn, "none")
    each    = aws_sqs_queue.each["a"].arn
    trail   = "${aws_vpc.main.arn}/x/${aws_subnet.private[1].id}"
    outside = module.unread.private_subnets
    secret  = "x-${var.secret}"
    typed   = [var.size, var.enabled, var.names, var.services, var.pair]
    given   = var.from_file
  }
}
