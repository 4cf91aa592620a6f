variable "certificate" {
  type = string
}

variable "certificate_key" {
  type      = string
  ephemeral = true
}

resource "antipode_ssl" "shop" {
  snis           = ["shop.example.com"]
  cert           = var.certificate
  key_wo         = var.certificate_key
  key_wo_version = 1
}
