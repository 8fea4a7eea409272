data "aws_secretsmanager_random_password" "database" {
  password_length     = 32
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "database" {
  name_prefix = "desk/database-"
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id = aws_secretsmanager_secret.database.id
  secret_string = jsonencode({
    username = "desk"
    password = data.aws_secretsmanager_random_password.database.random_password
  })
  lifecycle {
    ignore_changes = [secret_string]
  }
}

resource "aws_db_subnet_group" "desk" {
  name       = "desk"
  subnet_ids = aws_subnet.inner[*].id
}

resource "aws_db_instance" "desk" {
  identifier                = "desk"
  engine                    = "mariadb"
  engine_version            = "10.11"
  instance_class            = "db.t4g.small"
  allocated_storage         = 30
  storage_type              = "gp3"
  storage_encrypted         = true
  db_name                   = "desk"
  username                  = "desk"
  password                  = data.aws_secretsmanager_random_password.database.random_password
  db_subnet_group_name      = aws_db_subnet_group.desk.name
  vpc_security_group_ids    = [aws_security_group.desk["database"].id]
  multi_az                  = true
  backup_retention_period   = 10
  deletion_protection       = true
  final_snapshot_identifier = "desk-last"
  lifecycle {
    ignore_changes = [password]
  }
}

data "aws_iam_policy_document" "proxy_trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["rds.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "proxy" {
  name               = "desk-proxy"
  assume_role_policy = data.aws_iam_policy_document.proxy_trust.json
  inline_policy {
    name = "secrets"
    policy = jsonencode({
      Version   = "2012-10-17"
      Statement = { Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = aws_secretsmanager_secret.database.arn }
    })
  }
}

resource "aws_db_proxy" "desk" {
  name                   = "desk"
  engine_family          = "MYSQL"
  require_tls            = true
  role_arn               = aws_iam_role.proxy.arn
  vpc_subnet_ids         = aws_subnet.inner[*].id
  vpc_security_group_ids = [aws_security_group.desk["proxy"].id]
  auth {
    auth_scheme = "SECRETS"
    iam_auth    = "DISABLED"
    secret_arn  = aws_secretsmanager_secret.database.arn
  }
}

resource "aws_db_proxy_default_target_group" "desk" {
  db_proxy_name = aws_db_proxy.desk.name
}

resource "aws_db_proxy_target" "desk" {
  db_proxy_name          = aws_db_proxy.desk.name
  target_group_name      = aws_db_proxy_default_target_group.desk.name
  db_instance_identifier = aws_db_instance.desk.identifier
}
