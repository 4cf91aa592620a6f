variable "shop_key" {
  type      = string
  ephemeral = true
  default   = "only-for-the-example"
}

resource "antipode_consumer" "shop" {
  username = "shop"
  credentials = [
    { name = "main", type = "key-auth", config_wo = { key = var.shop_key }, config_wo_version = 1 },
  ]
}
