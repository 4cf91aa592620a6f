# How long it is good, and that it is revoked when this goes. The token itself is in no state.
resource "antipode_data_plane_token" "edge" {
  region = "us-east-1"
  days   = 90
}

# The same token in every run, for what keeps secrets.
ephemeral "antipode_data_plane_token" "edge" {
  id      = antipode_data_plane_token.edge.id
  expires = antipode_data_plane_token.edge.expires
  region  = antipode_data_plane_token.edge.region
}

resource "aws_secretsmanager_secret_version" "edge" {
  secret_id                = "edge-token"
  secret_string_wo         = ephemeral.antipode_data_plane_token.edge.token
  secret_string_wo_version = 1
}
