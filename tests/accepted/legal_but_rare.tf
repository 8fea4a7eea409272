# --- vpc without dns
resource "aws_vpc" "test" {
  cidr_block         = "10.2.0.0/16"
  enable_dns_support = false
}

# --- gateway endpoint basic
data "aws_region" "current" {}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc_endpoint" "test" {
  vpc_id       = aws_vpc.test.id
  service_name = "com.amazonaws.${data.aws_region.current.region}.s3"
}

# --- interface endpoint basic
data "aws_region" "current" {}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc_endpoint" "test" {
  vpc_id            = aws_vpc.test.id
  service_name      = "com.amazonaws.${data.aws_region.current.region}.ec2"
  vpc_endpoint_type = "Interface"
}

# --- resource endpoint lattice
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc_endpoint" "test" {
  vpc_id                     = aws_vpc.test.id
  resource_configuration_arn = "arn:aws:vpc-lattice:us-west-2:123456789012:resourceconfiguration/rcfg-0123456789abcdef0"
  vpc_endpoint_type          = "Resource"
}

# --- gateway load balancer endpoint
data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "acc-test" }
}
resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
data "aws_caller_identity" "current" {}
resource "aws_lb" "test" {
  load_balancer_type = "gateway"
  name               = "acc-test"
  subnet_mapping {
    subnet_id = aws_subnet.test[0].id
  }
}
resource "aws_vpc_endpoint_service" "test" {
  acceptance_required        = false
  allowed_principals         = [data.aws_caller_identity.current.arn]
  gateway_load_balancer_arns = [aws_lb.test.arn]
}
resource "aws_vpc_endpoint" "test" {
  service_name      = aws_vpc_endpoint_service.test.service_name
  subnet_ids        = [aws_subnet.test[0].id]
  vpc_endpoint_type = aws_vpc_endpoint_service.test.service_type
  vpc_id            = aws_vpc.test.id
}

# --- kms key public
resource "aws_kms_key" "test" {
  description             = "acc-test"
  deletion_window_in_days = 7
  policy = <<POLICY
{
    "Version": "2012-10-17",
    "Id": "kms-tf-1",
    "Statement": [
      {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {
          "AWS": "*"
        },
        "Action": "kms:*",
        "Resource": "*"
      }
    ]
}
POLICY
}
resource "aws_cloudwatch_log_group" "test" {
  name       = "acc-test"
  kms_key_id = aws_kms_key.test.arn
}

# --- ecr policy public
resource "aws_ecr_repository" "test" {
  name = "acc-test"
}
resource "aws_ecr_repository_policy" "test" {
  repository = aws_ecr_repository.test.name
  policy = jsonencode({
    Version = "2008-10-17"
    Statement = [{
      Sid       = "acc-test"
      Effect    = "Allow"
      Principal = "*"
      Action    = "ecr:ListImages"
    }]
  })
}

# --- secret policy public
resource "aws_secretsmanager_secret" "test" {
  name   = "acc-test"
  policy = <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "EnableAllPermissions",
      "Effect": "Allow",
      "Principal": {
        "AWS": "*"
      },
      "Action": "secretsmanager:GetSecretValue",
      "Resource": "*"
    }
  ]
}
POLICY
}

# --- sns topic policy
resource "aws_sns_topic" "test" {
  name = "acc-test"
}
resource "aws_sns_topic_policy" "test" {
  arn    = aws_sns_topic.test.arn
  policy = <<POLICY
{
  "Version": "2012-10-17",
  "Id": "default",
  "Statement": [
    {
      "Sid": "default",
      "Effect": "Allow",
      "Principal": {"AWS": "*"},
      "Action": ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission", "SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish"],
      "Resource": "${aws_sns_topic.test.arn}"
    }
  ]
}
POLICY
}

# --- lambda target group with disabled checks
resource "aws_lb_target_group" "test" {
  name        = "acc-test"
  target_type = "lambda"
  health_check {
    path     = "/"
    interval = 60
    enabled  = false
  }
}

# --- listener both forward and target_group_arn
data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "acc-test" }
}
resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
resource "aws_security_group" "test" {
  name   = "acc-test"
  vpc_id = aws_vpc.test.id
  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
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
  name     = "acc-test"
  port     = 8080
  protocol = "HTTP"
  vpc_id   = aws_vpc.test.id
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
resource "aws_lb_listener" "test" {
  load_balancer_arn = aws_lb.test.id
  protocol          = "HTTP"
  port              = "80"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.test.arn
    forward {
      target_group {
        arn = aws_lb_target_group.test.arn
      }
    }
  }
}

# --- max allocated equals allocated
resource "aws_db_instance" "test" {
  allocated_storage     = 5
  engine                = "mysql"
  identifier            = "acc-test"
  instance_class        = "db.t3.micro"
  max_allocated_storage = 5
  password              = "avoid-plaintext-passwords"
  username              = "tfacctest"
  skip_final_snapshot   = true
}

# --- monitoring role without interval
resource "aws_iam_role" "test" {
  name               = "acc-test"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Action = "sts:AssumeRole", Effect = "Allow", Principal = { Service = "monitoring.rds.amazonaws.com" } }] })
}
resource "aws_db_instance" "test" {
  allocated_storage   = 5
  engine              = "mysql"
  identifier          = "acc-test"
  instance_class      = "db.t3.micro"
  monitoring_interval = 0
  monitoring_role_arn = aws_iam_role.test.arn
  password            = "avoid-plaintext-passwords"
  username            = "tfacctest"
  skip_final_snapshot = true
}

# --- cascading replica
resource "aws_db_instance" "source" {
  allocated_storage       = 5
  backup_retention_period = 1
  engine                  = "mysql"
  identifier              = "acc-test-source"
  instance_class          = "db.t3.micro"
  password                = "avoid-plaintext-passwords"
  username                = "tfacctest"
  skip_final_snapshot     = true
}
resource "aws_db_instance" "one" {
  identifier              = "acc-test-one"
  instance_class          = "db.t3.micro"
  backup_retention_period = 1
  replicate_source_db     = aws_db_instance.source.identifier
  skip_final_snapshot     = true
}
resource "aws_db_instance" "two" {
  identifier          = "acc-test-two"
  instance_class      = "db.t3.micro"
  replicate_source_db = aws_db_instance.one.identifier
  skip_final_snapshot = true
}

# --- public database in default vpc
resource "aws_db_instance" "test" {
  allocated_storage   = 5
  engine              = "mysql"
  identifier          = "acc-test"
  instance_class      = "db.t3.micro"
  password            = "avoid-plaintext-passwords"
  username            = "tfacctest"
  publicly_accessible = true
  skip_final_snapshot = true
}

# --- cname alias
resource "aws_route53_zone" "test" {
  name = "domain.test"
}
resource "aws_route53_record" "origin" {
  zone_id = aws_route53_zone.test.zone_id
  name    = "origin"
  type    = "CNAME"
  ttl     = 5
  records = ["mytarget.domain.test"]
}
resource "aws_route53_record" "alias" {
  zone_id = aws_route53_zone.test.zone_id
  name    = "alias"
  type    = "CNAME"
  alias {
    zone_id                = aws_route53_zone.test.zone_id
    name                   = aws_route53_record.origin.fqdn
    evaluate_target_health = true
  }
}

# --- nlb access logs with delivery service
data "aws_availability_zones" "available" {
  state = "available"
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "test" {
  count             = 1
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
resource "aws_s3_bucket" "test" {
  bucket = "acc-test-logs"
}
data "aws_caller_identity" "current" {}
resource "aws_s3_bucket_policy" "test" {
  bucket = aws_s3_bucket.test.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "delivery.logs.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.test.arn}/*"
      Condition = { StringEquals = { "s3:x-amz-acl" = "bucket-owner-full-control" } }
      }, {
      Effect    = "Allow"
      Principal = { Service = "delivery.logs.amazonaws.com" }
      Action    = "s3:GetBucketAcl"
      Resource  = aws_s3_bucket.test.arn
    }]
  })
}
resource "aws_lb" "test" {
  name               = "acc-test"
  internal           = true
  load_balancer_type = "network"
  subnets            = aws_subnet.test[*].id
  access_logs {
    bucket  = aws_s3_bucket_policy.test.bucket
    enabled = true
  }
}

# --- lifecycle empty expiration
resource "aws_s3_bucket" "test" {
  bucket = "acc-test"
}
resource "aws_s3_bucket_lifecycle_configuration" "test" {
  bucket = aws_s3_bucket.test.bucket
  rule {
    id     = "acc-test"
    status = "Enabled"
    expiration {}
  }
}

# --- null env var
resource "aws_ecs_task_definition" "test" {
  family = "acc-test"
  container_definitions = jsonencode([{
    name      = "first"
    image     = "service-first"
    cpu       = 10
    memory    = 512
    essential = true
    environment = [
      { name = "TEST1", value = "test1" },
      { name = "TEST2", value = null },
      null,
    ]
    portMappings = null
    command      = null
  }])
}

