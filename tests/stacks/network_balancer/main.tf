# A network load balancer hands TCP through to tasks: routes in the VPC's own table, classic names, ACL rules of their own.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "ap-southeast-2"
}

variable "release" {
  default = "41"
}

resource "aws_vpc" "main" {
  cidr_block           = "192.168.0.0/20"
  enable_dns_hostnames = true
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id
}

resource "aws_subnet" "front" {
  for_each          = { ap-southeast-2a = "192.168.0.0/24", ap-southeast-2b = "192.168.1.0/24" }
  vpc_id            = aws_vpc.main.id
  availability_zone = each.key
  cidr_block        = each.value
}

resource "aws_subnet" "back" {
  for_each          = { ap-southeast-2a = "192.168.8.0/24", ap-southeast-2b = "192.168.9.0/24" }
  vpc_id            = aws_vpc.main.id
  availability_zone = each.key
  cidr_block        = each.value
}

resource "aws_route" "out" {
  route_table_id         = aws_vpc.main.main_route_table_id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}

resource "aws_eip" "nat" {
  domain     = "vpc"
  depends_on = [aws_internet_gateway.main]
}

resource "aws_nat_gateway" "main" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.front["ap-southeast-2a"].id
  depends_on    = [aws_route.out]
}

resource "aws_route_table" "back" {
  vpc_id = aws_vpc.main.id
}

resource "aws_route" "back" {
  route_table_id         = aws_route_table.back.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main.id
}

resource "aws_route_table_association" "back" {
  for_each       = aws_subnet.back
  subnet_id      = each.value.id
  route_table_id = aws_route_table.back.id
}

resource "aws_network_acl" "front" {
  vpc_id     = aws_vpc.main.id
  subnet_ids = [for subnet in aws_subnet.front : subnet.id]
}

resource "aws_network_acl_rule" "front" {
  for_each       = { in = false, out = true }
  network_acl_id = aws_network_acl.front.id
  egress         = each.value
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "-1"
  cidr_block     = "0.0.0.0/0"
}

resource "aws_security_group" "balancer" {
  name   = "balancer"
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "6"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    protocol    = "6"
    from_port   = 3000
    to_port     = 3000
    cidr_blocks = ["192.168.8.0/23"]
  }
}

resource "aws_security_group" "app" {
  name   = "app"
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group_rule" "app" {
  security_group_id        = aws_security_group.app.id
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = 3000
  to_port                  = 3000
  source_security_group_id = aws_security_group.balancer.id
}

resource "aws_security_group_rule" "out" {
  for_each          = { https = 443, http = 80 }
  security_group_id = aws_security_group.app.id
  type              = "egress"
  protocol          = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_blocks       = ["0.0.0.0/0"]
}

resource "aws_alb" "main" {
  name               = "edge"
  load_balancer_type = "network"
  security_groups    = [aws_security_group.balancer.id]
  dynamic "subnet_mapping" {
    for_each = aws_subnet.front
    content {
      subnet_id = subnet_mapping.value.id
    }
  }
}

resource "aws_alb_target_group" "app" {
  name        = "app"
  port        = 3000
  protocol    = "TCP"
  target_type = "ip"
  vpc_id      = aws_vpc.main.id
  health_check {
    protocol = "HTTP"
    path     = "/ping"
    port     = "traffic-port"
  }
}

resource "aws_alb_listener" "app" {
  load_balancer_arn = aws_alb.main.arn
  port              = 80
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_alb_target_group.app.arn
  }
}

resource "aws_iam_role" "execution" {
  name               = "app-execution"
  assume_role_policy = <<-JSON
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["ecs-tasks.amazonaws.com"]}}}
  JSON
}

resource "aws_iam_role_policy" "execution" {
  role   = aws_iam_role.execution.id
  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "${aws_cloudwatch_log_group.app.arn}:log-stream:*"}
      ]
    }
  JSON
}

resource "aws_cloudwatch_log_group" "app" {
  name              = "app"
  retention_in_days = 7
}

resource "aws_ecs_cluster" "main" {
  name = "edge"
}

resource "aws_ecs_task_definition" "app" {
  family                   = "app"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions    = <<-JSON
    [
      {
        "name": "app",
        "image": "ghcr.io/example/app:${var.release}",
        "portMappings": [{"containerPort": 3000}],
        "logConfiguration": {
          "logDriver": "awslogs",
          "options": {
            "awslogs-group": "${aws_cloudwatch_log_group.app.id}",
            "awslogs-region": "ap-southeast-2",
            "awslogs-stream-prefix": "app"
          }
        }
      }
    ]
  JSON
}

resource "aws_ecs_service" "app" {
  name            = "app"
  cluster         = aws_ecs_cluster.main.name
  task_definition = aws_ecs_task_definition.app.arn
  desired_count   = 3
  launch_type     = "FARGATE"
  network_configuration {
    subnets         = [for subnet in aws_subnet.back : subnet.id]
    security_groups = [aws_security_group.app.id]
  }
  load_balancer {
    target_group_arn = aws_alb_target_group.app.arn
    container_name   = "app"
    container_port   = "3000"
  }
  depends_on = [aws_alb_listener.app, aws_iam_role_policy.execution, aws_route.back, aws_route_table_association.back, aws_security_group_rule.out]
}
