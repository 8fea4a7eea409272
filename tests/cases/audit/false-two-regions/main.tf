# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "eu"
  region = "eu-west-1"
}

resource "aws_cloudwatch_log_group" "us" {
  name              = "/ecs/shop"
  retention_in_days = 30
}

resource "aws_cloudwatch_log_group" "eu" {
  provider          = aws.eu
  name              = "/ecs/shop"
  retention_in_days = 30
}
