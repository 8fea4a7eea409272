terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0" }
  }
}

provider "aws" {
  region = "eu-central-1"
}

locals {
  services = {
    shop  = { image = "ghcr.io/example/shop:4" }
    admin = { image = "ghcr.io/example/admin:2", port = 9090 }
  }
}

module "network" {
  source = "./modules/network"
  cidr   = "10.60.0.0/16"
  zones  = ["eu-central-1a", "eu-central-1b"]
}

resource "aws_security_group" "alb" {
  name   = "alb"
  vpc_id = module.network.vpc_id
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_alb" "main" {
  name            = "main"
  subnets         = module.network.subnet_ids
  security_groups = [aws_security_group.alb.id]
}

resource "aws_alb_listener" "http" {
  load_balancer_arn = aws_alb.main.id
  port              = 80
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "nothing here"
      status_code  = "404"
    }
  }
}

resource "aws_ecs_cluster" "main" {
  name = "main"
}

module "service" {
  for_each   = local.services
  source     = "./modules/service"
  name       = each.key
  settings   = each.value
  vpc_id     = module.network.vpc_id
  subnet_ids = module.network.subnet_ids
  cluster    = aws_ecs_cluster.main.arn
  listener   = { arn = aws_alb_listener.http.arn, group = aws_security_group.alb.id, priority = 10 + index(keys(local.services), each.key) }
}
