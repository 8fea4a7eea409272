data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

resource "aws_ecs_cluster" "this" {
  name = local.name
  setting {
    name  = "containerInsights"
    value = "enhanced"
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

resource "aws_cloudwatch_log_group" "this" {
  for_each          = toset(["api", "worker"])
  name              = "/${local.name}/${each.key}"
  retention_in_days = 90
}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${data.aws_partition.this.partition}:ecs:${local.region}:${data.aws_caller_identity.this.account_id}:*"]
    }
  }
}

data "aws_iam_policy_document" "start" {
  statement {
    sid       = "Secrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = aws_rds_cluster.this.master_user_secret[*].secret_arn
  }
  statement {
    sid       = "Parameters"
    actions   = ["ssm:GetParameters"]
    resources = ["arn:${data.aws_partition.this.partition}:ssm:${local.region}:${data.aws_caller_identity.this.account_id}:parameter/${local.name}/*"]
  }
}

data "aws_iam_policy_document" "work" {
  statement {
    actions   = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.work.arn]
  }
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_rds_cluster.this.master_user_secret[0].secret_arn]
  }
}

resource "aws_iam_role" "start" {
  name_prefix        = "${local.name}-start-"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy_attachment" "start" {
  role       = aws_iam_role.start.name
  policy_arn = "arn:${data.aws_partition.this.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role_policy" "start" {
  role   = aws_iam_role.start.id
  policy = data.aws_iam_policy_document.start.json
}

resource "aws_iam_role" "work" {
  name_prefix        = "${local.name}-work-"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_iam_role_policy" "work" {
  role   = aws_iam_role.work.id
  policy = data.aws_iam_policy_document.work.json
}

locals {
  database = [
    { name = "DB_HOST", value = aws_rds_cluster.this.endpoint },
    { name = "DB_SECRET_ARN", value = one(aws_rds_cluster.this.master_user_secret).secret_arn },
    { name = "QUEUE_URL", value = aws_sqs_queue.work.url },
  ]
  logs = {
    for part, group in aws_cloudwatch_log_group.this : part => {
      logDriver = "awslogs"
      options = {
        awslogs-group         = group.name
        awslogs-region        = local.region
        awslogs-stream-prefix = part
        mode                  = "non-blocking"
        max-buffer-size       = "4m"
      }
    }
  }
}

resource "aws_ecs_task_definition" "api" {
  family                   = "${local.name}-api"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 512
  memory                   = 1024
  execution_role_arn       = aws_iam_role.start.arn
  task_role_arn            = aws_iam_role.work.arn
  runtime_platform {
    cpu_architecture        = "ARM64"
    operating_system_family = "LINUX"
  }
  volume {
    name = "scratch"
  }
  container_definitions = jsonencode([
    {
      name                   = "prepare"
      image                  = "public.ecr.aws/docker/library/busybox:1.37.0"
      essential              = false
      command                = ["sh", "-c", "chown 1000 /scratch"]
      mountPoints            = [{ sourceVolume = "scratch", containerPath = "/scratch" }]
      readonlyRootFilesystem = true
      logConfiguration       = local.logs["api"]
    },
    {
      name                   = "api"
      image                  = "public.ecr.aws/parcel/api:2.4.1"
      essential              = true
      user                   = "1000"
      dependsOn              = [{ containerName = "prepare", condition = "SUCCESS" }]
      mountPoints            = [{ sourceVolume = "scratch", containerPath = "/scratch" }]
      portMappings           = [{ containerPort = 9000, protocol = "tcp" }]
      readonlyRootFilesystem = true
      stopTimeout            = 60
      environment            = local.database
      secrets                = [{ name = "SIGNING_KEY", valueFrom = aws_ssm_parameter.signing_key.arn }]
      logConfiguration       = local.logs["api"]
    },
  ])
}

resource "aws_ecs_task_definition" "worker" {
  family                   = "${local.name}-worker"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.start.arn
  task_role_arn            = aws_iam_role.work.arn
  runtime_platform {
    cpu_architecture        = "ARM64"
    operating_system_family = "LINUX"
  }
  container_definitions = jsonencode([{
    name                   = "worker"
    image                  = "public.ecr.aws/parcel/worker:2.4.1"
    readonlyRootFilesystem = true
    stopTimeout            = 120
    environment            = local.database
    logConfiguration       = local.logs["worker"]
  }])
}

resource "aws_acm_certificate" "this" {
  domain_name       = "api.parcel.example"
  validation_method = "DNS"
  lifecycle {
    create_before_destroy = true
  }
}

data "aws_route53_zone" "this" {
  name = "parcel.example"
}

resource "aws_route53_record" "proof" {
  for_each = {
    for option in aws_acm_certificate.this.domain_validation_options : option.domain_name => option
  }
  zone_id         = data.aws_route53_zone.this.zone_id
  name            = each.value.resource_record_name
  type            = each.value.resource_record_type
  records         = [each.value.resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "this" {
  certificate_arn         = aws_acm_certificate.this.arn
  validation_record_fqdns = [for record in aws_route53_record.proof : record.fqdn]
}

resource "aws_lb" "this" {
  name                       = local.name
  subnets                    = values(aws_subnet.edge)[*].id
  security_groups            = [aws_security_group.balancer.id]
  drop_invalid_header_fields = true
  depends_on                 = [aws_route.edge]
}

resource "aws_lb_target_group" "api" {
  name_prefix          = "api-"
  target_type          = "ip"
  port                 = 9000
  protocol             = "HTTP"
  vpc_id               = aws_vpc.this.id
  deregistration_delay = 45
  health_check {
    path    = "/healthz"
    matcher = "200"
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.this.certificate_arn
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "403"
    }
  }
}

resource "aws_lb_listener_rule" "from_cloudfront" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 10
  condition {
    http_header {
      http_header_name = "X-Origin"
      values           = ["parcel"]
    }
  }
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.api.arn
  }
}

