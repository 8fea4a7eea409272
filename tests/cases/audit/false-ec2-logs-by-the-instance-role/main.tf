# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
# On EC2 the awslogs driver uses the container instance's role; an execution role is not needed.
resource "aws_ecs_task_definition" "app" {
  family                   = "app"
  requires_compatibilities = ["EC2"]
  network_mode             = "awsvpc"
  container_definitions = jsonencode([{
    name   = "app"
    image  = "nginx:1.27"
    cpu    = 256
    memory = 512
    logConfiguration = {
      logDriver = "awslogs"
      options   = { awslogs-group = "/ecs/app", awslogs-region = "eu-west-1", awslogs-stream-prefix = "app" }
    }
  }])
}
