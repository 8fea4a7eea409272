# In the manner of terraform-aws-modules/security-group: named rules from a table.
variable "name" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "ingress_rules" {
  type    = list(string)
  default = []
}

variable "ingress_from" {
  type    = map(string)
  default = {}
}

variable "rules" {
  type = map(list(any))
  default = {
    http-80-tcp    = [80, 80, "tcp", "HTTP"]
    web-8080-tcp   = [8080, 8080, "tcp", "Web"]
    postgresql-tcp = [5432, 5432, "tcp", "PostgreSQL"]
    all-all        = [-1, -1, "-1", "All protocols"]
  }
}

resource "aws_security_group" "this" {
  name_prefix = "${var.name}-"
  vpc_id      = var.vpc_id
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group_rule" "ingress_rules" {
  count             = length(var.ingress_rules)
  security_group_id = aws_security_group.this.id
  type              = "ingress"
  cidr_blocks       = ["0.0.0.0/0"]
  description       = var.rules[var.ingress_rules[count.index]][3]
  from_port         = var.rules[var.ingress_rules[count.index]][0]
  to_port           = var.rules[var.ingress_rules[count.index]][1]
  protocol          = var.rules[var.ingress_rules[count.index]][2]
}

resource "aws_security_group_rule" "ingress_from" {
  for_each                 = var.ingress_from
  security_group_id        = aws_security_group.this.id
  type                     = "ingress"
  source_security_group_id = each.value
  from_port                = var.rules[each.key][0]
  to_port                  = var.rules[each.key][1]
  protocol                 = var.rules[each.key][2]
}

resource "aws_security_group_rule" "egress_all" {
  security_group_id = aws_security_group.this.id
  type              = "egress"
  cidr_blocks       = ["0.0.0.0/0"]
  from_port         = var.rules["all-all"][0]
  to_port           = var.rules["all-all"][1]
  protocol          = var.rules["all-all"][2]
}

output "security_group_id" {
  value = aws_security_group.this.id
}
