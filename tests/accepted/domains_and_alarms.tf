# --- records of every usual type
resource "aws_route53_zone" "test" {
  name = "example.com."
}

resource "aws_route53_record" "a" {
  zone_id = aws_route53_zone.test.zone_id
  name    = "www"
  type    = "A"
  ttl     = "30"
  records = ["127.0.0.1", "127.0.0.27"]
}

resource "aws_route53_record" "aaaa" {
  zone_id = aws_route53_zone.test.zone_id
  name    = "www.example.com"
  type    = "AAAA"
  ttl     = 30
  records = ["2001:db8::1", "::ffff:192.0.2.1"]
}

resource "aws_route53_record" "txt" {
  zone_id = aws_route53_zone.test.zone_id
  name    = "subdomain"
  type    = "TXT"
  ttl     = 30
  records = ["lalalala", "v=spf1 include:example.net ~all"]
}

resource "aws_route53_record" "long" {
  zone_id = aws_route53_zone.test.zone_id
  name    = "long"
  type    = "TXT"
  ttl     = 30
  records = ["${join("", [for n in range(60) : "abc"])}\"\"${join("", [for n in range(60) : "abc"])}"]
}

resource "aws_route53_record" "mx" {
  zone_id = aws_route53_zone.test.zone_id
  name    = ""
  type    = "MX"
  ttl     = 30
  records = ["10 mail.example.com"]
}

resource "aws_route53_record" "ns" {
  allow_overwrite = true
  zone_id         = aws_route53_zone.test.zone_id
  name            = aws_route53_zone.test.name
  type            = "NS"
  ttl             = 30
  records         = aws_route53_zone.test.name_servers
}

resource "aws_route53_record" "blue" {
  zone_id        = aws_route53_zone.test.zone_id
  name           = "app"
  type           = "CNAME"
  ttl            = 5
  set_identifier = "blue"
  records        = ["blue.example.com"]
  weighted_routing_policy {
    weight = 0
  }
}

resource "aws_route53_record" "green" {
  zone_id        = aws_route53_zone.test.zone_id
  name           = "app"
  type           = "CNAME"
  ttl            = 5
  set_identifier = "green"
  records        = ["green.example.com"]
  weighted_routing_policy {
    weight = 10
  }
}

resource "aws_route53_record" "delegated" {
  zone_id = aws_route53_zone.test.zone_id
  name    = "dev.example.com"
  type    = "NS"
  ttl     = 30
  records = ["ns-1.awsdns-01.org"]
}

# --- alarms on percentiles, expressions and bands
resource "aws_sns_topic" "test" {
  name = "acc-alarms"
}

resource "aws_sns_topic_subscription" "test" {
  topic_arn = aws_sns_topic.test.arn
  protocol  = "email"
  endpoint  = "ops@example.com"
}

resource "aws_cloudwatch_metric_alarm" "percentile" {
  alarm_name          = "acc-p88"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 2
  metric_name         = "TargetResponseTime"
  namespace           = "Custom"
  period              = 120
  extended_statistic  = "p88.0"
  threshold           = 80
  alarm_actions       = [aws_sns_topic.test.arn]
}

resource "aws_cloudwatch_metric_alarm" "trimmed" {
  alarm_name          = "acc-tm"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 2
  metric_name         = "TargetResponseTime"
  namespace           = "Custom"
  period              = 120
  extended_statistic  = "TM(10%:90%)"
  threshold           = 80
}

resource "aws_cloudwatch_metric_alarm" "band" {
  alarm_name          = "acc-band"
  comparison_operator = "GreaterThanUpperThreshold"
  evaluation_periods  = 2
  threshold_metric_id = "e1"
  metric_query {
    id          = "e1"
    expression  = "ANOMALY_DETECTION_BAND(m1)"
    label       = "CPUUtilization (Expected)"
    return_data = true
  }
  metric_query {
    id          = "m1"
    return_data = true
    metric {
      metric_name = "Requests"
      namespace   = "Custom"
      period      = 120
      stat        = "Average"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "reboot" {
  alarm_name          = "acc-action"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Jobs"
  namespace           = "Custom"
  period              = 86400
  statistic           = "Sum"
  threshold           = 1
  alarm_actions       = ["arn:aws:automate:eu-west-1:ec2:reboot"]
}

# --- a record that takes the place of another
resource "aws_route53_zone" "one" {
  name = "example.net"
}

resource "aws_route53_record" "first" {
  zone_id = aws_route53_zone.one.zone_id
  name    = "shop.example.net"
  type    = "A"
  ttl     = 60
  records = ["192.0.2.1"]
}

resource "aws_route53_record" "second" {
  zone_id         = aws_route53_zone.one.zone_id
  name            = "shop.example.net"
  type            = "A"
  ttl             = 60
  records         = ["192.0.2.2"]
  allow_overwrite = true
  depends_on      = [aws_route53_record.first]
}
