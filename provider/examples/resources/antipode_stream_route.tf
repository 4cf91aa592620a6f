resource "antipode_stream_route" "mail" {
  name        = "mail"
  server_port = 2525
  upstream    = { scheme = "tcp", nodes = [{ host = "10.0.0.25", port = 25, weight = 1 }] }
}
