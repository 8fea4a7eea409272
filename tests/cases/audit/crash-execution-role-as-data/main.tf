# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
data "aws_iam_role" "exec" {
  name = "shared-ecs-execution-role"
}

resource "aws_ecs_task_definition" "app" {
  family                   = "app"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = data.aws_iam_role.exec.arn
  container_definitions = jsonencode([{
    name      = "app"
    image     = "nginx:1.27"
    essential = true
    logConfiguration = {
      logDriver = "awslogs"
      options = { awslogs-group = "/ecs/app", awslogs-region = "eu-west-1", awslogs-stream-prefix = "app" }
    }
  }])
}
