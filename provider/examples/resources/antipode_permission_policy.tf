resource "antipode_permission_policy" "reads" {
  name      = "reads"
  statement = [{ resources = ["arn:api7:gateway:gatewaygroup/<.*>"], actions = ["<.*>Get<.*>"], effect = "allow" }]
}
