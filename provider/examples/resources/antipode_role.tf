resource "antipode_permission_policy" "writes_partners" {
  name      = "writes partners"
  statement = [{ resources = ["arn:api7:gateway:gatewaygroup/partners<.*>"], actions = ["<.*>"], effect = "allow" }]
}

resource "antipode_role" "partner_team" {
  name                = "partner team"
  permission_policies = [antipode_permission_policy.writes_partners.id]
}
