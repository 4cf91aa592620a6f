resource "antipode_plugin_metadata" "key_auth" {
  plugin   = "key-auth"
  metadata = { log_format = { host = "$host" } }
}
