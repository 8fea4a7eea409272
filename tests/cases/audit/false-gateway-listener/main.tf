# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
resource "aws_lb" "inspect" {
  name               = "inspect"
  load_balancer_type = "gateway"
  subnets            = ["subnet-0123456789abcdef0"]
}
resource "aws_lb_target_group" "inspect" {
  name     = "inspect"
  port     = 6081
  protocol = "GENEVE"
  vpc_id   = "vpc-12345678"
  health_check {
    port     = 80
    protocol = "HTTP"
    path     = "/health"
    matcher  = "200"
  }
}
resource "aws_lb_listener" "inspect" {
  load_balancer_arn = aws_lb.inspect.id
  default_action {
    target_group_arn = aws_lb_target_group.inspect.id
    type             = "forward"
  }
}