# --- ec2 task with awslogs and no role
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}
resource "aws_ecs_task_definition" "test" {
  family = "acc-test"
  container_definitions = jsonencode([{
    name             = "first"
    image            = "123456789012.dkr.ecr.us-west-2.amazonaws.com/app:1"
    cpu              = 10
    memory           = 512
    essential        = true
    logConfiguration = { logDriver = "awslogs", options = { awslogs-group = "x", awslogs-region = "us-west-2" } }
  }])
}
resource "aws_ecs_service" "test" {
  name            = "acc-test"
  cluster         = aws_ecs_cluster.test.id
  task_definition = aws_ecs_task_definition.test.arn
  desired_count   = 1
}

# --- s3express gateway
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_route_table" "test" {
  vpc_id = aws_vpc.test.id
}
resource "aws_vpc_endpoint" "test" {
  vpc_id          = aws_vpc.test.id
  service_name    = "com.amazonaws.us-west-2.s3express"
  route_table_ids = [aws_route_table.test.id]
}

# --- outpost subnet group
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "test" {
  vpc_id            = aws_vpc.test.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "us-west-2a"
  outpost_arn       = "arn:aws:outposts:us-west-2:123456789012:outpost/op-0123456789abcdef0"
}
resource "aws_db_subnet_group" "test" {
  name       = "acc-test"
  subnet_ids = [aws_subnet.test.id]
}

# --- acl icmp and all
resource "aws_vpc" "test" {
  cidr_block = "10.3.0.0/16"
}
resource "aws_network_acl" "test" {
  vpc_id = aws_vpc.test.id
  ingress {
    protocol   = "icmp"
    rule_no    = 100
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 8
    to_port    = 0
    icmp_type  = 8
    icmp_code  = -1
  }
  ingress {
    protocol        = -1
    rule_no         = 101
    action          = "allow"
    ipv6_cidr_block = "::/0"
    from_port       = 0
    to_port         = 0
  }
}

# --- io1 restored
resource "aws_db_instance" "source" {
  allocated_storage       = 100
  backup_retention_period = 1
  engine                  = "mysql"
  identifier              = "acc-test-source"
  instance_class          = "db.t3.micro"
  password                = "avoid-plaintext-passwords"
  username                = "tfacctest"
  skip_final_snapshot     = true
}
resource "aws_db_instance" "test" {
  identifier     = "acc-test-restored"
  instance_class = "db.t3.micro"
  storage_type   = "io1"
  restore_to_point_in_time {
    source_db_instance_identifier = aws_db_instance.source.identifier
    use_latest_restorable_time    = true
  }
  skip_final_snapshot = true
}

# --- stickiness by source but off
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_lb_target_group" "test" {
  name     = "acc-test"
  port     = 80
  protocol = "HTTP"
  vpc_id   = aws_vpc.test.id
  stickiness {
    type    = "source_ip"
    enabled = false
  }
}

# --- http on 443
data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "acc-test" }
}
resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
resource "aws_security_group" "test" {
  name   = "acc-test"
  vpc_id = aws_vpc.test.id
  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
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
  name     = "acc-test"
  port     = 8080
  protocol = "HTTP"
  vpc_id   = aws_vpc.test.id
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
resource "aws_lb_listener" "test" {
  load_balancer_arn = aws_lb.test.id
  protocol          = "HTTP"
  port              = "443"
  default_action {
    target_group_arn = aws_lb_target_group.test.id
    type             = "forward"
  }
}

# --- rule on redirecting listener
data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "acc-test" }
}
resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
resource "aws_security_group" "test" {
  name   = "acc-test"
  vpc_id = aws_vpc.test.id
  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
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
  name     = "acc-test"
  port     = 8080
  protocol = "HTTP"
  vpc_id   = aws_vpc.test.id
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
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.test.id
  protocol          = "HTTPS"
  port              = "443"
  certificate_arn   = "arn:aws:acm:us-west-2:123456789012:certificate/12345678-1234-1234-1234-123456789012"
  default_action {
    target_group_arn = aws_lb_target_group.test.id
    type             = "forward"
  }
}
resource "aws_lb_listener" "test" {
  load_balancer_arn = aws_lb.test.id
  protocol          = "HTTP"
  port              = "80"
  default_action {
    type = "redirect"
    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
resource "aws_lb_listener_rule" "acme" {
  listener_arn = aws_lb_listener.test.arn
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.test.arn
  }
  condition {
    path_pattern {
      values = ["/.well-known/acme-challenge/*"]
    }
  }
}

# --- ecs tg port differs
data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "acc-test" }
}
resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}
resource "aws_security_group" "test" {
  name   = "acc-test"
  vpc_id = aws_vpc.test.id
  ingress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
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
  name        = "acc-test"
  port        = 9000
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.test.id
}
resource "aws_lb_listener" "test" {
  load_balancer_arn = aws_lb.test.id
  protocol          = "HTTP"
  port              = "80"
  default_action {
    target_group_arn = aws_lb_target_group.test.id
    type             = "forward"
  }
}
resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  network_mode          = "awsvpc"
  container_definitions = jsonencode([{ name = "web", image = "nginx", memory = 128, portMappings = [{ containerPort = 80 }] }])
}
resource "aws_ecs_service" "test" {
  name            = "acc-test"
  cluster         = aws_ecs_cluster.test.id
  task_definition = aws_ecs_task_definition.test.arn
  desired_count   = 1
  network_configuration {
    subnets         = aws_subnet.test[*].id
    security_groups = [aws_security_group.test.id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.test.arn
    container_name   = "web"
    container_port   = 80
  }
  depends_on = [aws_lb_listener.test]
}

# --- postgres 9.6
resource "aws_db_parameter_group" "test" {
  name   = "acc-test"
  family = "postgres9.6"
}
resource "aws_db_instance" "test" {
  allocated_storage    = 10
  engine               = "postgres"
  engine_version       = "9.6.24"
  identifier           = "acc-test"
  instance_class       = "db.t3.micro"
  parameter_group_name = aws_db_parameter_group.test.name
  password             = "avoid-plaintext-passwords"
  username             = "tfacctest"
  skip_final_snapshot  = true
}

# --- volume at launch with open role
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}
resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  container_definitions = <<T
[
  {
    "cpu": 128,
    "essential": true,
    "image": "mongo:latest",
    "memory": 128,
    "name": "mongodb",
    "mountPoints": [
      {"sourceVolume": "vol1", "containerPath": "/vol1"}
    ]
  }
]
T
  volume {
    name                = "vol1"
    configure_at_launch = true
  }
}
resource "aws_iam_role" "ecs_service" {
  name               = "acc-test"
  assume_role_policy = <<EOF
{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Action": "sts:AssumeRole",
            "Principal": {"AWS": "*"},
            "Effect": "Allow",
            "Sid": ""
        }
    ]
}
EOF
}
resource "aws_ecs_service" "test" {
  name            = "acc-test"
  cluster         = aws_ecs_cluster.test.id
  task_definition = aws_ecs_task_definition.test.arn
  desired_count   = 1
  volume_configuration {
    name = "vol1"
    managed_ebs_volume {
      role_arn   = aws_iam_role.ecs_service.arn
      size_in_gb = "8"
    }
  }
}

# --- grace period and iam role
data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "acc-test" }
}
resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}
resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  container_definitions = <<T
[{"cpu": 256, "essential": true, "image": "ghost:latest", "memory": 512, "name": "ghost", "portMappings": [{"containerPort": 2368, "hostPort": 8080}]}]
T
}
resource "aws_iam_role" "ecs_service" {
  name               = "acc-test"
  assume_role_policy = <<EOF
{"Version": "2008-10-17", "Statement": [{"Sid": "", "Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
EOF
}
resource "aws_lb_target_group" "test" {
  name     = aws_lb.test.name
  port     = 80
  protocol = "HTTP"
  vpc_id   = aws_vpc.test.id
}
resource "aws_lb" "test" {
  name     = "acc-test"
  internal = true
  subnets  = aws_subnet.test[*].id
}
resource "aws_lb_listener" "front_end" {
  load_balancer_arn = aws_lb.test.id
  port              = "80"
  protocol          = "HTTP"
  default_action {
    target_group_arn = aws_lb_target_group.test.id
    type             = "forward"
  }
}
resource "aws_ecs_service" "test" {
  name                              = "acc-test"
  cluster                           = aws_ecs_cluster.test.id
  task_definition                   = aws_ecs_task_definition.test.arn
  desired_count                     = 1
  health_check_grace_period_seconds = 7200
  iam_role                          = aws_iam_role.ecs_service.name
  load_balancer {
    target_group_arn = aws_lb_target_group.test.id
    container_name   = "ghost"
    container_port   = "2368"
  }
}

# --- classic balancer
data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "acc-test" }
}
resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}
resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  container_definitions = <<T
[{"cpu": 256, "essential": true, "image": "ghost:latest", "memory": 512, "name": "ghost", "portMappings": [{"containerPort": 2368, "hostPort": 8080}]}]
T
}
resource "aws_elb" "test" {
  internal = true
  subnets  = aws_subnet.test[*].id
  listener {
    instance_port     = 8080
    instance_protocol = "http"
    lb_port           = 80
    lb_protocol       = "http"
  }
}
resource "aws_ecs_service" "test" {
  name            = "acc-test"
  cluster         = aws_ecs_cluster.test.id
  task_definition = aws_ecs_task_definition.test.arn
  desired_count   = 1
  load_balancer {
    elb_name       = aws_elb.test.id
    container_name = "ghost"
    container_port = "2368"
  }
}

