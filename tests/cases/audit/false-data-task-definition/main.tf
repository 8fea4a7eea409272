# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
# The data source reads a definition whose roles no one here can know.
data "aws_ecs_task_definition" "app" {
  task_definition = aws_ecs_task_definition.app.family
}
resource "aws_iam_role" "task" {
  name               = "task"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "exec" {
  role   = aws_iam_role.task.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"], Resource = "*" }] })
}
resource "aws_ecs_task_definition" "app" {
  family                   = "app"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  task_role_arn            = aws_iam_role.task.arn
  container_definitions    = jsonencode([{ name = "app", image = "nginx:1.27" }])
}
resource "aws_ecs_service" "app" {
  name                   = "app"
  cluster                = "c"
  task_definition        = data.aws_ecs_task_definition.app.arn
  launch_type            = "FARGATE"
  desired_count          = 1
  enable_execute_command = true
}
