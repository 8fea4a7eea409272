# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
# Partial configuration: bucket, key, use_lockfile and encrypt come by -backend-config.
terraform {
  backend "s3" {}
}
