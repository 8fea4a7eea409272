# --- scaling by steps, by two metrics and by schedule
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}

resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  container_definitions = jsonencode([{ name = "test", image = "busybox:1", memory = 64, cpu = 10, command = ["sleep", "360"] }])
}

resource "aws_ecs_service" "test" {
  name                               = "acc-test"
  cluster                            = aws_ecs_cluster.test.id
  task_definition                    = aws_ecs_task_definition.test.arn
  desired_count                      = 2
  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 50
}

resource "aws_appautoscaling_target" "test" {
  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.test.name}/${aws_ecs_service.test.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 1
  max_capacity       = 4
}

resource "aws_appautoscaling_policy" "steps" {
  name               = "acc-steps"
  resource_id        = aws_appautoscaling_target.test.resource_id
  scalable_dimension = aws_appautoscaling_target.test.scalable_dimension
  service_namespace  = aws_appautoscaling_target.test.service_namespace
  step_scaling_policy_configuration {
    adjustment_type         = "ChangeInCapacity"
    cooldown                = 60
    metric_aggregation_type = "Average"
    step_adjustment {
      metric_interval_lower_bound = 0
      scaling_adjustment          = 1
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "test" {
  name               = "acc-test"
  service_namespace  = aws_appautoscaling_target.test.service_namespace
  resource_id        = aws_appautoscaling_target.test.resource_id
  scalable_dimension = aws_appautoscaling_target.test.scalable_dimension
  schedule           = "at(2030-12-31T23:59:59)"
  scalable_target_action {
    min_capacity = 1
    max_capacity = 10
  }
}

# --- scaling of DynamoDB
resource "aws_appautoscaling_target" "test" {
  service_namespace  = "dynamodb"
  resource_id        = "table/acc-test"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  min_capacity       = 1
  max_capacity       = 10
}

resource "aws_appautoscaling_policy" "test" {
  name               = "DynamoDBWriteCapacityUtilization:table/acc-test"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "dynamodb"
  resource_id        = "table/acc-test"
  scalable_dimension = "dynamodb:table:WriteCapacityUnits"
  target_tracking_scaling_policy_configuration {
    predefined_metric_specification {
      predefined_metric_type = "DynamoDBWriteCapacityUtilization"
    }
    target_value = 10
  }
  depends_on = [aws_appautoscaling_target.test]
}

# --- a repository with lifecycle and key
resource "aws_kms_key" "test" {
  enable_key_rotation = true
}

resource "aws_ecr_repository" "test" {
  name = "acc/test"
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.test.arn
  }
}

resource "aws_ecr_lifecycle_policy" "test" {
  repository = aws_ecr_repository.test.name
  policy     = <<EOF
{
  "rules": [
    {
      "rulePriority": 1,
      "description": "Expire images older than 14 days",
      "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14},
      "action": {"type": "expire"}
    },
    {
      "rulePriority": 2,
      "selection": {"tagStatus": "tagged", "tagPatternList": ["prod*"], "countType": "imageCountMoreThan", "countNumber": 30},
      "action": {"type": "expire"}
    }
  ]
}
EOF
}

# --- Fargate with EFS, an access point and an init container
resource "aws_ecs_task_definition" "test" {
  family                   = "acc-efs"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  pid_mode                 = "task"
  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }
  ephemeral_storage {
    size_in_gib = 30
  }
  volume {
    name = "data"
    efs_volume_configuration {
      file_system_id          = "fs-0123456789abcdef0"
      root_directory          = "/"
      transit_encryption      = "ENABLED"
      transit_encryption_port = 2999
      authorization_config {
        access_point_id = "fsap-0123456789abcdef0"
        iam             = "ENABLED"
      }
    }
  }
  container_definitions = jsonencode([
    { name = "init", image = "busybox:1", essential = false },
    {
      name             = "sleep"
      image            = "busybox:1"
      command          = ["sleep", "10"]
      startTimeout     = 120
      stopTimeout      = 120
      ulimits          = [{ name = "nofile", softLimit = 1024, hardLimit = 4096 }]
      linuxParameters  = { initProcessEnabled = true, capabilities = { add = ["SYS_PTRACE"], drop = ["ALL"] } }
      mountPoints      = [{ sourceVolume = "data", containerPath = "/data" }]
      dependsOn        = [{ containerName = "init", condition = "SUCCESS" }]
      logConfiguration = { logDriver = "splunk", options = { "splunk-url" = "https://example.com", "splunk-token" = "x" } }
    },
  ])
}
