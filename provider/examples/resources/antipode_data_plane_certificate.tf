# openssl req -new -newkey ed25519 -nodes -subj /CN=edge -keyout tls.key -out tls.csr
variable "certificate_request" {
  description = "What is in tls.csr. The key never leaves the data planes."
  type        = string
}

resource "antipode_data_plane_certificate" "edge" {
  request     = var.certificate_request
  group       = antipode_gateway_group.partners.id
  description = "the edges of partners"

  # Destroying it revokes it: its successor is issued first.
  lifecycle {
    create_before_destroy = true
  }
}

output "tls_crt" {
  value = antipode_data_plane_certificate.edge.certificate
}
