resource "antipode_service" "payments" {
  name     = "payments"
  upstream = { nodes = [{ host = "127.0.0.1", port = 8082, weight = 1 }] }
}

resource "antipode_route" "pay" {
  name       = "pay"
  service_id = antipode_service.payments.id
  uris       = ["/payments/*"]
  methods    = ["POST"]
  plugins    = { key-auth = {} }
}