# --- registries with a port of their own
data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "acc-test" }
}
resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}
resource "aws_security_group" "test" {
  name   = "acc-test"
  vpc_id = aws_vpc.test.id
  ingress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = [aws_vpc.test.cidr_block]
  }
}
resource "aws_service_discovery_private_dns_namespace" "test" {
  name        = "acc-test.terraform.local"
  description = "test"
  vpc         = aws_vpc.test.id
}
resource "aws_service_discovery_service" "test" {
  name = "acc-test"
  dns_config {
    namespace_id = aws_service_discovery_private_dns_namespace.test.id
    dns_records {
      ttl  = 5
      type = "SRV"
    }
  }
}
resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  network_mode          = "awsvpc"
  container_definitions = <<T
[{"cpu": 128, "essential": true, "image": "mongo:latest", "memory": 128, "name": "mongodb"}]
T
}
resource "aws_ecs_service" "test" {
  name            = "acc-test"
  cluster         = aws_ecs_cluster.test.id
  task_definition = aws_ecs_task_definition.test.arn
  desired_count   = 1
  service_registries {
    port         = 34567
    registry_arn = aws_service_discovery_service.test.arn
  }
  network_configuration {
    security_groups = [aws_security_group.test.id]
    subnets         = aws_subnet.test[*].id
  }
}

# --- CodeDeploy with capacity provider FARGATE not in cluster
data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "acc-test" }
}
resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}
resource "aws_internet_gateway" "test" {
  vpc_id = aws_vpc.test.id
}
resource "aws_route_table" "test" {
  vpc_id = aws_vpc.test.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.test.id
  }
}
resource "aws_security_group" "test" {
  name   = "acc-test"
  vpc_id = aws_vpc.test.id
  ingress {
    protocol    = "6"
    from_port   = 80
    to_port     = 8000
    cidr_blocks = [aws_vpc.test.cidr_block]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_route_table_association" "test" {
  count          = 2
  subnet_id      = element(aws_subnet.test[*].id, count.index)
  route_table_id = aws_route_table.test.id
}
resource "aws_lb" "test" {
  internal = true
  name     = "acc-test"
  subnets  = aws_subnet.test[*].id
}
resource "aws_lb_listener" "test" {
  load_balancer_arn = aws_lb.test.id
  port              = "80"
  protocol          = "HTTP"
  default_action {
    target_group_arn = aws_lb_target_group.test.id
    type             = "forward"
  }
}
resource "aws_lb_target_group" "test" {
  target_type = "ip"
  name        = aws_lb.test.name
  port        = 80
  protocol    = "HTTP"
  vpc_id      = aws_vpc.test.id
}
resource "aws_ecs_task_definition" "test" {
  family                   = "acc-test"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "512"
  container_definitions    = <<T
[{"essential": true, "image": "nginx:latest", "name": "test", "portMappings": [{"containerPort": 80, "protocol": "tcp"}]}]
T
}
resource "aws_ecs_service" "test" {
  cluster                           = aws_ecs_cluster.test.id
  desired_count                     = 1
  name                              = "acc-test"
  task_definition                   = aws_ecs_task_definition.test.arn
  health_check_grace_period_seconds = 0
  deployment_controller {
    type = "CODE_DEPLOY"
  }
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = 1
  }
  load_balancer {
    container_name   = "test"
    container_port   = "80"
    target_group_arn = aws_lb_target_group.test.id
  }
  network_configuration {
    subnets          = aws_subnet.test[*].id
    security_groups  = [aws_security_group.test.id]
    assign_public_ip = true
  }
}

# --- exec with inline policy
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}
resource "aws_iam_role" "test" {
  name               = "acc-test"
  assume_role_policy = <<EOF
{"Version": "2012-10-17", "Statement": [{"Sid": "", "Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
EOF
  inline_policy {
    name   = "exec_policy"
    policy = <<EOF
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"], "Resource": "*"}]}
EOF
  }
}
resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  task_role_arn         = aws_iam_role.test.arn
  container_definitions = <<T
[{"cpu": 128, "essential": true, "image": "mongo:latest", "memory": 128, "name": "mongodb"}]
T
}
resource "aws_ecs_service" "test" {
  cluster                = aws_ecs_cluster.test.id
  desired_count          = 0
  name                   = "acc-test"
  task_definition        = aws_ecs_task_definition.test.arn
  enable_execute_command = true
}

# --- service connect basic
resource "aws_service_discovery_http_namespace" "test" {
  name = "acc-test"
}
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
  service_connect_defaults {
    namespace = aws_service_discovery_http_namespace.test.arn
  }
}
resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  network_mode          = "bridge"
  container_definitions = <<T
[{"cpu": 128, "essential": true, "image": "mongo:latest", "memory": 128, "name": "mongodb", "portMappings": [{"hostPort": 0, "protocol": "tcp", "containerPort": 27017}]}]
T
}
resource "aws_ecs_service" "test" {
  name            = "acc-test"
  cluster         = aws_ecs_cluster.test.id
  task_definition = aws_ecs_task_definition.test.arn
  desired_count   = 1
  service_connect_configuration {
    enabled = true
  }
}

# --- lattice
data "aws_region" "current" {}
data "aws_partition" "current" {}
data "aws_caller_identity" "current" {}
resource "aws_vpc" "test" {
  cidr_block                       = "10.10.0.0/16"
  assign_generated_ipv6_cidr_block = true
}
resource "aws_subnet" "test" {
  cidr_block                      = "10.10.0.0/16"
  ipv6_cidr_block                 = aws_vpc.test.ipv6_cidr_block
  vpc_id                          = aws_vpc.test.id
  assign_ipv6_address_on_creation = true
  map_public_ip_on_launch         = true
}
resource "aws_internet_gateway" "test" {
  vpc_id = aws_vpc.test.id
}
resource "aws_route_table" "test" {
  vpc_id = aws_vpc.test.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.test.id
  }
  route {
    ipv6_cidr_block = "::/0"
    gateway_id      = aws_internet_gateway.test.id
  }
}
resource "aws_route_table_association" "test" {
  subnet_id      = aws_subnet.test.id
  route_table_id = aws_route_table.test.id
}
data "aws_ec2_managed_prefix_list" "test" {
  filter {
    name   = "prefix-list-name"
    values = ["com.amazonaws.${data.aws_region.current.name}.vpc-lattice"]
  }
}
resource "aws_security_group" "test" {
  name   = "acc-test"
  vpc_id = aws_vpc.test.id
  ingress {
    from_port        = 80
    to_port          = 80
    protocol         = "tcp"
    cidr_blocks      = ["10.0.0.0/16"]
    ipv6_cidr_blocks = [aws_vpc.test.ipv6_cidr_block]
  }
  ingress {
    prefix_list_ids = [data.aws_ec2_managed_prefix_list.test.id]
    from_port       = 0
    to_port         = 0
    protocol        = -1
  }
  egress {
    from_port        = 0
    to_port          = 0
    protocol         = "-1"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
}
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}
resource "aws_iam_role" "task" {
  name               = "acc-test"
  assume_role_policy = <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"Service": ["ecs-tasks.amazonaws.com"]},
      "Action": "sts:AssumeRole",
      "Condition": {
        "ArnLike": {
          "aws:SourceArn": "arn:${data.aws_partition.current.partition}:ecs:*:${data.aws_caller_identity.current.account_id}:*"
        },
        "StringEquals": {
          "aws:SourceAccount": "${data.aws_caller_identity.current.account_id}"
        }
      }
    }
  ]
}
POLICY
}
resource "aws_iam_role_policy" "task" {
  name   = "acc-test"
  role   = aws_iam_role.task.name
  policy = <<POLICY
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:GetObject"],
      "Resource": "*",
      "Condition": {
        "ArnLike": {
          "aws:SourceArn": "arn:${data.aws_partition.current.partition}:ecs:*:${data.aws_caller_identity.current.account_id}:*"
        },
        "StringEquals": {
          "aws:SourceAccount": "${data.aws_caller_identity.current.account_id}"
        }
      }
    }
  ]
}
POLICY
}
resource "aws_iam_role" "execution" {
  name               = "acc-test-execution"
  assume_role_policy = aws_iam_role.task.assume_role_policy
}
resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}
resource "aws_vpclattice_target_group" "test" {
  name = "acc-test"
  type = "IP"
  config {
    port             = 80
    protocol         = "HTTP"
    protocol_version = "HTTP1"
    vpc_identifier   = aws_vpc.test.id
  }
}
resource "aws_ecs_task_definition" "test" {
  family                   = "acc-test"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "256"
  memory                   = "512"
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions    = <<DEFINITION
[
  {
    "essential": true,
    "image": "nginx:latest",
    "name": "acc-test-container",
    "portMappings": [
      {
        "containerPort": 80,
        "name": "testvpclattice"
      }
    ]
  }
]
DEFINITION
}
resource "aws_ecs_service" "test" {
  name                   = "acc-test"
  cluster                = aws_ecs_cluster.test.name
  task_definition        = aws_ecs_task_definition.test.arn
  desired_count          = 1
  launch_type            = "FARGATE"
  network_configuration {
    subnets          = [aws_subnet.test.id]
    security_groups  = [aws_security_group.test.id]
    assign_public_ip = true
  }
  vpc_lattice_configurations {
    role_arn         = "arn:aws:iam::123456789012:role/x"
    target_group_arn = aws_vpclattice_target_group.test.arn
    port_name        = "testvpclattice"
  }
}

