"""The server itself: extended, on a loopback port."""

import sys
import warnings

warnings.simplefilter("ignore")

from moto.server import main  # noqa: E402 - its imports warn

from tests.moto_server import budgets, ec2, ecr, ecs, iam, rds, s3, scaling, service_quotas  # noqa: E402 - likewise

if __name__ == "__main__":
    for service in (budgets, ec2, ecr, ecs, iam, rds, s3, scaling, service_quotas):
        service.extend()
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
