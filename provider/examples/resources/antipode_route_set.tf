locals {
  tenants = { blue = ["/blue/*"], green = ["/green/*", "/grass/*"] }
}

resource "antipode_upstream" "tenants" {
  name  = "tenants"
  nodes = [{ host = "127.0.0.1", port = 8083, weight = 1 }]
}

resource "antipode_route_set" "tenants" {
  name   = "tenants"
  routes = { for name, uris in local.tenants : name => { uris = uris, upstream_id = antipode_upstream.tenants.id } }
}