# --- external with task set
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}
resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  container_definitions = <<DEFINITION
[
  {
    "cpu": 128,
    "essential": true,
    "image": "mongo:latest",
    "memory": 128,
    "name": "mongodb"
  }
]
DEFINITION
}
resource "aws_ecs_service" "test" {
  name          = "acc-test"
  cluster       = aws_ecs_cluster.test.id
  desired_count = 1
  deployment_controller {
    type = "EXTERNAL"
  }
}
resource "aws_ecs_task_set" "test" {
  service         = aws_ecs_service.test.id
  cluster         = aws_ecs_cluster.test.id
  task_definition = aws_ecs_task_definition.test.arn
  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.test.name
    weight            = 1
    base              = 0
  }
}
resource "aws_ecs_capacity_provider" "test" {
  name = "acc-test"
  auto_scaling_group_provider {
    auto_scaling_group_arn = "arn:aws:autoscaling:us-west-2:123456789012:autoScalingGroup:x:autoScalingGroupName/y"
  }
}

# --- default cluster and percent 0 100
resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  container_definitions = <<DEFINITION
[
  {
    "cpu": 128,
    "essential": true,
    "image": "mongo:latest",
    "memory": 128,
    "name": "mongodb"
  }
]
DEFINITION
}
resource "aws_ecs_service" "test" {
  name                               = "acc-test"
  task_definition                    = aws_ecs_task_definition.test.arn
  desired_count                      = 1
  deployment_maximum_percent         = 100
  deployment_minimum_healthy_percent = 0
  force_new_deployment               = true
  triggers = {
    update = timestamp()
  }
  ordered_placement_strategy {
    field = "host"
    type  = "spread"
  }
  placement_constraints {
    type = "distinctInstance"
  }
}

# --- task def oddities
resource "aws_ecs_task_definition" "fluent" {
  family                   = "acc-fluent"
  requires_compatibilities = ["EC2"]
  network_mode             = "host"
  container_definitions    = jsonencode([{ name = "first", image = "service-first", cpu = 10, memory = 512, essential = true, portMappings = [{ containerPort = 80, hostPort = 80 }], ulimits = [{ name = "core", hardLimit = 0, softLimit = 0 }, { name = "nofile", softLimit = -1, hardLimit = -1 }] }])
}
resource "aws_ecs_task_definition" "docker" {
  family                = "acc-docker"
  container_definitions = <<T
[{"name": "sleep", "image": "busybox", "cpu": 10, "command": ["sleep","360"], "memory": 10, "essential": true}]
T
  volume {
    name = "database_scratch"
    docker_volume_configuration {
      autoprovision = true
      scope         = "shared"
      driver        = "local"
      driver_opts = {
        type   = "nfs"
        device = "$${efs}:/"
      }
    }
  }
}
resource "aws_ecs_task_definition" "none" {
  family                = "acc-none"
  network_mode          = "none"
  ipc_mode              = "task"
  pid_mode              = "task"
  container_definitions = <<T
[{"name": "sleep", "image": "busybox", "cpu": 10, "command": ["sleep","360"], "memory": 10, "essential": true}]
T
  volume {
    name      = "jenkins-home"
    host_path = "/ecs/jenkins-home"
  }
}
resource "aws_ecs_task_definition" "efs" {
  family                = "acc-efs"
  container_definitions = <<T
[{"name": "sleep", "image": "busybox", "cpu": 10, "command": ["sleep","360"], "memory": 10, "essential": true}]
T
  volume {
    name = "efs"
    efs_volume_configuration {
      file_system_id          = aws_efs_file_system.test.id
      transit_encryption      = "ENABLED"
      transit_encryption_port = 2999
      authorization_config {
        access_point_id = aws_efs_access_point.test.id
        iam             = "DISABLED"
      }
    }
  }
}
resource "aws_efs_file_system" "test" {
  creation_token = "acc-test"
}
resource "aws_efs_access_point" "test" {
  file_system_id = aws_efs_file_system.test.id
  posix_user {
    gid = 1001
    uid = 1001
  }
}
resource "aws_ecs_task_definition" "proxy" {
  family       = "acc-proxy"
  network_mode = "awsvpc"
  proxy_configuration {
    type           = "APPMESH"
    container_name = "envoy"
    properties = {
      AppPorts         = "8080"
      IgnoredUID       = "1337"
      ProxyEgressPort  = 15001
      ProxyIngressPort = 15000
    }
  }
  container_definitions = <<T
[
  {"cpu": 128, "essential": true, "image": "nginx:latest", "memory": 128, "name": "web"},
  {"cpu": 128, "essential": true, "image": "840364872350.dkr.ecr.us-west-2.amazonaws.com/aws-appmesh-envoy:v1.12.2.1-prod", "memory": 128, "name": "envoy"}
]
T
}
resource "aws_ecs_task_definition" "win" {
  family                   = "acc-win"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "1 vCPU"
  memory                   = "2 GB"
  runtime_platform {
    operating_system_family = "WINDOWS_SERVER_2019_CORE"
    cpu_architecture        = "X86_64"
  }
  container_definitions = <<T
[{"name": "iis", "image": "mcr.microsoft.com/windows/servercore/iis", "cpu": 512, "memory": 1024, "essential": true}]
T
}

# --- promoted replica
resource "aws_db_instance" "test" {
  identifier          = "acc-test"
  instance_class      = "db.t3.micro"
  skip_final_snapshot = true
}

# --- local zone
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "test" {
  vpc_id            = aws_vpc.test.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "us-west-2-lax-1a"
}
resource "aws_lb" "test" {
  name     = "acc-test"
  internal = true
  subnets  = [aws_subnet.test.id]
}

# --- budgets
resource "aws_budgets_budget" "a" {
  name              = "acc-test"
  budget_type       = "RI_UTILIZATION"
  limit_amount      = "100.0"
  limit_unit        = "PERCENTAGE"
  time_unit         = "QUARTERLY"
  cost_filter {
    name   = "Service"
    values = ["Amazon Redshift"]
  }
  cost_types {
    include_credit = false
    use_blended    = false
  }
}
resource "aws_budgets_budget" "b" {
  name              = "acc-b"
  budget_type       = "COST"
  time_unit         = "MONTHLY"
  auto_adjust_data {
    auto_adjust_type = "HISTORICAL"
    historical_options {
      budget_adjustment_period = 2
    }
  }
}
resource "aws_budgets_budget" "c" {
  name         = "acc-c"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  planned_limit {
    start_time = "2026-12-01_00:00"
    amount     = "100"
    unit       = "USD"
  }
  planned_limit {
    start_time = "2027-01-01_00:00"
    amount     = "200"
    unit       = "USD"
  }
}
resource "aws_sns_topic" "test" {
  name = "acc-test"
}
resource "aws_budgets_budget" "d" {
  name         = "acc-d"
  budget_type  = "USAGE"
  limit_amount = "432.10"
  limit_unit   = "GB"
  time_unit    = "ANNUALLY"
  cost_filter {
    name   = "RecordType"
    values = ["Usage"]
  }
  notification {
    comparison_operator       = "GREATER_THAN"
    threshold                 = 150
    threshold_type            = "PERCENTAGE"
    notification_type         = "ACTUAL"
    subscriber_sns_topic_arns = [aws_sns_topic.test.arn]
  }
}

# --- ecr
resource "aws_ecr_repository" "a" {
  name                 = "acc/test_1.x"
  image_tag_mutability = "IMMUTABLE_WITH_EXCLUSION"
  image_tag_mutability_exclusion_filter {
    filter      = "latest*"
    filter_type = "WILDCARD"
  }
  encryption_configuration {
    encryption_type = "KMS"
  }
}
resource "aws_ecr_lifecycle_policy" "a" {
  repository = aws_ecr_repository.a.name
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
      "selection": {"tagStatus": "tagged", "tagPatternList": ["prod*"], "countType": "imageCountMoreThan", "countNumber": 1},
      "action": {"type": "expire"}
    },
    {
      "rulePriority": 3,
      "selection": {"tagStatus": "any", "storageClass": "standard", "countType": "sinceImagePulled", "countUnit": "days", "countNumber": 90},
      "action": {"type": "transition", "targetStorageClass": "archive"}
    },
    {
      "rulePriority": 4,
      "selection": {"tagStatus": "any", "storageClass": "archive", "countType": "sinceImageTransitioned", "countUnit": "days", "countNumber": 365},
      "action": {"type": "expire"}
    }
  ]
}
EOF
}

