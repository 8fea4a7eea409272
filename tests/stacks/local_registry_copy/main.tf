# Copies of registry modules in the repository itself, called as one calls the originals.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.0" }
  }
  backend "s3" {
    bucket       = "registry-copy-terraform"
    key          = "shop.tfstate"
    region       = "ca-central-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = local.region
}

locals {
  region = "ca-central-1"
  name   = "shop-${basename("stacks/production")}"
  azs    = [for suffix in ["a", "b"] : "${local.region}${suffix}"]
}

module "vpc" {
  source             = "./modules/vpc"
  name               = local.name
  cidr               = "10.90.0.0/16"
  azs                = local.azs
  public_subnets     = [for k, zone in local.azs : cidrsubnet("10.90.0.0/16", 8, k)]
  private_subnets    = [for k, zone in local.azs : cidrsubnet("10.90.0.0/16", 8, k + 10)]
  database_subnets   = [for k, zone in local.azs : cidrsubnet("10.90.0.0/16", 8, k + 20)]
  enable_nat_gateway = true
  single_nat_gateway = true
  tags               = { Terraform = "true" }
}

module "balancer_group" {
  source        = "./modules/security_group"
  name          = "balancer"
  vpc_id        = module.vpc.vpc_id
  ingress_rules = ["http-80-tcp"]
}

module "web_group" {
  source       = "./modules/security_group"
  name         = "web"
  vpc_id       = module.vpc.vpc_id
  ingress_from = { web-8080-tcp = module.balancer_group.security_group_id }
}

module "database_group" {
  source       = "./modules/security_group"
  name         = "database"
  vpc_id       = module.vpc.vpc_id
  ingress_from = { postgresql-tcp = module.web_group.security_group_id }
}

resource "aws_db_instance" "this" {
  identifier                  = local.name
  engine                      = "postgres"
  engine_version              = "17"
  instance_class              = "db.t4g.small"
  allocated_storage           = 50
  max_allocated_storage       = 100
  db_name                     = "shop"
  username                    = "shop"
  manage_master_user_password = true
  db_subnet_group_name        = module.vpc.database_subnet_group_name
  vpc_security_group_ids      = [module.database_group.security_group_id]
  storage_encrypted           = true
  multi_az                    = true
  backup_retention_period     = 7
  deletion_protection         = true
  final_snapshot_identifier   = "${local.name}-final"
}

resource "aws_lb" "this" {
  name            = local.name
  subnets         = module.vpc.public_subnets
  security_groups = [module.balancer_group.security_group_id]
}

resource "aws_lb_target_group" "this" {
  name_prefix = "web-"
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = module.vpc.vpc_id
  health_check {
    path    = "/ready"
    matcher = "200"
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}

resource "aws_iam_role" "execution" {
  name = "${local.name}-execution"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "execution" {
  for_each = {
    tasks = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
  }
  role       = aws_iam_role.execution.name
  policy_arn = each.value
}

resource "aws_iam_role_policy" "execution" {
  role = aws_iam_role.execution.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = aws_db_instance.this.master_user_secret[0].secret_arn
    }]
  })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/ecs/${local.name}"
  retention_in_days = 30
}

resource "aws_ecs_cluster" "this" {
  name = local.name
}

resource "aws_ecs_task_definition" "this" {
  family                   = local.name
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = jsonencode([merge(
    {
      name         = "web"
      image        = "public.ecr.aws/docker/library/ruby:3.4"
      portMappings = [{ containerPort = 8080 }]
    },
    {
      environment = [{ name = "DB_HOST", value = aws_db_instance.this.address }]
      secrets = [for key in ["username", "password"] : {
        name      = "DB_${upper(key)}"
        valueFrom = "${aws_db_instance.this.master_user_secret[0].secret_arn}:${key}::"
      }]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.this.name
          awslogs-region        = local.region
          awslogs-stream-prefix = "web"
        }
      }
    },
  )])
}

resource "aws_ecs_service" "this" {
  name                              = local.name
  cluster                           = aws_ecs_cluster.this.id
  task_definition                   = aws_ecs_task_definition.this.arn
  desired_count                     = 2
  launch_type                       = "FARGATE"
  health_check_grace_period_seconds = 60
  network_configuration {
    subnets         = module.vpc.private_subnets
    security_groups = [module.web_group.security_group_id]
  }
  load_balancer {
    target_group_arn = aws_lb_target_group.this.arn
    container_name   = "web"
    container_port   = 8080
  }
  depends_on = [aws_lb_listener.this, aws_iam_role_policy_attachment.execution, aws_iam_role_policy.execution]
}
