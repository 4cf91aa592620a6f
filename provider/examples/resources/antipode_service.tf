resource "antipode_service" "orders" {
  name     = "orders"
  hosts    = ["api.example.com"]
  upstream = { nodes = [{ host = "127.0.0.1", port = 8081, weight = 1 }] }
}
