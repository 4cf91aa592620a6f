# What is, or what `antipode switchover` has made: a plan that declares anything else says what to run.
resource "antipode_region" "east" {
  region = "us-east-1"
  role   = "primary"
}

resource "antipode_region" "west" {
  region = "us-west-2"
  role   = "standby"
}
