# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
  backend "s3" {
    bucket         = "acme-terraform-state"
    key            = "shop/dev/terraform.tfstate"
    region         = "us-east-1"
    encrypt        = true
    dynamodb_table = "acme-terraform-locks"
  }
}

provider "aws" {
  region = "us-east-1"
}

variable "name" {
  type    = string
  default = "shop"
}

variable "environment" {
  type    = string
  default = "dev"
}

data "aws_caller_identity" "current" {}
