# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
data "aws_rds_engine_version" "default" {
  engine = "mysql"
}
resource "aws_db_instance" "literal" {
  identifier          = "a"
  engine              = "mysql"
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  username            = "app"
  manage_master_user_password = true
  skip_final_snapshot = true
}
resource "aws_db_instance" "by_data" {
  identifier          = "b"
  engine              = data.aws_rds_engine_version.default.engine
  instance_class      = "db.t3.micro"
  allocated_storage   = 20
  username            = "app"
  manage_master_user_password = true
  skip_final_snapshot = true
}
