# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
# EC2, bridge network: the container listens at 2368, the host at 8080. ECS registers instance:8080. TestAccECSService_loadBalancerChanges.
resource "aws_ecs_task_definition" "ghost" {
  family                = "ghost"
  container_definitions = jsonencode([{ name = "ghost", image = "ghost:5.0", memory = 128, portMappings = [{ containerPort = 2368, hostPort = 8080 }] }])
}
resource "aws_lb" "main" {
  name     = "main"
  internal = true
  subnets  = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
}
resource "aws_lb_target_group" "ghost" {
  name     = "ghost"
  port     = 8080
  protocol = "HTTP"
  vpc_id   = "vpc-12345678"
}
resource "aws_lb_listener" "front_end" {
  load_balancer_arn = aws_lb.main.id
  port              = 80
  protocol          = "HTTP"
  default_action {
    target_group_arn = aws_lb_target_group.ghost.id
    type             = "forward"
  }
}
resource "aws_ecs_service" "ghost" {
  name            = "ghost"
  cluster         = "main"
  task_definition = aws_ecs_task_definition.ghost.arn
  desired_count   = 1
  load_balancer {
    target_group_arn = aws_lb_target_group.ghost.id
    container_name   = "ghost"
    container_port   = 2368
  }
}
