# --- weighted target groups, conditions of every kind, and users who sign in
locals {
  zones = ["eu-west-1a", "eu-west-1b"]
}

resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
  availability_zone = local.zones[count.index]
}

resource "aws_security_group" "test" {
  name   = "acc-test"
  vpc_id = aws_vpc.test.id
  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_lb" "test" {
  name                       = "acc-test"
  internal                   = true
  security_groups            = [aws_security_group.test.id]
  subnets                    = aws_subnet.test[*].id
  idle_timeout               = 30
  enable_deletion_protection = false
}

resource "aws_lb_target_group" "test" {
  count    = 2
  name     = "acc-test-${count.index}"
  port     = 8080
  protocol = "HTTP"
  vpc_id   = aws_vpc.test.id
}

resource "aws_iam_server_certificate" "test" {
  name             = "acc-test"
  certificate_body = file("certificate.pem")
  private_key      = file("key.pem")
}

resource "aws_lb_listener" "test" {
  load_balancer_arn = aws_lb.test.id
  protocol          = "HTTPS"
  port              = "443"
  ssl_policy        = "ELBSecurityPolicy-2016-08"
  certificate_arn   = aws_iam_server_certificate.test.arn
  default_action {
    type = "authenticate-oidc"
    authenticate_oidc {
      authorization_endpoint = "https://example.com/authorization_endpoint"
      client_id              = "s6BhdRkqt3"
      client_secret          = "7Fjfp0ZBr1KtDRbnfVdmIw"
      issuer                 = "https://example.com"
      token_endpoint         = "https://example.com/token_endpoint"
      user_info_endpoint     = "https://example.com/user_info_endpoint"
    }
  }
  default_action {
    type = "forward"
    forward {
      dynamic "target_group" {
        for_each = aws_lb_target_group.test
        content {
          arn    = target_group.value.arn
          weight = 1 - target_group.key
        }
      }
      stickiness {
        enabled  = true
        duration = 3600
      }
    }
  }
}

resource "aws_lb_listener_rule" "test" {
  listener_arn = aws_lb_listener.test.arn
  priority     = 100
  action {
    type = "redirect"
    redirect {
      host        = "www.#{host}"
      path        = "/#{path}"
      query       = "#{query}"
      port        = "#{port}"
      protocol    = "#{protocol}"
      status_code = "HTTP_301"
    }
  }
  condition {
    host_header {
      values = ["*.example.com"]
    }
  }
  condition {
    path_pattern {
      values = ["/public/*"]
    }
  }
  condition {
    http_header {
      http_header_name = "X-Forwarded-For"
      values           = ["192.168.1.*"]
    }
  }
  condition {
    http_header {
      http_header_name = "Zz9~|_^.-+*'&%$#!0aA"
      values           = ["RFC7230 Validity"]
    }
  }
  condition {
    source_ip {
      values = ["2001:db8::/32"]
    }
  }
}

resource "aws_lb_listener_rule" "query" {
  listener_arn = aws_lb_listener.test.arn
  priority     = 200
  action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "Fixed response content"
      status_code  = "200"
    }
  }
  condition {
    query_string {
      key   = "health"
      value = "check"
    }
    query_string {
      value = "surprise"
    }
  }
  condition {
    http_request_method {
      values = ["GET", "POST"]
    }
  }
}
