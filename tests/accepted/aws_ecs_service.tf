# --- EC2 with bridge, placement and a dynamic host port
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}

resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  container_definitions = <<DEFINITION
[
  {
    "cpu": 128,
    "essential": true,
    "image": "mongo:latest",
    "memory": 128,
    "name": "mongodb",
    "privileged": true,
    "links": ["redis"],
    "extraHosts": [{"hostname": "a", "ipAddress": "10.0.0.1"}],
    "portMappings": [{"containerPort": 27017, "hostPort": 0}]
  },
  {
    "cpu": 128,
    "essential": true,
    "image": "redis:latest",
    "memory": 128,
    "name": "redis",
    "logConfiguration": {"logDriver": "journald"}
  }
]
DEFINITION
  volume {
    name      = "data"
    host_path = "/ecs/data"
  }
  placement_constraints {
    type       = "memberOf"
    expression = "attribute:ecs.availability-zone in [us-west-2a, us-west-2b]"
  }
}

resource "aws_ecs_service" "test" {
  name            = "acc-test"
  cluster         = aws_ecs_cluster.test.id
  task_definition = aws_ecs_task_definition.test.arn
  desired_count   = 1
  ordered_placement_strategy {
    type  = "binpack"
    field = "memory"
  }
}

# --- daemon
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}

resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  network_mode          = "host"
  pid_mode              = "host"
  ipc_mode              = "host"
  container_definitions = jsonencode([{ name = "agent", image = "agent:1", memory = 128, cpu = 10 }])
}

resource "aws_ecs_service" "test" {
  name                               = "acc-test"
  cluster                            = aws_ecs_cluster.test.id
  task_definition                    = "${aws_ecs_task_definition.test.family}:${aws_ecs_task_definition.test.revision}"
  scheduling_strategy                = "DAEMON"
  deployment_minimum_healthy_percent = "50"
}

# --- CodeDeploy
resource "aws_vpc" "test" {
  cidr_block = "10.10.0.0/16"
}

resource "aws_subnet" "test" {
  count             = 2
  vpc_id            = aws_vpc.test.id
  cidr_block        = cidrsubnet(aws_vpc.test.cidr_block, 8, count.index)
  availability_zone = "eu-west-1${["a", "b"][count.index]}"
}

resource "aws_lb" "test" {
  internal = true
  name     = "acc-test"
  subnets  = aws_subnet.test[*].id
}

resource "aws_lb_target_group" "test" {
  name     = aws_lb.test.name
  port     = 80
  protocol = "HTTP"
  vpc_id   = aws_vpc.test.id
}

resource "aws_lb_listener" "test" {
  load_balancer_arn = aws_lb.test.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    target_group_arn = aws_lb_target_group.test.arn
    type             = "forward"
  }
}

resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}

resource "aws_ecs_task_definition" "test" {
  family                = "acc-test"
  container_definitions = jsonencode([{
    name         = "test"
    image        = "nginx:latest"
    memory       = 128
    cpu          = 128
    portMappings = [{ containerPort = 80, hostPort = 0 }]
  }])
}

resource "aws_ecs_service" "test" {
  cluster         = aws_ecs_cluster.test.id
  desired_count   = 1
  name            = "acc-test"
  task_definition = aws_ecs_task_definition.test.arn
  deployment_controller {
    type = "CODE_DEPLOY"
  }
  load_balancer {
    container_name   = "test"
    container_port   = "80"
    target_group_arn = aws_lb_target_group.test.id
  }
  depends_on = [aws_lb_listener.test]
}

# --- external controller
resource "aws_ecs_cluster" "test" {
  name = "acc-test"
}

resource "aws_ecs_service" "test" {
  name    = "acc-test"
  cluster = aws_ecs_cluster.test.id
  deployment_controller {
    type = "EXTERNAL"
  }
}
