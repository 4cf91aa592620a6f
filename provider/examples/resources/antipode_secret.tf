variable "vault_token" {
  type      = string
  ephemeral = true
  default   = "only-for-the-example"
}

resource "antipode_secret" "vault" {
  manager          = "vault"
  name             = "main"
  uri              = "https://vault.example.com:8200"
  prefix           = "kv/gateway"
  token_wo         = var.vault_token
  token_wo_version = 1
}
