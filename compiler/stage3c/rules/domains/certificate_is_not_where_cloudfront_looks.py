"""Certificate of CloudFront is not in us-east-1."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Value, blocks
from stage3c.rules.rule import Rule, at
from stage3c.views.regions import region_of_resource

_HOME: Final = "us-east-1"
_ARN: Final = re.compile(r"arn:aws:acm:([a-z0-9-]{1,25}):.*")


def check(graph: Graph) -> Iterator[Finding]:
    """Compare the region of the certificate of each distribution, whether the graph makes it or its ARN is written."""
    for distribution in graph.of_type("aws_cloudfront_distribution"):
        for settings in blocks(distribution.attributes.get("viewer_certificate")):
            region = _region(graph, settings.get("acm_certificate_arn"))
            if region and region != _HOME:
                yield at(
                    distribution,
                    f"has a certificate in {region}; CloudFront only uses those in {_HOME}",
                    f'make the certificate with a provider for "{_HOME}"',
                )


def _region(graph: Graph, value: Value) -> str | None:
    target = graph.target(value)
    if target is not None:
        return region_of_resource(graph, target) if target.type.startswith("aws_acm_certificate") else None
    found = _ARN.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else None


RULE = Rule(
    id="TLS225",
    scope="terraform",
    title="Certificate of CloudFront is not in us-east-1",
    what="A CloudFront distribution has an ACM certificate of another region than us-east-1.",
    why="CloudFront rejects it: InvalidViewerCertificate.",
    fix='Make the certificate and its validation with `provider = aws.us_east_1` or `region = "us-east-1"`.',
    source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html (from memory)",
    bad_terraform="""\
resource "aws_cloudfront_distribution" "web" {
  enabled = true
  aliases = ["shop.example.com"]
  origin {
    domain_name = "origin.example.com"
    origin_id   = "origin"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "origin"
    viewer_protocol_policy = "redirect-to-https"
    cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.web.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}
""",
    good_terraform="""\
resource "aws_cloudfront_distribution" "web" {
  enabled = true
  aliases = ["shop.example.com"]
  origin {
    domain_name = "origin.example.com"
    origin_id   = "origin"
    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }
  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "origin"
    viewer_protocol_policy = "redirect-to-https"
    cache_policy_id        = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  }
  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }
  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}
""",
    check_graph=check,
)
