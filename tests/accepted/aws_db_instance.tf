# --- MySQL with every window, monitoring and a replica
data "aws_partition" "current" {}

resource "aws_iam_role" "test" {
  name = "acc-monitoring"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "monitoring.rds.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "test" {
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
  role       = aws_iam_role.test.id
}

resource "aws_db_instance" "test" {
  allocated_storage                     = 400
  backup_retention_period               = 1
  backup_window                         = "09:46-10:16"
  maintenance_window                    = "tue:22:00-wed:02:00"
  engine                                = "mysql"
  engine_version                        = "8.4.5"
  identifier                            = "acc-test"
  instance_class                        = "db.m6g.large"
  username                              = "admin"
  password                              = "avoid-plaintext-passwords"
  storage_type                          = "gp3"
  iops                                  = 12000
  storage_throughput                    = 500
  monitoring_interval                   = 5
  monitoring_role_arn                   = aws_iam_role.test.arn
  performance_insights_enabled          = true
  performance_insights_retention_period = 31
  enabled_cloudwatch_logs_exports       = ["audit", "error", "general", "slowquery"]
  skip_final_snapshot                   = true
  depends_on                            = [aws_iam_role_policy_attachment.test]
}

resource "aws_db_instance" "replica" {
  identifier          = "acc-replica"
  instance_class      = aws_db_instance.test.instance_class
  replicate_source_db = aws_db_instance.test.identifier
  multi_az            = true
  skip_final_snapshot = true
}

# --- SQL Server with the time zone and character set of its own
resource "aws_db_instance" "test" {
  allocated_storage           = 20
  engine                      = "sqlserver-ex"
  engine_version              = "15.00.4345.5.v1"
  identifier                  = "acc-sql"
  instance_class              = "db.t3.small"
  license_model               = "license-included"
  character_set_name          = "SQL_Latin1_General_CP1_CI_AS"
  timezone                    = "Alaskan Standard Time"
  username                    = "tfacctest"
  manage_master_user_password = true
  skip_final_snapshot         = true
}

# --- io1 and a key
resource "aws_kms_key" "test" {
  description             = "acc-test"
  enable_key_rotation     = true
  deletion_window_in_days = 7
}

resource "aws_db_instance" "test" {
  allocated_storage             = 200
  availability_zone             = "eu-west-1a"
  engine                        = "postgres"
  identifier                    = "acc-io1"
  instance_class                = "db.m6g.large"
  storage_type                  = "io1"
  iops                          = 2000
  max_allocated_storage         = 220
  storage_encrypted             = true
  kms_key_id                    = aws_kms_key.test.arn
  username                      = "tfacctest"
  manage_master_user_password   = true
  master_user_secret_kms_key_id = aws_kms_key.test.key_id
  skip_final_snapshot           = true
}

# --- restored from a snapshot
resource "aws_db_instance" "test" {
  identifier          = "acc-restored"
  instance_class      = "db.t4g.micro"
  snapshot_identifier = "acc-snapshot"
  storage_type        = "io1"
  skip_final_snapshot = true
}
