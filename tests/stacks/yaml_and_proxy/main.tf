resource "aws_ecs_cluster" "desk" {
  name = "desk"
}

resource "aws_cloudwatch_log_group" "desk" {
  for_each          = local.services
  name              = "/desk/${each.key}"
  retention_in_days = 60
}

resource "aws_iam_role" "start" {
  name = "desk-start"
  assume_role_policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        { "Effect": "Allow", "Principal": { "Service": ["ecs-tasks.amazonaws.com"] }, "Action": ["sts:AssumeRole"] }
      ]
    }
  JSON
  managed_policy_arns = ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"]
  inline_policy {
    name   = "secrets"
    policy = data.aws_iam_policy_document.start.json
  }
}

data "aws_iam_policy_document" "start" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.database.arn]
  }
}

resource "aws_ecs_task_definition" "desk" {
  for_each                 = local.services
  family                   = "desk-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = lookup(each.value, "cpu", 256)
  memory                   = try(each.value.memory, 512)
  execution_role_arn       = aws_iam_role.start.arn
  container_definitions = templatefile("${path.module}/templates/containers.json.tftpl", {
    name      = each.key
    image     = each.value.image
    port      = each.value.port
    variables = { DB_HOST = aws_db_proxy.desk.endpoint, DB_PORT = "3306", MODE = "live" }
    keys      = ["username", "password"]
    secret    = aws_secretsmanager_secret.database.arn
    group     = aws_cloudwatch_log_group.desk[each.key].name
    region    = var.region
  })
}

resource "aws_lb" "desk" {
  name            = "desk"
  internal        = true
  subnets         = aws_subnet.inner[*].id
  security_groups = [aws_security_group.desk["balancer"].id]
}

resource "aws_lb_listener" "desk" {
  load_balancer_arn = aws_lb.desk.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "Nothing here"
      status_code  = 404
    }
  }
}

resource "aws_lb_target_group" "desk" {
  for_each             = local.services
  name                 = "desk-${each.key}"
  vpc_id               = aws_vpc.desk.id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = each.value.port
  deregistration_delay = 40
  health_check {
    path    = "/up"
    matcher = "200"
  }
}

resource "aws_lb_listener_rule" "desk" {
  for_each     = local.services
  listener_arn = aws_lb_listener.desk.arn
  priority     = 100 + index(keys(local.services), each.key)
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.desk[each.key].arn
  }
  condition {
    path_pattern {
      values = each.value.paths
    }
  }
}

resource "aws_ecs_service" "desk" {
  for_each                          = local.services
  name                              = each.key
  cluster                           = aws_ecs_cluster.desk.arn
  task_definition                   = aws_ecs_task_definition.desk[each.key].arn
  launch_type                       = "FARGATE"
  desired_count                     = 2
  health_check_grace_period_seconds = 90
  network_configuration {
    subnets         = aws_subnet.inner[*].id
    security_groups = [aws_security_group.desk["tasks"].id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.desk[each.key].arn
    container_name   = each.key
    container_port   = each.value.port
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  depends_on = [
    aws_db_proxy_target.desk,
    aws_lb_listener_rule.desk,
    aws_secretsmanager_secret_version.database,
    aws_security_group_rule.in,
    aws_security_group_rule.layers,
    aws_security_group_rule.out,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
  ]
}
