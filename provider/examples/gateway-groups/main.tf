terraform {
  required_version = ">= 1.11"
  required_providers {
    antipode = { source = "antipode/antipode" }
  }
}

variable "groups" {
  description = "Where the route is served, by the names of gateway groups, and by which hosts."
  type        = map(string)
  default = {
    partners = "partners.example"
    shops    = "shops.example"
  }
}

provider "antipode" {} # ANTIPODE_ENDPOINTS and ANTIPODE_TOKEN

resource "antipode_gateway_group" "it" {
  for_each = var.groups
  name     = each.key
}

resource "antipode_service" "orders" {
  for_each      = var.groups
  gateway_group = antipode_gateway_group.it[each.key].id
  name          = "orders"
  hosts         = [each.value]
  upstream      = { nodes = [{ host = "127.0.0.1", port = 8081, weight = 1 }] }
}

resource "antipode_route" "list" {
  for_each      = var.groups
  gateway_group = antipode_gateway_group.it[each.key].id
  name          = "orders-list"
  service_id    = antipode_service.orders[each.key].id
  uris          = ["/orders/*"]
}

data "antipode_service" "of_partners" {
  gateway_group = antipode_gateway_group.it["partners"].id
  name          = "orders"
  depends_on    = [antipode_service.orders]
}
