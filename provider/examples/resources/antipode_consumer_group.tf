resource "antipode_consumer_group" "gold" {
  name    = "gold"
  plugins = { proxy-rewrite = { headers = { set = { X-Tier = "gold" } } } }
}
