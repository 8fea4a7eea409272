# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
# The listener on 80 redirects by default, and answers one path itself: legal and common (ACME challenges, health pages).
resource "aws_vpc" "v" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_lb" "a" {
  name    = "a"
  subnets = ["subnet-11111111", "subnet-22222222"]
}
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.a.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.a.arn
  port              = 443
  protocol          = "HTTPS"
  certificate_arn   = "arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-0000-0000-000000000000"
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "200"
    }
  }
}
resource "aws_lb_listener_rule" "acme" {
  listener_arn = aws_lb_listener.http.arn
  priority     = 1
  action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "200"
      message_body = "ok"
    }
  }
  condition {
    path_pattern {
      values = ["/.well-known/*"]
    }
  }
}
