variable "name" {
  type    = string
  default = "orders"
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "azs" {
  type = list(string)
}

variable "certificate_domain" {
  type    = string
  default = "orders.example.com"
}

variable "image_tag" {
  description = "Given by the pipeline"
  type        = string
}

variable "services" {
  type = map(object({
    port   = number
    cpu    = optional(number, 256)
    memory = optional(number, 512)
    paths  = list(string)
    count  = optional(number, 2)
  }))
}
