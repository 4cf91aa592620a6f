resource "antipode_gateway_group" "partners" {
  name   = "partners"
  labels = { env = "prod" }
}
