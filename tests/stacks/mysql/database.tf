data "aws_secretsmanager_random_password" "mysql" {
  password_length    = 40
  exclude_characters = "/@\" "
}

resource "aws_secretsmanager_secret" "mysql" {
  name_prefix = "shop-mysql-"
}

resource "aws_secretsmanager_secret_version" "mysql" {
  secret_id = aws_secretsmanager_secret.mysql.id
  secret_string = jsonencode({
    username = "admin"
    password = data.aws_secretsmanager_random_password.mysql.random_password
    host     = aws_db_instance.mysql.address
    port     = 3306
    dbname   = "shop"
  })
}

resource "aws_db_subnet_group" "mysql" {
  name       = "shop"
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_db_parameter_group" "mysql" {
  name_prefix = "shop-"
  family      = "mysql8.4"
  parameter {
    name  = "character_set_server"
    value = "utf8mb4"
  }
  parameter {
    name  = "require_secure_transport"
    value = "1"
  }
  parameter {
    name         = "innodb_buffer_pool_instances"
    value        = "4"
    apply_method = "pending-reboot"
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_option_group" "mysql" {
  name_prefix          = "shop-"
  engine_name          = "mysql"
  major_engine_version = "8.4"
}

resource "aws_security_group" "mysql" {
  name_prefix = "shop-mysql-"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "mysql" {
  security_group_id            = aws_security_group.mysql.id
  referenced_security_group_id = aws_security_group.worker.id
  ip_protocol                  = "tcp"
  from_port                    = 3306
  to_port                      = 3306
}

resource "aws_iam_role" "monitoring" {
  name = "shop-rds-monitoring"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "monitoring.rds.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_db_instance" "mysql" {
  identifier                            = "shop-mysql"
  engine                                = "mysql"
  engine_version                        = "8.4.6"
  instance_class                        = "db.m7g.large"
  allocated_storage                     = 400
  max_allocated_storage                 = 1000
  storage_type                          = "gp3"
  iops                                  = 12000
  storage_throughput                    = 500
  storage_encrypted                     = true
  db_name                               = "shop"
  username                              = "admin"
  password                              = data.aws_secretsmanager_random_password.mysql.random_password
  db_subnet_group_name                  = aws_db_subnet_group.mysql.name
  vpc_security_group_ids                = [aws_security_group.mysql.id]
  parameter_group_name                  = aws_db_parameter_group.mysql.name
  option_group_name                     = aws_db_option_group.mysql.name
  multi_az                              = true
  backup_retention_period               = 14
  backup_window                         = "17:00-18:00"
  maintenance_window                    = "Sun:18:30-Sun:19:30"
  enabled_cloudwatch_logs_exports       = ["error", "slowquery"]
  monitoring_interval                   = 30
  monitoring_role_arn                   = aws_iam_role.monitoring.arn
  performance_insights_enabled          = true
  performance_insights_retention_period = 7
  deletion_protection                   = true
  final_snapshot_identifier             = "shop-mysql-final"
}

resource "aws_db_instance" "replica" {
  identifier             = "shop-mysql-replica"
  replicate_source_db    = aws_db_instance.mysql.identifier
  instance_class         = "db.m7g.large"
  storage_encrypted      = true
  vpc_security_group_ids = [aws_security_group.mysql.id]
  parameter_group_name   = aws_db_parameter_group.mysql.name
  skip_final_snapshot    = true
}
