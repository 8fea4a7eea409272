# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
# ElastiCache nodes never have a public address; the fix "set publicly_accessible = false" is no argument of theirs.
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "eu-west-1a"
}
resource "aws_security_group" "redis" {
  vpc_id = aws_vpc.main.id
  ingress {
    from_port   = 6379
    to_port     = 6379
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_elasticache_subnet_group" "r" {
  name       = "r"
  subnet_ids = [aws_subnet.a.id]
}
resource "aws_elasticache_cluster" "r" {
  cluster_id         = "r"
  engine             = "redis"
  node_type          = "cache.t3.micro"
  num_cache_nodes    = 1
  port               = 6379
  subnet_group_name  = aws_elasticache_subnet_group.r.name
  security_group_ids = [aws_security_group.redis.id]
}
