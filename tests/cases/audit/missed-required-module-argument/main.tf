# Source: what a user of stage3c had in 2026-11; tried on commit 8118c2d.
# terraform validate: Missing required argument "tg". stage3c audit says nothing.
module "m" {
  source = "./m"
  other  = 1
}