# --- ranges of a peer in another region
provider "aws" {
  region = "us-west-2"
}
provider "aws" {
  alias  = "alternate"
  region = "us-east-1"
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc" "peer" {
  provider   = aws.alternate
  cidr_block = "10.1.0.0/16"
}
resource "aws_eip" "far" {
  provider = aws.alternate
}
resource "aws_vpc_peering_connection" "test" {
  vpc_id      = aws_vpc.test.id
  peer_vpc_id = aws_vpc.peer.id
  peer_region = "us-east-1"
}
resource "aws_route_table" "test" {
  vpc_id = aws_vpc.test.id
  route {
    cidr_block                = aws_vpc.peer.cidr_block
    vpc_peering_connection_id = aws_vpc_peering_connection.test.id
  }
}
resource "aws_security_group" "test" {
  name   = "acc-test"
  vpc_id = aws_vpc.test.id
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [aws_vpc.peer.cidr_block, "${aws_eip.far.public_ip}/32"]
  }
}
resource "aws_network_acl_rule" "test" {
  network_acl_id = aws_vpc.test.default_network_acl_id
  rule_number    = 200
  protocol       = "tcp"
  rule_action    = "allow"
  cidr_block     = aws_vpc.peer.cidr_block
  from_port      = 22
  to_port        = 22
}
resource "aws_lb" "far" {
  provider           = aws.alternate
  name               = "far"
  load_balancer_type = "network"
  subnets            = ["subnet-01234567"]
}
resource "aws_cloudwatch_log_group" "x" {
  name = "/alb/${aws_lb.far.name}"
}

# --- attachment ipv6 and lambda
resource "aws_vpc" "test" {
  cidr_block = "10.1.0.0/16"
}
resource "aws_lb_target_group" "v6" {
  name            = "acc-v6"
  port            = 443
  protocol        = "HTTPS"
  target_type     = "ip"
  ip_address_type = "ipv6"
  vpc_id          = aws_vpc.test.id
  deregistration_delay = 200
  load_balancing_algorithm_type     = "weighted_random"
  load_balancing_anomaly_mitigation = "on"
  load_balancing_cross_zone_enabled = "use_load_balancer_configuration"
  stickiness {
    type        = "app_cookie"
    cookie_name = "Cookie"
    cookie_duration = 10000
  }
  target_group_health {
    dns_failover {
      minimum_healthy_targets_count      = "off"
      minimum_healthy_targets_percentage = "off"
    }
  }
}
resource "aws_lb_target_group" "lambda" {
  name        = "acc-lambda"
  target_type = "lambda"
  lambda_multi_value_headers_enabled = true
}
resource "aws_lb_target_group" "prefix" {
  name_prefix = "acc-"
  port        = 1
  protocol    = "HTTP"
  vpc_id      = aws_vpc.test.id
  slow_start  = 30
  health_check {
    healthy_threshold = 10
    interval          = 300
    timeout           = 120
    matcher           = "200,202,300-399"
    port              = ""
    path              = ""
  }
}
resource "aws_lb_target_group" "empty" {
  name     = ""
  port     = 65535
  protocol = "HTTP"
  vpc_id   = aws_vpc.test.id
}
resource "aws_lb_target_group" "tcp" {
  name     = "acc-tcp"
  port     = 8082
  protocol = "TCP"
  vpc_id   = aws_vpc.test.id
  health_check {
    interval = 10
    port     = "traffic-port"
    protocol = "HTTP"
    path     = "/healthz"
    timeout  = 10
  }
  stickiness {
    type    = "source_ip"
    enabled = true
    cookie_duration = 0
  }
  target_health_state {
    enable_unhealthy_connection_termination = false
  }
}
resource "aws_lb_target_group_attachment" "a" {
  target_group_arn = aws_lb_target_group.v6.arn
  target_id        = "2001:db8::1"
}
resource "aws_lb_target_group_attachment" "b" {
  target_group_arn  = aws_lb_target_group.tcp.arn
  target_id         = "10.9.1.2"
  availability_zone = "all"
}

# --- endpoint of an own service without subnets
data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "acc-test" }
}
resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
resource "aws_lb" "test" {
  name                       = "acc-test"
  subnets                    = [aws_subnet.test[0].id, aws_subnet.test[1].id]
  load_balancer_type         = "network"
  internal                   = true
  idle_timeout               = 60
  enable_deletion_protection = false
}
resource "aws_vpc_endpoint_service" "test" {
  acceptance_required        = true
  network_load_balancer_arns = [aws_lb.test.id]
}
resource "aws_vpc_endpoint" "test" {
  vpc_id              = aws_vpc.test.id
  service_name        = aws_vpc_endpoint_service.test.service_name
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = false
  auto_accept         = false
}

# --- a security group that is associated with a second VPC
resource "aws_vpc" "a" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc" "b" {
  cidr_block = "10.1.0.0/16"
}
resource "aws_subnet" "b" {
  count             = 2
  vpc_id            = aws_vpc.b.id
  cidr_block        = cidrsubnet(aws_vpc.b.cidr_block, 8, count.index)
  availability_zone = "us-west-2${["a", "b"][count.index]}"
}
resource "aws_security_group" "shared" {
  name   = "shared"
  vpc_id = aws_vpc.a.id
}
resource "aws_vpc_security_group_vpc_association" "shared" {
  security_group_id = aws_security_group.shared.id
  vpc_id            = aws_vpc.b.id
}
resource "aws_lb" "b" {
  name            = "b"
  internal        = true
  subnets         = aws_subnet.b[*].id
  security_groups = [aws_security_group.shared.id]
  depends_on      = [aws_vpc_security_group_vpc_association.shared]
}

# --- blue/green behind a network load balancer
data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "acc-test" }
}
resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}
resource "aws_security_group" "test" {
  vpc_id = aws_vpc.test.id
  ingress {
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_internet_gateway" "test" {
  vpc_id = aws_vpc.test.id
}
resource "aws_default_route_table" "test" {
  default_route_table_id = aws_vpc.test.default_route_table_id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.test.id
  }
}
resource "aws_lb" "test" {
  name               = "acc-nlb"
  load_balancer_type = "network"
  internal           = true
  subnets            = aws_subnet.test[*].id
}
resource "aws_lb_target_group" "a" {
  name        = "acc-a"
  port        = 80
  protocol    = "TCP"
  target_type = "ip"
  vpc_id      = aws_vpc.test.id
}
resource "aws_lb_target_group" "b" {
  name        = "acc-b"
  port        = 80
  protocol    = "TCP"
  target_type = "ip"
  vpc_id      = aws_vpc.test.id
}
resource "aws_lb_listener" "prod" {
  load_balancer_arn = aws_lb.test.arn
  port              = 80
  protocol          = "TCP"
  default_action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.a.arn
        weight = 100
      }
    }
  }
  lifecycle {
    ignore_changes = [default_action]
  }
}
resource "aws_ecs_task_definition" "test" {
  family                   = "acc-test"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  container_definitions    = jsonencode([{ name = "web", image = "nginx:latest", portMappings = [{ containerPort = 80 }] }])
}
resource "aws_ecs_service" "test" {
  name            = "acc-test"
  cluster         = aws_ecs_cluster.test.id
  task_definition = aws_ecs_task_definition.test.arn
  desired_count   = 1
  launch_type     = "FARGATE"
  deployment_configuration {
    strategy = "BLUE_GREEN"
  }
  deployment_maximum_percent         = 200
  deployment_minimum_healthy_percent = 100
  sigint_rollback                    = true
  wait_for_steady_state              = true
  network_configuration {
    subnets          = aws_subnet.test[*].id
    security_groups  = [aws_security_group.test.id]
    assign_public_ip = true
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.a.arn
    container_name   = "web"
    container_port   = 80
    advanced_configuration {
      alternate_target_group_arn = aws_lb_target_group.b.arn
      production_listener_rule   = aws_lb_listener.prod.arn
      role_arn                   = "arn:aws:iam::123456789012:role/x"
    }
  }
}

