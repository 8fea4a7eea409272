# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
resource "aws_lb_target_group" "web" {
  vpc_id      = "vpc-12345678"
  port        = 80
  protocol    = "HTTP"
  target_type = "ip"
}
resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  container_definitions    = jsonencode([{ name = "web", image = "nginx:1", portMappings = [{ containerPort = 80 }] }])
}
resource "aws_ecs_service" "web" {
  name                              = "web"
  cluster                           = "main"
  launch_type                       = "FARGATE"
  task_definition                   = aws_ecs_task_definition.web.arn
  health_check_grace_period_seconds = -1
  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 80
  }
}
