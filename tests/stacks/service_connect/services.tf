resource "aws_security_group" "balancer" {
  name_prefix = "shop-balancer-"
  vpc_id      = aws_vpc.this.id
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
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
    cidr_blocks = [aws_vpc.this.cidr_block]
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "tasks" {
  name_prefix = "shop-tasks-"
  vpc_id      = aws_vpc.this.id
  ingress {
    from_port       = 8000
    to_port         = 8000
    protocol        = "tcp"
    security_groups = [aws_security_group.balancer.id]
    self            = true
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_lb" "shop" {
  name            = "shop"
  internal        = false
  subnets         = aws_subnet.public[*].id
  security_groups = [aws_security_group.balancer.id]
  depends_on      = [aws_route.public_internet, aws_route_table_association.public]
}

data "aws_iam_policy_document" "ecs_tasks" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "execution" {
  name_prefix        = "shop-execution-"
  assume_role_policy = data.aws_iam_policy_document.ecs_tasks.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_service_discovery_private_dns_namespace" "shop" {
  name = "shop.internal"
  vpc  = aws_vpc.this.id
}

resource "aws_ecs_cluster" "shop" {
  name = "shop"
  service_connect_defaults {
    namespace = aws_service_discovery_private_dns_namespace.shop.arn
  }
}

resource "aws_cloudwatch_log_group" "shop" {
  for_each          = toset(["gateway", "orders"])
  name              = "/ecs/${each.key}"
  retention_in_days = 7
}

locals {
  services = {
    gateway = { port = 8000, image = "public.ecr.aws/nginx/nginx:1.27" }
    orders  = { port = 9000, image = "public.ecr.aws/docker/library/golang:1.24" }
  }
}

resource "aws_vpc_security_group_ingress_rule" "between" {
  security_group_id            = aws_security_group.internal.id
  referenced_security_group_id = aws_security_group.tasks.id
  ip_protocol                  = "tcp"
  from_port                    = 9000
  to_port                      = 9000
}

resource "aws_security_group" "internal" {
  name_prefix = "shop-internal-"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_egress_rule" "internal" {
  security_group_id = aws_security_group.internal.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_ecs_task_definition" "shop" {
  for_each                 = local.services
  family                   = each.key
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }
  container_definitions = jsonencode([{
    name         = each.key
    image        = each.value.image
    environment  = each.key == "gateway" ? [{ name = "ORDERS_URL", value = "http://orders:9000" }] : []
    portMappings = [{ name = each.key, containerPort = each.value.port, appProtocol = "http" }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.shop[each.key].name
        awslogs-region        = "eu-north-1"
        awslogs-stream-prefix = each.key
        mode                  = "non-blocking"
        max-buffer-size       = "25m"
      }
    }
  }])
}

resource "aws_lb_target_group" "gateway" {
  name        = "gateway"
  port        = 8000
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.this.id
  health_check {
    path    = "/healthz"
    matcher = "200"
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.gateway.arn
  }
}

resource "aws_ecs_service" "gateway" {
  name                              = "gateway"
  cluster                           = aws_ecs_cluster.shop.arn
  task_definition                   = aws_ecs_task_definition.shop["gateway"].arn
  desired_count                     = 2
  launch_type                       = "FARGATE"
  platform_version                  = "1.4.0"
  availability_zone_rebalancing     = "ENABLED"
  health_check_grace_period_seconds = 30
  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.tasks.id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.gateway.arn
    container_name   = "gateway"
    container_port   = 8000
  }
  service_connect_configuration {
    enabled = true
  }
  depends_on = [aws_lb_listener.http, aws_iam_role_policy_attachment.execution, aws_route.private_nat, aws_route_table_association.private]
}

resource "aws_ecs_service" "orders" {
  name             = "orders"
  cluster          = aws_ecs_cluster.shop.arn
  task_definition  = aws_ecs_task_definition.shop["orders"].arn
  desired_count    = 2
  launch_type      = "FARGATE"
  platform_version = "LATEST"
  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.internal.id]
  }
  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_private_dns_namespace.shop.arn
    service {
      port_name      = "orders"
      discovery_name = "orders"
      client_alias {
        dns_name = "orders"
        port     = 9000
      }
    }
  }
  depends_on = [aws_iam_role_policy_attachment.execution, aws_route.private_nat, aws_route_table_association.private]
}
