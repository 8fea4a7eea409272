resource "aws_lb" "shop" {
  name            = "shop"
  subnets         = aws_subnet.public[*].id
  security_groups = [aws_security_group.balancer.id]
  depends_on      = [aws_route.public_internet, aws_route_table_association.public]
}

resource "aws_lb_target_group" "shop" {
  name_prefix = "shop-"
  port        = 80
  protocol    = "HTTP"
  vpc_id      = aws_vpc.this.id
  target_type = "instance"
  slow_start  = 30
  stickiness {
    type    = "lb_cookie"
    enabled = true
  }
  health_check {
    path    = "/ready"
    matcher = "200"
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.shop.arn
  }
}

resource "aws_cloudwatch_log_group" "shop" {
  name              = "/ecs/shop"
  retention_in_days = 14
}

resource "aws_ecs_task_definition" "shop" {
  family       = "shop"
  network_mode = "bridge"
  container_definitions = jsonencode([
    {
      name         = "nginx"
      image        = "public.ecr.aws/nginx/nginx:1.27"
      memory       = 128
      essential    = true
      links        = ["app"]
      portMappings = [{ containerPort = 80, hostPort = 0 }]
      logConfiguration = {
        logDriver = "awslogs"
        options   = { awslogs-group = aws_cloudwatch_log_group.shop.name, awslogs-region = "eu-central-1" }
      }
    },
    {
      name              = "app"
      image             = "public.ecr.aws/docker/library/python:3.13"
      memoryReservation = 256
      essential         = true
      privileged        = false
      hostname          = "app"
      extraHosts        = [{ hostname = "metrics.internal", ipAddress = "10.40.1.1" }]
      mountPoints       = [{ sourceVolume = "cache", containerPath = "/cache" }]
      logConfiguration  = { logDriver = "json-file", options = { max-size = "10m" } }
    },
  ])
  volume {
    name      = "cache"
    host_path = "/var/cache/shop"
  }
}

resource "aws_ecs_service" "shop" {
  name                               = "shop"
  cluster                            = aws_ecs_cluster.shop.id
  task_definition                    = aws_ecs_task_definition.shop.arn
  desired_count                      = 4
  deployment_minimum_healthy_percent = 50
  deployment_maximum_percent         = 150
  health_check_grace_period_seconds  = 60
  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.instances.name
    weight            = 1
  }
  ordered_placement_strategy {
    type  = "spread"
    field = "attribute:ecs.availability-zone"
  }
  placement_constraints {
    type = "distinctInstance"
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.shop.arn
    container_name   = "nginx"
    container_port   = 80
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  depends_on = [aws_lb_listener.http, aws_ecs_cluster_capacity_providers.shop]
}
