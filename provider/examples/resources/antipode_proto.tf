resource "antipode_proto" "orders" {
  name    = "orders"
  content = <<-PROTO
    syntax = "proto3";
    message Order { string id = 1; }
  PROTO
}