# --- blue/green behind an application load balancer
data "aws_availability_zones" "available" {
  state = "available"
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
  tags = { Name = "acc-test" }
}
resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  availability_zone = data.aws_availability_zones.available.names[count.index]
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
}
data "aws_partition" "current" {}
resource "aws_internet_gateway" "test" {
  vpc_id = aws_vpc.test.id
}
resource "aws_route_table" "test" {
  vpc_id = aws_vpc.test.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.test.id
  }
}
resource "aws_route_table_association" "test" {
  count          = 2
  subnet_id      = element(aws_subnet.test[*].id, count.index)
  route_table_id = aws_route_table.test.id
}
resource "aws_security_group" "test" {
  name   = "acc-test"
  vpc_id = aws_vpc.test.id
  ingress {
    protocol    = "6"
    from_port   = 80
    to_port     = 8000
    cidr_blocks = [aws_vpc.test.cidr_block]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group" "alb" {
  name   = "acc-alb"
  vpc_id = aws_vpc.test.id
  ingress {
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_lb" "main" {
  name               = "acc-test"
  internal           = false
  load_balancer_type = "application"
  security_groups    = [aws_security_group.alb.id]
  subnets            = aws_subnet.test[*].id
}
resource "aws_lb_target_group" "primary" {
  name        = "acc-prim"
  port        = 80
  protocol    = "HTTP"
  vpc_id      = aws_vpc.test.id
  target_type = "ip"
  health_check {
    path                = "/"
    healthy_threshold   = 2
    unhealthy_threshold = 5
    timeout             = 5
    interval            = 30
  }
}
resource "aws_lb_target_group" "alternate" {
  name        = "acc-alt"
  port        = 80
  protocol    = "HTTP"
  vpc_id      = aws_vpc.test.id
  target_type = "ip"
}
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.main.arn
  port              = "80"
  protocol          = "HTTP"
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "404: Page not found"
      status_code  = 404
    }
  }
}
resource "aws_lb_listener_rule" "production" {
  listener_arn = aws_lb_listener.http.arn
  priority     = 1
  action {
    type = "forward"
    forward {
      dynamic "target_group" {
        for_each = {
          primary   = aws_lb_target_group.primary.arn
          alternate = aws_lb_target_group.alternate.arn
        }
        content {
          arn    = target_group.value
          weight = target_group.key == "primary" ? 100 : 0
        }
      }
    }
  }
  condition {
    path_pattern {
      values = ["/*"]
    }
  }
  lifecycle {
    ignore_changes = [
      action[0].forward[0].target_group
    ]
  }
}
resource "aws_lb_listener_rule" "test" {
  listener_arn = aws_lb_listener.http.arn
  priority     = 2
  action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.alternate.arn
        weight = 100
      }
    }
  }
  condition {
    path_pattern {
      values = ["/*"]
    }
  }
}
resource "aws_iam_role" "global" {
  name = "acc-global"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "elasticloadbalancing.amazonaws.com", "ecs.amazonaws.com"] }
    }]
  })
}
resource "aws_iam_role_policy_attachment" "global_admin_attach" {
  role       = aws_iam_role.global.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AdministratorAccess"
}
resource "aws_service_discovery_http_namespace" "test" {
  name = "acc-test"
}
resource "aws_ecs_cluster" "main" {
  name = "acc-test"
  service_connect_defaults {
    namespace = aws_service_discovery_http_namespace.test.arn
  }
}
resource "aws_ecs_task_definition" "test" {
  family                   = "acc-test"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  lifecycle {
    create_before_destroy = true
  }
  container_definitions = jsonencode([{
    name         = "test"
    image        = "nginx:latest"
    cpu          = 256
    memory       = 512
    essential    = true
    command      = ["/bin/sh -c \"while true; do sleep 1; done\""]
    environment  = [{ name = "test_name", value = "test_val" }]
    portMappings = [{ containerPort = 80, hostPort = 80, protocol = "tcp", name = "http", appProtocol = "http" }]
  }])
}
resource "aws_lambda_function" "hook_success" {
  filename         = "test-fixtures/success_lambda_func.zip"
  function_name    = "acc-hook-success"
  role             = aws_iam_role.global.arn
  handler          = "index.handler"
  runtime          = "nodejs20.x"
  source_code_hash = filebase64sha256("test-fixtures/success_lambda_func.zip")
}
resource "aws_ecs_service" "test" {
  name            = "acc-test"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.test.arn
  desired_count   = 1
  launch_type     = "FARGATE"
  deployment_configuration {
    strategy             = "BLUE_GREEN"
    bake_time_in_minutes = 2
    lifecycle_hook {
      hook_target_arn  = aws_lambda_function.hook_success.arn
      role_arn         = aws_iam_role.global.arn
      lifecycle_stages = ["POST_SCALE_UP", "POST_TEST_TRAFFIC_SHIFT"]
      hook_details     = jsonencode([1, "2", true])
    }
  }
  service_connect_configuration {
    enabled   = true
    namespace = aws_service_discovery_http_namespace.test.arn
    service {
      client_alias {
        dns_name = "test-service.local"
        port     = 8080
        test_traffic_rules {
          header {
            name = "x-test-header"
            value {
              exact = "test-value"
            }
          }
        }
      }
      discovery_name = "test-service"
      port_name      = "http"
    }
  }
  network_configuration {
    security_groups  = [aws_security_group.test.id]
    subnets          = aws_subnet.test[*].id
    assign_public_ip = true
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.primary.arn
    container_name   = "test"
    container_port   = 80
    advanced_configuration {
      alternate_target_group_arn = aws_lb_target_group.alternate.arn
      production_listener_rule   = aws_lb_listener_rule.production.arn
      test_listener_rule         = aws_lb_listener_rule.test.arn
      role_arn                   = aws_iam_role.global.arn
    }
  }
  wait_for_steady_state = true
  depends_on            = [aws_iam_role_policy_attachment.global_admin_attach]
}

# --- function groups with what they ignore
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_lb_target_group" "a" {
  target_type = "lambda"
  vpc_id      = aws_vpc.test.id
}
resource "aws_lb_target_group" "b" {
  target_type = "lambda"
  protocol    = "TCP"
}
resource "aws_lb_target_group" "c" {
  target_type      = "lambda"
  protocol_version = "GRPC"
}
resource "aws_lb_target_group" "d" {
  target_type = "lambda"
  port        = "443"
}
resource "aws_lb_target_group" "e" {
  target_type = "lambda"
  health_check {
    timeout  = 35
    interval = 40
    protocol = "HTTPS"
    matcher  = "200-299"
  }
}
resource "aws_lb_target_group" "g" {
  target_type = "lambda"
  protocol    = "GENEVE"
}

# --- instance groups with a version they ignore
resource "aws_vpc" "test" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_lb_target_group" "a" {
  target_type      = "instance"
  port             = 443
  protocol         = "TCP"
  protocol_version = "HTTP2"
  vpc_id           = aws_vpc.test.id
}
resource "aws_lb_target_group" "b" {
  target_type      = "instance"
  port             = 443
  protocol         = "UDP"
  protocol_version = "GRPC"
  vpc_id           = aws_vpc.test.id
}
resource "aws_lb_target_group" "c" {
  port        = 6081
  protocol    = "GENEVE"
  vpc_id      = aws_vpc.test.id
  target_type = "instance"
  health_check {
    protocol = "TCP"
  }
}
resource "aws_lb_target_group" "d" {
  port             = 443
  protocol         = "HTTPS"
  protocol_version = "GRPC"
  vpc_id           = aws_vpc.test.id
  health_check {
    protocol = "HTTPS"
    matcher  = "0"
  }
}
resource "aws_lb_target_group" "e" {
  port     = 443
  protocol = "TLS"
  vpc_id   = aws_vpc.test.id
  health_check {
    protocol = "HTTP"
    matcher  = "200-399"
    path     = "/path"
  }
}

# --- connections logged by their stages, as PostgreSQL 18 allows
resource "aws_db_parameter_group" "stages" {
  name   = "stages"
  family = "postgres18"
  parameter {
    name  = "log_connections"
    value = "receipt,authentication"
  }
}

# --- an alias with the zone of another region, where the region comes from the environment
data "aws_route53_zone" "z" {
  name = "example.com"
}
resource "aws_lb" "l" {
  subnets = ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"]
}
resource "aws_route53_record" "l" {
  zone_id = data.aws_route53_zone.z.zone_id
  name    = "example.com"
  type    = "A"
  alias {
    name                   = aws_lb.l.dns_name
    zone_id                = "Z35SXDOTRQ7X7K"
    evaluate_target_health = true
  }
}

# --- CAA records without wildcards, and certificates of a private authority
resource "aws_route53_zone" "z" {
  name = "example.com"
}
resource "aws_route53_record" "caa" {
  zone_id = aws_route53_zone.z.zone_id
  name    = "example.com"
  type    = "CAA"
  ttl     = 300
  records = ["0 issuewild \";\"", "0 iodef \"mailto:a@example.com\""]
}
resource "aws_route53_record" "inner" {
  zone_id = aws_route53_zone.z.zone_id
  name    = "inner.example.com"
  type    = "CAA"
  ttl     = 300
  records = ["0 issue \"letsencrypt.org\""]
}
resource "aws_acm_certificate" "a" {
  domain_name       = "www.example.com"
  validation_method = "DNS"
}
resource "aws_acm_certificate" "b" {
  domain_name               = "inner.example.com"
  certificate_authority_arn = "arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/1"
}

# --- an output of what is sensitive to the provider, but public
data "aws_ssm_parameter" "ami" {
  name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
}
output "ami" {
  value = nonsensitive(data.aws_ssm_parameter.ami.value)
}

# --- rules of which one exists, and a target group that is not known
variable "signed_in" {}
variable "group" {}
resource "aws_lb_target_group" "g" {
  vpc_id   = "vpc-0a1b2c3d4e5f60718"
  port     = 80
  protocol = "HTTP"
}
resource "aws_lb_listener_rule" "a" {
  count        = var.signed_in ? 1 : 0
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/0123456789abcdef/0123456789abcdef"
  priority     = 10
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.g.arn
  }
  condition {
    path_pattern {
      values = ["/a"]
    }
  }
}
resource "aws_lb_listener_rule" "b" {
  count        = var.signed_in ? 0 : 1
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/0123456789abcdef/0123456789abcdef"
  priority     = 10
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.g.arn
    forward {
      target_group {
        arn = var.group
      }
    }
  }
  condition {
    path_pattern {
      values = ["/a"]
    }
  }
}

