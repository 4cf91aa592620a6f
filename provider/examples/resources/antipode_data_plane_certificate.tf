# openssl req -new -newkey ed25519 -nodes -subj /CN=edge -keyout tls.key -out tls.csr
resource "antipode_data_plane_certificate" "edge" {
  request     = file("tls.csr")
  group       = "partners"
  description = "the edges of partners"

  # Destroying it revokes it: its successor is issued first.
  lifecycle {
    create_before_destroy = true
  }
}

output "tls_crt" {
  value = antipode_data_plane_certificate.edge.certificate
}
