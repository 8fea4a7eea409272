# --- instance targets with application cookies
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_lb_target_group" "test" {
  name                 = "acc-cookie"
  port                 = 443
  protocol             = "HTTPS"
  vpc_id               = aws_vpc.test.id
  deregistration_delay = 200
  stickiness {
    type            = "app_cookie"
    cookie_name     = "session"
    cookie_duration = 10000
  }
  health_check {
    path                = "/health"
    interval            = 60
    port                = 8081
    protocol            = "HTTP"
    timeout             = 3
    healthy_threshold   = 3
    unhealthy_threshold = 3
    matcher             = "200-299"
  }
}

# --- network load balancer group whose stickiness is switched off
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_lb_target_group" "test" {
  name     = "acc-tcp"
  port     = 25
  protocol = "TCP"
  vpc_id   = aws_vpc.test.id
  stickiness {
    enabled = false
    type    = "lb_cookie"
  }
}

# --- network load balancer group with proxy protocol
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_lb_target_group" "test" {
  name                   = "acc-proxy"
  port                   = 80
  protocol               = "TCP_UDP"
  vpc_id                 = aws_vpc.test.id
  proxy_protocol_v2      = true
  preserve_client_ip     = true
  connection_termination = true
  health_check {
    interval            = 10
    port                = "traffic-port"
    protocol            = "TCP"
    healthy_threshold   = 3
    unhealthy_threshold = 3
  }
}

# --- function
resource "aws_lb_target_group" "test" {
  name                               = "acc-lambda"
  target_type                        = "lambda"
  lambda_multi_value_headers_enabled = true
}

# --- another load balancer as target
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_lb_target_group" "test" {
  name        = "acc-alb"
  target_type = "alb"
  port        = 80
  protocol    = "TCP"
  vpc_id      = aws_vpc.test.id
}

# --- gRPC
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_lb_target_group" "test" {
  name             = "acc-grpc"
  port             = 80
  protocol         = "HTTP"
  protocol_version = "GRPC"
  vpc_id           = aws_vpc.test.id
  health_check {
    path    = "/Test.Check/healthcheck"
    matcher = "0-99"
  }
}

# --- weighted random with anomaly mitigation, replaced before it is destroyed
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_lb_target_group" "test" {
  name_prefix                       = "acc-"
  port                              = 443
  protocol                          = "HTTPS"
  vpc_id                            = aws_vpc.test.id
  load_balancing_algorithm_type     = "weighted_random"
  load_balancing_anomaly_mitigation = "on"
  lifecycle {
    create_before_destroy = true
  }
}

# --- slow start with round robin, gateway load balancer
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_lb_target_group" "slow" {
  name       = "acc-slow"
  port       = 80
  protocol   = "HTTP"
  slow_start = 30
  vpc_id     = aws_vpc.test.id
}

resource "aws_lb_target_group" "gateway" {
  name     = "acc-gateway"
  port     = 6081
  protocol = "GENEVE"
  vpc_id   = aws_vpc.test.id
  stickiness {
    type = "source_ip_dest_ip_proto"
  }
  health_check {
    port     = 80
    protocol = "HTTP"
  }
}