resource "aws_ecs_service" "api" {
  name                              = "api"
  cluster                           = aws_ecs_cluster.this.id
  task_definition                   = aws_ecs_task_definition.api.arn_without_revision
  desired_count                     = 2
  health_check_grace_period_seconds = 120
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 2
    weight            = 1
  }
  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 3
  }
  network_configuration {
    subnets         = values(aws_subnet.work)[*].id
    security_groups = [aws_security_group.tasks.id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.api.arn
    container_name   = "api"
    container_port   = 9000
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  depends_on = [
    aws_ecs_cluster_capacity_providers.this,
    aws_iam_role_policy.start,
    aws_iam_role_policy.work,
    aws_iam_role_policy_attachment.start,
    aws_lb_listener_rule.from_cloudfront,
    aws_route.work,
    aws_route_table_association.work,
  ]
}

resource "aws_ecs_service" "worker" {
  name            = "worker"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.worker.arn
  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 1
  }
  network_configuration {
    subnets         = values(aws_subnet.work)[*].id
    security_groups = [aws_security_group.tasks.id]
  }
  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
  depends_on = [
    aws_ecs_cluster_capacity_providers.this,
    aws_iam_role_policy.start,
    aws_iam_role_policy.work,
    aws_iam_role_policy_attachment.start,
    aws_route.work,
    aws_route_table_association.work,
  ]
  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_appautoscaling_target" "worker" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = join("/", ["service", aws_ecs_cluster.this.name, aws_ecs_service.worker.name])
  min_capacity       = 0
  max_capacity       = 10
}

resource "aws_appautoscaling_policy" "worker" {
  for_each           = { out = 1, in = -1 }
  name               = "${local.name}-${each.key}"
  policy_type        = "StepScaling"
  service_namespace  = aws_appautoscaling_target.worker.service_namespace
  scalable_dimension = aws_appautoscaling_target.worker.scalable_dimension
  resource_id        = aws_appautoscaling_target.worker.resource_id
  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    cooldown                = 60
    metric_aggregation_type = "Maximum"
    dynamic "step_adjustment" {
      for_each = [each.value]
      content {
        metric_interval_lower_bound = step_adjustment.value > 0 ? 0 : null
        metric_interval_upper_bound = step_adjustment.value > 0 ? null : 0
        scaling_adjustment          = step_adjustment.value
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "queue" {
  for_each            = { out = ["GreaterThanOrEqualToThreshold", 1], in = ["LessThanThreshold", 1] }
  alarm_name          = "${local.name}-queue-${each.key}"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.work.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = each.key == "out" ? 1 : 10
  comparison_operator = each.value[0]
  threshold           = each.value[1]
  alarm_actions       = [aws_appautoscaling_policy.worker[each.key].arn]
}
