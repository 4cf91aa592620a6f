terraform {
  required_providers {
    antipode = { source = "antipode/antipode" }
  }
}

resource "antipode_service" "orders" {
  name = "orders"
  upstream = {
    nodes         = [{ host = "127.0.0.1", port = 8081, weight = 1 }]
    retry_timeout = 1.2
    checks        = { active = { http_path = "/health", healthy = { interval = 2 } } }
  }
}

resource "antipode_route" "list" {
  name       = "orders-list"
  service_id = antipode_service.orders.id
  uris       = ["/orders/*", "/order"]
  vars       = [["arg_debug", "==", "1"]]
  plugins    = { proxy-rewrite = { uri = "/v2" } }
}

resource "antipode_route_set" "others" {
  name       = "others"
  service_id = antipode_service.orders.id
  routes     = { a = { uris = ["/a"] }, b = { uris = ["/b"], plugins = {} } }
}

resource "antipode_consumer" "shop" {
  username    = "shop"
  credentials = [{ name = "main", type = "key-auth", config_wo = { key = "made-up" }, config_wo_version = 1 }]
}
