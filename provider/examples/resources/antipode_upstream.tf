resource "antipode_upstream" "stock" {
  name = "stock"
  type = "least_conn"
  nodes = [
    { host = "10.0.0.11", port = 8080, weight = 2 },
    { host = "10.0.0.12", port = 8080, weight = 1 },
  ]
  checks = { active = { http_path = "/health", healthy = { interval = 2 } } }
}
