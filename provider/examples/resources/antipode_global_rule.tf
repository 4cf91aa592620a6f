resource "antipode_global_rule" "marked" {
  plugins = { proxy-rewrite = { headers = { set = { X-Gateway = "antipode" } } } }
}
