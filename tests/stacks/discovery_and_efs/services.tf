resource "aws_service_discovery_private_dns_namespace" "main" {
  name = "gallery.internal"
  vpc  = aws_vpc.main.id
}

resource "aws_service_discovery_service" "thumbnails" {
  name = "thumbnails"
  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.main.id
    routing_policy = "MULTIVALUE"
    dns_records {
      ttl  = 10
      type = "A"
    }
  }
}

resource "aws_efs_file_system" "pictures" {
  creation_token = "gallery-pictures"
  encrypted      = true
}

resource "aws_efs_mount_target" "pictures" {
  for_each        = aws_subnet.private
  file_system_id  = aws_efs_file_system.pictures.id
  subnet_id       = each.value.id
  security_groups = [aws_security_group.files.id]
}

resource "aws_efs_access_point" "thumbnails" {
  file_system_id = aws_efs_file_system.pictures.id
  posix_user {
    uid = 1000
    gid = 1000
  }
  root_directory {
    path = "/thumbnails"
    creation_info {
      owner_uid   = 1000
      owner_gid   = 1000
      permissions = "0750"
    }
  }
}

# Its value is put in by hand, once.
resource "aws_ssm_parameter" "signing_key" {
  name  = "/gallery/signing-key"
  type  = "SecureString"
  value = "set by hand"
  lifecycle {
    ignore_changes = [value]
  }
}

resource "aws_ecs_cluster" "main" {
  name = "gallery"
  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

locals {
  services = {
    web        = { port = 8080, cpu = 256, memory = 512, environment = { THUMBNAILS_URL = "http://thumbnails.gallery.internal:9000" } }
    thumbnails = { port = 9000, cpu = 1024, memory = 2048, environment = { PICTURES = "/pictures" } }
  }
}

resource "aws_cloudwatch_log_group" "service" {
  for_each          = local.services
  name              = "/gallery/${each.key}"
  retention_in_days = 90
}

resource "aws_ecr_repository" "service" {
  for_each             = local.services
  name                 = "gallery/${each.key}"
  image_tag_mutability = "IMMUTABLE"
  image_scanning_configuration {
    scan_on_push = true
  }
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role" "execution" {
  name               = "gallery-execution"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

data "aws_iam_policy_document" "parameters" {
  statement {
    actions   = ["ssm:GetParameters"]
    resources = [aws_ssm_parameter.signing_key.arn]
  }
}

resource "aws_iam_role_policy" "parameters" {
  name   = "parameters"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.parameters.json
}

resource "aws_iam_role" "thumbnails" {
  name               = "gallery-thumbnails"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "thumbnails" {
  name = "files"
  role = aws_iam_role.thumbnails.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
      Resource = aws_efs_file_system.pictures.arn
      Condition = {
        StringEquals = { "elasticfilesystem:AccessPointArn" = aws_efs_access_point.thumbnails.arn }
      }
    }]
  })
}

resource "aws_ecs_task_definition" "web" {
  family                   = "gallery-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = local.services.web.cpu
  memory                   = local.services.web.memory
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = templatefile("${path.module}/templates/container.json.tftpl", {
    name        = "web"
    image       = "${aws_ecr_repository.service["web"].repository_url}:${var.tag}"
    port        = local.services.web.port
    environment = local.services.web.environment
    secrets     = { SIGNING_KEY = aws_ssm_parameter.signing_key.arn }
    mounts      = []
    log_group   = aws_cloudwatch_log_group.service["web"].name
    region      = var.region
  })
}

resource "aws_ecs_task_definition" "thumbnails" {
  family                   = "gallery-thumbnails"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = local.services.thumbnails.cpu
  memory                   = local.services.thumbnails.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.thumbnails.arn
  container_definitions = templatefile("${path.module}/templates/container.json.tftpl", {
    name        = "thumbnails"
    image       = "${aws_ecr_repository.service["thumbnails"].repository_url}:${var.tag}"
    port        = local.services.thumbnails.port
    environment = local.services.thumbnails.environment
    secrets     = {}
    mounts      = [{ volume = "pictures", path = "/pictures" }]
    log_group   = aws_cloudwatch_log_group.service["thumbnails"].name
    region      = var.region
  })
  volume {
    name = "pictures"
    efs_volume_configuration {
      file_system_id     = aws_efs_file_system.pictures.id
      transit_encryption = "ENABLED"
      authorization_config {
        access_point_id = aws_efs_access_point.thumbnails.id
        iam             = "ENABLED"
      }
    }
  }
}

resource "aws_lb" "main" {
  name               = "gallery"
  load_balancer_type = "application"
  security_groups    = [aws_security_group.alb.id]
  subnets            = [for subnet in aws_subnet.public : subnet.id]
}

resource "aws_lb_target_group" "web" {
  name_prefix          = "web-"
  port                 = 8080
  protocol             = "HTTP"
  target_type          = "ip"
  vpc_id               = aws_vpc.main.id
  deregistration_delay = 30
  health_check {
    path                = "/healthz"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.main.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_ecs_service" "web" {
  name                              = "web"
  cluster                           = aws_ecs_cluster.main.id
  task_definition                   = aws_ecs_task_definition.web.arn
  desired_count                     = 2
  launch_type                       = "FARGATE"
  platform_version                  = "1.4.0"
  health_check_grace_period_seconds = 60
  network_configuration {
    subnets         = values(aws_subnet.private)[*].id
    security_groups = [aws_security_group.tasks.id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  lifecycle {
    ignore_changes = [desired_count]
  }
  depends_on = [aws_lb_listener.http, aws_iam_role_policy.parameters, aws_iam_role_policy_attachment.execution]
}

resource "aws_ecs_service" "thumbnails" {
  name             = "thumbnails"
  cluster          = aws_ecs_cluster.main.id
  task_definition  = aws_ecs_task_definition.thumbnails.arn
  desired_count    = 2
  launch_type      = "FARGATE"
  platform_version = "LATEST"
  network_configuration {
    subnets         = values(aws_subnet.private)[*].id
    security_groups = [aws_security_group.tasks.id]
  }
  service_registries {
    registry_arn = aws_service_discovery_service.thumbnails.arn
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  depends_on = [
    aws_efs_mount_target.pictures,
    aws_iam_role_policy.thumbnails,
    aws_iam_role_policy_attachment.execution,
    aws_route_table_association.private,
  ]
}

resource "aws_appautoscaling_target" "web" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${aws_ecs_service.web.name}"
  min_capacity       = 2
  max_capacity       = 8
}

resource "aws_appautoscaling_policy" "web" {
  name               = "cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.web.service_namespace
  scalable_dimension = aws_appautoscaling_target.web.scalable_dimension
  resource_id        = aws_appautoscaling_target.web.resource_id
  target_tracking_scaling_policy_configuration {
    target_value = 60
    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
