# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
# "admin" is the console's default master user of RDS for MySQL; it is reserved in PostgreSQL only.
resource "aws_db_instance" "main" {
  identifier                  = "main"
  engine                      = "mysql"
  engine_version              = "8.0"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  username                    = "admin"
  manage_master_user_password = true
}
