terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
  backend "s3" {
    bucket       = "gallery-terraform-state"
    key          = "gallery/terraform.tfstate"
    region       = "eu-west-2"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  type    = string
  default = "eu-west-2"
}

variable "cidr" {
  type    = string
  default = "10.70.0.0/16"
}

variable "zones" {
  type    = map(number)
  default = { a = 0, b = 1 }
}

variable "tag" {
  type    = string
  default = "2.3.1"
}
