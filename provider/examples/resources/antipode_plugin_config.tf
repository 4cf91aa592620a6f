resource "antipode_plugin_config" "keys" {
  name    = "keys"
  plugins = { key-auth = { header = "X-Api-Key" } }
}
