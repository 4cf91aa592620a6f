# How long it is good, and that it is revoked when this goes. The token itself is in no state.
resource "antipode_data_plane_token" "edge" {
  region = "us-east-1"
  days   = 90
}

# The same token in every run. Hand it on to a write-only argument, such as secret_string_wo of an
# aws_secretsmanager_secret_version: ephemeral.antipode_data_plane_token.edge.token
ephemeral "antipode_data_plane_token" "edge" {
  id      = antipode_data_plane_token.edge.id
  expires = antipode_data_plane_token.edge.expires
  region  = antipode_data_plane_token.edge.region
}
