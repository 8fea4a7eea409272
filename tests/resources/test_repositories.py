from stage3c.graph import Ref

from tests.resources.stacks import attributes, compiled, document


def test_each_service_that_is_built_has_a_repository() -> None:
    graph = compiled("services: {web: {build: null, image: public.ecr.aws/docker/library/nginx:1.27}}")
    assert [repository.name for repository in graph.of_type("aws_ecr_repository")] == ["api"]
    assert [policy.name for policy in graph.of_type("aws_ecr_lifecycle_policy")] == ["api"]
    assert graph.resources["aws_ecr_repository.api"].origin.path == ("services", "api", "build")


def test_tags_are_immutable_and_images_are_scanned_and_encrypted() -> None:
    repository = attributes(compiled(), "aws_ecr_repository.api")
    assert repository["name"] == "shop/prod/api"
    assert repository["image_tag_mutability"] == "IMMUTABLE"
    assert repository["image_scanning_configuration"] == [{"scan_on_push": True}]
    assert repository["encryption_configuration"] == [{"encryption_type": "AES256"}]


def test_a_repository_with_images_is_not_destroyed() -> None:
    assert not attributes(compiled(), "aws_ecr_repository.api").get("force_delete", False)


def test_a_repository_keeps_as_many_images_as_told() -> None:
    policy = compiled("images: {keep: 7}").resources["aws_ecr_lifecycle_policy.api"]
    [rule] = document(policy, "policy")["rules"]
    assert policy.attributes["repository"] == Ref("aws_ecr_repository.api", "name")
    assert rule["selection"] == {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 7}
