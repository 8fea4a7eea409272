# --- inline and managed policies of many kinds
data "aws_caller_identity" "current" {}

resource "aws_iam_role" "test" {
  name                 = "acc-test"
  max_session_duration = 43200
  path                 = "/acc/"
  assume_role_policy   = <<EOF
{
  "Version": "2012-10-17",
  "Statement": {
    "Sid": "",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"},
    "Action": "sts:AssumeRole",
    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "Null": {"aws:userid": "false"}}
  }
}
EOF
}

resource "aws_iam_role_policy" "test" {
  role = aws_iam_role.test.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Read1"
      Effect    = "Allow"
      Action    = ["s3:GetObject"]
      Resource  = ["arn:aws:s3:::acc-test/*"]
      Condition = { "ForAnyValue:StringLikeIfExists" = { "s3:prefix" = ["home/*"] }, ArnNotLike = { "aws:PrincipalArn" = "x" } }
    }]
  })
}

# --- resource policies for one account, and for everyone under a condition
data "aws_caller_identity" "current" {}

resource "aws_secretsmanager_secret" "test" {
  name                    = "acc/test"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_policy" "test" {
  secret_arn = aws_secretsmanager_secret.test.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "EnableAllPermissions"
      Effect    = "Allow"
      Principal = { AWS = data.aws_caller_identity.current.account_id }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}

resource "aws_secretsmanager_secret_version" "test" {
  secret_id     = aws_secretsmanager_secret.test.id
  secret_string = "test-string"
}

resource "aws_sns_topic" "test" {
  name = "acc-test"
}

resource "aws_sns_topic_policy" "test" {
  arn = aws_sns_topic.test.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Id      = "default"
    Statement = [{
      Sid       = "default statement id"
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = ["SNS:GetTopicAttributes", "SNS:Publish"]
      Resource  = aws_sns_topic.test.arn
      Condition = { StringEquals = { "AWS:SourceOwner" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_kms_key" "test" {
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_key" "signing" {
  customer_master_key_spec = "RSA_2048"
  key_usage                = "SIGN_VERIFY"
}

# --- federation with subject
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "test" {
  name = "acc-federated"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = {
        StringLike = { "token.actions.githubusercontent.com:sub" = "repo:example/shop:*" }
      }
    }]
  })
}

# --- a state machine whose role trusts the service of one region, and an action that AWS no longer lists
data "aws_region" "here" {}

resource "aws_iam_role" "states" {
  name = "shop-states"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "states.${data.aws_region.here.region}.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "states" {
  role = aws_iam_role.states.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["lambda:InvokeFunction", "importexport:CreateJob"], Resource = "*" }]
  })
}

resource "aws_sfn_state_machine" "states" {
  name     = "shop"
  role_arn = aws_iam_role.states.arn
  definition = jsonencode({
    StartAt = "Rest"
    States  = { Rest = { Type = "Succeed" } }
  })
}