# --- few connections of MySQL, and a subnet whose IPv6 range comes from a pool
resource "aws_db_parameter_group" "m" {
  family = "mysql8.4"
  parameter {
    name  = "max_connections"
    value = "5"
  }
}
resource "aws_subnet" "s" {
  vpc_id                          = "vpc-0a1b2c3d4e5f60718"
  cidr_block                      = "10.0.0.0/24"
  ipv6_ipam_pool_id               = "ipam-pool-0a1b2c3d4e5f60718"
  ipv6_netmask_length             = 64
  assign_ipv6_address_on_creation = true
}

# --- blocks that values not known here make
variable "paths" {}
variable "zones" {}
variable "rules" {}
resource "aws_lb" "l" {
  internal = true
  dynamic "subnet_mapping" {
    for_each = var.zones
    content {
      subnet_id = subnet_mapping.value
    }
  }
}
resource "aws_lb_listener_rule" "r" {
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/0123456789abcdef/0123456789abcdef"
  action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "200"
    }
  }
  condition {
    dynamic "path_pattern" {
      for_each = var.paths
      content {
        values = path_pattern.value
      }
    }
  }
}
resource "aws_network_acl" "a" {
  vpc_id  = "vpc-0a1b2c3d4e5f60718"
  ingress = var.rules
}
resource "aws_network_acl_rule" "a" {
  network_acl_id = aws_network_acl.a.id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "-1"
  cidr_block     = "0.0.0.0/0"
}

# --- kinds that are not known here
variable "kind" {}
variable "effect" {}
variable "balancer" {}
variable "document" {}
resource "aws_lb_target_group" "g" {
  name        = "g"
  target_type = var.kind
  health_check {
    enabled = false
  }
}
resource "aws_lb_listener" "gateway" {
  load_balancer_arn = var.balancer
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.g.arn
  }
}
resource "aws_lb" "gateway" {
  name               = "g"
  load_balancer_type = var.kind
  subnets            = ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"]
}
resource "aws_lb_listener" "own" {
  load_balancer_arn = aws_lb.gateway.arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.g.arn
  }
}
resource "aws_ecs_service" "external" {
  name = "external"
  deployment_controller {
    type = var.kind
  }
}
resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = var.effect, Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}
data "aws_iam_policy_document" "more" {
  source_json = var.document
}
resource "aws_iam_role_policy" "r" {
  role   = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.more.json
}
resource "aws_ecs_task_definition" "t" {
  family                   = "t"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.r.arn
  container_definitions    = jsonencode([{ name = "t", image = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/t:1" }])
}
resource "aws_kms_key" "k" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = var.effect, Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::123456789012:root" } }]
  })
}

