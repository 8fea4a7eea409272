resource "aws_security_group" "worker" {
  name_prefix = "shop-worker-"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_egress_rule" "worker_all" {
  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
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

data "aws_iam_policy_document" "secret" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.mysql.arn]
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

resource "aws_iam_role_policy" "secret" {
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.secret.json
}

resource "aws_cloudwatch_log_group" "worker" {
  name              = "/ecs/shop-worker"
  retention_in_days = 30
}

resource "aws_ecs_cluster" "shop" {
  name = "shop"
}

resource "aws_ecs_cluster_capacity_providers" "shop" {
  cluster_name       = aws_ecs_cluster.shop.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

resource "aws_ecs_task_definition" "worker" {
  family                   = "shop-worker"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "512"
  memory                   = "1024"
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = jsonencode([
    {
      name      = "migrate"
      image     = "public.ecr.aws/docker/library/php:8.4"
      essential = false
      command   = ["php", "migrate.php"]
      secrets   = [for key in ["host", "username", "password"] : { name = "DB_${upper(key)}", valueFrom = "${aws_secretsmanager_secret.mysql.arn}:${key}::" }]
    },
    {
      name      = "worker"
      image     = "public.ecr.aws/docker/library/php:8.4"
      essential = true
      dependsOn = [{ containerName = "migrate", condition = "SUCCESS" }]
      secrets   = [{ name = "DB_JSON", valueFrom = aws_secretsmanager_secret.mysql.arn }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.worker.name
          awslogs-region        = "ap-southeast-2"
          awslogs-stream-prefix = "worker"
        }
      }
    },
  ])
}

resource "aws_ecs_service" "worker" {
  name                               = "shop-worker"
  cluster                            = aws_ecs_cluster.shop.id
  task_definition                    = aws_ecs_task_definition.worker.arn
  desired_count                      = 2
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = 0
  }
  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = 1
  }
  network_configuration {
    subnets         = aws_subnet.private[*].id
    security_groups = [aws_security_group.worker.id]
  }
  depends_on = [
    aws_ecs_cluster_capacity_providers.shop,
    aws_iam_role_policy.secret,
    aws_iam_role_policy_attachment.execution,
    aws_route.private_nat,
    aws_route_table_association.private,
    aws_secretsmanager_secret_version.mysql,
  ]
}
