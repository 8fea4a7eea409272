azs = ["us-east-1a", "us-east-1b", "us-east-1c"]

services = {
  web = { port = 3000, paths = ["/*"] }
  api = { port = 8080, paths = ["/api/*"], cpu = 512, memory = 1024, count = 3 }
}