# --- a load balancer that redirects to listeners kept elsewhere
resource "aws_lb" "l" {
  internal = true
  subnets  = ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"]
}
resource "aws_lb_listener" "l" {
  load_balancer_arn = aws_lb.l.arn
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

# --- empty texts, which the provider leaves out
resource "aws_db_instance" "d" {
  engine              = "postgres"
  instance_class      = "db.t4g.micro"
  allocated_storage   = 20
  username            = "app"
  password            = "avoid-plaintext-passwords"
  license_model       = ""
  skip_final_snapshot = true
}
resource "aws_lb_target_group" "g" {
  port     = 80
  protocol = "HTTP"
  vpc_id   = "vpc-0a1b2c3d4e5f60718"
  health_check {
    path    = ""
    matcher = ""
  }
}
resource "aws_sqs_queue" "q" {
  name = ""
}
resource "aws_autoscaling_group" "g" {
  name                 = ""
  min_size             = 0
  max_size             = 0
  launch_configuration = "c"
  availability_zones   = ["eu-west-1a"]
}
resource "aws_appautoscaling_scheduled_action" "s" {
  name               = "s"
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/a/b"
  schedule           = "cron(0 8 * * ? *)"
  timezone           = ""
}

# --- a service that is created before it is destroyed, as long as nothing replaces it
resource "aws_ecs_service" "s" {
  name            = "s"
  task_definition = "s:1"
  lifecycle {
    create_before_destroy = true
  }
}

# --- settings of a bucket, cluster or topic repeat its name
resource "aws_s3_bucket" "b" {
  bucket = "shop-b-123456789012"
}
resource "aws_s3_bucket_public_access_block" "b" {
  bucket = aws_s3_bucket.b.id
}
resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket_public_access_block.b.bucket
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.b.arn}/*", Principal = { AWS = "123456789012" } }]
  })
}
resource "aws_ecs_cluster" "c" {
  name = "c"
}
resource "aws_ecs_cluster_capacity_providers" "c" {
  cluster_name       = aws_ecs_cluster.c.name
  capacity_providers = ["FARGATE"]
}
resource "aws_ecs_service" "c" {
  name            = "c"
  cluster         = aws_ecs_cluster_capacity_providers.c.id
  task_definition = "c:1"
}
resource "aws_sns_topic" "t" {
  name = "t"
}
resource "aws_sns_topic_policy" "t" {
  arn = aws_sns_topic.t.arn
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sns:Publish", Resource = aws_sns_topic.t.arn, Principal = { Service = "s3.amazonaws.com" } }]
  })
}
resource "aws_sns_topic_subscription" "t" {
  topic_arn = aws_sns_topic_policy.t.arn
  protocol  = "email"
  endpoint  = "ops@example.com"
}
resource "aws_cloudwatch_metric_alarm" "pods" {
  alarm_name          = "pods"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "cluster_failed_node_count"
  namespace           = "ContainerInsights"
  period              = 60
  statistic           = "Maximum"
  threshold           = 1
  dimensions          = { ClusterName = aws_eks_cluster.k.name }
}
resource "aws_eks_cluster" "k" {
  name     = "k"
  role_arn = "arn:aws:iam::123456789012:role/k"
  vpc_config {
    subnet_ids = ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"]
  }
}

# --- restored tables and clusters
resource "aws_dynamodb_table" "restored" {
  name                   = "restored"
  restore_source_name    = "source"
  restore_to_latest_time = true
}
resource "aws_rds_cluster" "restored" {
  cluster_identifier  = "restored"
  engine              = "aurora-mysql"
  kms_key_id          = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
  skip_final_snapshot = true
  restore_to_point_in_time {
    source_cluster_identifier  = "source"
    use_latest_restorable_time = true
  }
}
resource "aws_vpc" "v" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_security_group" "v" {
  vpc_id = aws_vpc.v.id
}
resource "aws_db_instance" "restored" {
  instance_class         = "db.t4g.micro"
  skip_final_snapshot    = true
  vpc_security_group_ids = [aws_security_group.v.id]
  restore_to_point_in_time {
    source_db_instance_identifier = "source"
    use_latest_restorable_time    = true
  }
}

# --- arguments that the provider or AWS leaves alone until a task runs
resource "aws_ssm_parameter" "p" {
  name   = "/shop/p"
  type   = "String"
  key_id = "alias/aws/ssm"
  value  = "p"
}
resource "aws_rds_cluster" "v1" {
  cluster_identifier  = "v1"
  engine              = "aurora-mysql"
  engine_mode         = "serverless"
  master_username     = "app"
  master_password     = "avoid-plaintext-passwords"
  skip_final_snapshot = true
}
resource "aws_ecs_task_definition" "t" {
  family                   = "t"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  container_definitions    = jsonencode([{ name = "t", image = "busybox:1" }])
}
resource "aws_cloudwatch_event_rule" "r" {
  name                = "r"
  schedule_expression = "rate(1 hour)"
}
resource "aws_cloudwatch_event_target" "r" {
  rule     = aws_cloudwatch_event_rule.r.name
  arn      = "arn:aws:ecs:eu-west-1:123456789012:cluster/c"
  role_arn = "arn:aws:iam::123456789012:role/r"
  ecs_target {
    task_definition_arn = aws_ecs_task_definition.t.arn
    capacity_provider_strategy {
      capacity_provider = "own"
      weight            = 1
    }
  }
}

# --- receivers whose policy may be written elsewhere
resource "aws_sns_topic" "t" {
  name = "t"
}
resource "aws_sqs_queue" "q" {
  name = "q"
}
resource "aws_sns_topic_subscription" "s" {
  topic_arn = aws_sns_topic.t.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.q.arn
}

# --- roles whose policies are kept elsewhere, and a task that nothing here runs
resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["ec2.amazonaws.com", "scheduler.amazonaws.com"] } }]
  })
}
resource "aws_cloudwatch_log_group" "g" {
  name = "g"
}
resource "aws_flow_log" "f" {
  iam_role_arn    = aws_iam_role.r.arn
  log_destination = aws_cloudwatch_log_group.g.arn
  traffic_type    = "ALL"
  vpc_id          = "vpc-0a1b2c3d4e5f60718"
}
resource "aws_ecs_task_definition" "idle" {
  family                = "idle"
  task_role_arn         = aws_iam_role.r.arn
  container_definitions = jsonencode([{ name = "t", image = "busybox:1", memory = 64 }])
}
resource "aws_ecs_task_definition" "run" {
  family                = "run"
  container_definitions = jsonencode([{ name = "t", image = "busybox:1", memory = 64 }])
}
resource "aws_scheduler_schedule" "s" {
  schedule_expression = "rate(1 hour)"
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = "arn:aws:ecs:eu-west-1:123456789012:cluster/c"
    role_arn = aws_iam_role.r.arn
    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.run.arn
    }
  }
}

# --- an imported certificate
resource "aws_iam_server_certificate" "c" {
  name             = "c"
  certificate_body = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
  private_key      = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n"
}

# --- a function whose role may make network interfaces of certain subnets alone
resource "aws_iam_role" "lambda" {
  name = "shop-lambda"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
resource "aws_iam_role_policy" "lambda" {
  role = aws_iam_role.lambda.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"], Resource = ["arn:aws:ec2:*:*:network-interface/*", "arn:aws:ec2:*:*:subnet/*", "arn:aws:ec2:*:*:security-group/*"] },
    { Effect = "Allow", Action = ["ec2:DescribeNetworkInterfaces"], Resource = "*" }]
  })
}
resource "aws_lambda_function" "jobs" {
  function_name = "shop-jobs"
  role          = aws_iam_role.lambda.arn
  runtime       = "python3.13"
  handler       = "main.handler"
  filename      = "jobs.zip"
  vpc_config {
    subnet_ids         = ["subnet-0123456789abcdef0"]
    security_group_ids = ["sg-0123456789abcdef0"]
  }
}

# --- a queue whose own policy admits the function's role
resource "aws_iam_role" "lambda" {
  name = "shop-lambda"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}
resource "aws_sqs_queue_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = aws_sqs_queue.jobs.arn, Principal = { AWS = aws_iam_role.lambda.arn } }]
  })
}
resource "aws_lambda_function" "jobs" {
  function_name = "shop-jobs"
  role          = aws_iam_role.lambda.arn
  runtime       = "python3.13"
  handler       = "main.handler"
  filename      = "jobs.zip"
}
resource "aws_lambda_event_source_mapping" "jobs" {
  event_source_arn = aws_sqs_queue.jobs.arn
  function_name    = aws_lambda_function.jobs.arn
}

# --- a proxy whose role has its policies elsewhere
resource "aws_iam_role" "proxy" {
  name = "shop-proxy"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "rds.amazonaws.com" } }]
  })
}
resource "aws_secretsmanager_secret" "db" {
  name = "db"
}
resource "aws_db_proxy" "db" {
  name           = "db"
  engine_family  = "POSTGRESQL"
  role_arn       = aws_iam_role.proxy.arn
  vpc_subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  auth {
    auth_scheme = "SECRETS"
    secret_arn  = aws_secretsmanager_secret.db.arn
  }
}

# --- a schedule of a task definition without its revision
resource "aws_iam_role" "s" {
  name = "shop-s"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "scheduler.amazonaws.com" } }]
  })
}
resource "aws_iam_role_policy" "s" {
  role = aws_iam_role.s.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["ecs:RunTask"], Resource = aws_ecs_task_definition.t.arn_without_revision }]
  })
}
resource "aws_ecs_cluster" "c" {
  name = "c"
}
resource "aws_ecs_task_definition" "t" {
  family                = "t"
  container_definitions = jsonencode([{ name = "a", image = "nginx:1.27", memory = 128 }])
}
resource "aws_scheduler_schedule" "s" {
  name                = "s"
  schedule_expression = "rate(1 hour)"
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = aws_ecs_cluster.c.arn
    role_arn = aws_iam_role.s.arn
    ecs_parameters {
      task_definition_arn = aws_ecs_task_definition.t.arn_without_revision
    }
  }
}

# --- ARNs of another partition as mere texts
provider "aws" {
  region = "eu-west-1"
}
resource "aws_ssm_parameter" "p" {
  name  = "p"
  type  = "String"
  value = "arn:aws-cn:iam::123456789012:role/x"
}
resource "terraform_data" "x" {
  input = "arn:aws-us-gov:iam::123456789012:role/x"
}

# --- a provider of another partition
provider "aws" {
  region = "eu-west-1"
}
provider "aws" {
  alias  = "cn"
  region = "cn-north-1"
}
resource "aws_ssm_parameter" "p" {
  provider = aws.cn
  name     = "p"
  type     = "SecureString"
  key_id   = "arn:aws-cn:kms:cn-north-1:123456789012:key/11111111-2222-3333-4444-555555555555"
  value    = "x"
}

# --- a replicated bucket whose versions come with its object lock
resource "aws_s3_bucket" "b" {
  bucket              = "shop-media-x"
  object_lock_enabled = true
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "s3.amazonaws.com" } }]
  })
}
resource "aws_s3_bucket_replication_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  role   = aws_iam_role.r.arn
  rule {
    status = "Enabled"
    destination {
      bucket = "arn:aws:s3:::other-bucket-x"
    }
  }
}

# --- policies of a role that are attached exclusively
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
resource "aws_iam_role_policy_attachments_exclusive" "p" {
  role_name   = aws_iam_role.r.name
  policy_arns = ["arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"]
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = aws_iam_role.r.arn
  runtime       = "nodejs22.x"
  handler       = "index.handler"
  filename      = "x.zip"
  vpc_config {
    subnet_ids         = ["subnet-0123456789abcdef0"]
    security_group_ids = ["sg-0123456789abcdef0"]
  }
}

# --- a FIFO queue whose name the provider makes
resource "aws_sqs_queue" "q" {
  name       = ""
  fifo_queue = true
}

# --- a backup plan whose zero means no cold storage
resource "aws_backup_plan" "p" {
  name = "p"
  rule {
    rule_name         = "daily"
    target_vault_name = "v"
    schedule          = "cron(0 5 ? * * *)"
    lifecycle {
      cold_storage_after = 0
      delete_after       = 35
    }
  }
}

# --- a backup plan whose zero means for ever
resource "aws_backup_plan" "p" {
  name = "p"
  rule {
    rule_name         = "daily"
    target_vault_name = "v"
    schedule          = "cron(0 5 ? * * *)"
    lifecycle {
      cold_storage_after = 30
      delete_after       = 0
    }
  }
}

# --- a task definition for Fargate on EC2
resource "aws_ecs_task_definition" "t" {
  family                   = "t"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  container_definitions    = jsonencode([{ name = "a", image = "nginx:1.27", memory = 128 }])
}
resource "aws_ecs_service" "s" {
  name            = "s"
  cluster         = "c"
  launch_type     = "EC2"
  task_definition = aws_ecs_task_definition.t.arn
  network_configuration {
    subnets = ["subnet-0123456789abcdef0"]
  }
}

# --- a member of a global datastore
resource "aws_elasticache_replication_group" "s" {
  replication_group_id        = "s"
  description                 = "s"
  global_replication_group_id = "ldgnf-x"
  num_cache_clusters          = 1
  user_group_ids              = ["users"]
}

# --- Valkey without a word about TLS
resource "aws_elasticache_replication_group" "s" {
  replication_group_id = "s"
  description          = "s"
  engine               = "valkey"
  node_type            = "cache.t4g.small"
  num_cache_clusters   = 1
  user_group_ids       = ["users"]
}

# --- a health check that a sidecar with a port of its own answers
resource "aws_ecs_task_definition" "t" {
  family       = "t"
  network_mode = "bridge"
  container_definitions = jsonencode([
    { name = "a", image = "nginx:1.27", memory = 128, portMappings = [{ containerPort = 80, hostPort = 0 }] },
    { name = "h", image = "health:1.0", memory = 128, portMappings = [{ containerPort = 9000, hostPort = 9000 }] },
  ])
}
resource "aws_lb_target_group" "g" {
  port     = 80
  protocol = "HTTP"
  vpc_id   = "vpc-0123456789abcdef0"
  health_check {
    port = "9000"
  }
}
resource "aws_ecs_service" "s" {
  name            = "s"
  cluster         = "c"
  launch_type     = "EC2"
  task_definition = aws_ecs_task_definition.t.arn
  load_balancer {
    container_name   = "a"
    container_port   = 80
    target_group_arn = aws_lb_target_group.g.arn
  }
}
resource "aws_lb" "l" {
  subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
}
resource "aws_lb_listener" "l" {
  load_balancer_arn = aws_lb.l.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.g.arn
  }
}

# --- the name of CodeDeploy in China
provider "aws" {
  region = "cn-north-1"
}
resource "aws_iam_role" "r" {
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codedeploy.cn-north-1.amazonaws.com.cn" } }]
  })
}
resource "aws_codedeploy_deployment_group" "d" {
  app_name              = "a"
  deployment_group_name = "g"
  service_role_arn      = aws_iam_role.r.arn
}

# --- managed termination protection without managed scaling
resource "aws_ecs_capacity_provider" "c" {
  name = "shop"
  auto_scaling_group_provider {
    auto_scaling_group_arn         = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:11111111-2222-3333-4444-555555555555:autoScalingGroupName/x"
    managed_termination_protection = "ENABLED"
  }
}
