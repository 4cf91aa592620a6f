terraform {
  required_version = ">= 1.11"
  required_providers {
    antipode = { source = "antipode/antipode" }
  }
}

variable "upstream_port" {
  description = "Where the service behind the gateway listens on this machine."
  type        = number
  default     = 8081
  validation {
    condition     = var.upstream_port > 0 && var.upstream_port < 65536
    error_message = "A port is between 1 and 65535."
  }
}

provider "antipode" {} # ANTIPODE_ENDPOINTS and ANTIPODE_TOKEN

resource "antipode_service" "orders" {
  name     = "orders"
  upstream = { nodes = [{ host = "127.0.0.1", port = var.upstream_port, weight = 1 }] }
}

resource "antipode_route" "list" {
  name       = "orders-list"
  service_id = antipode_service.orders.id
  uris       = ["/orders/*"]
  methods    = ["GET"]
}

output "service" {
  value = antipode_service.orders.id
}
