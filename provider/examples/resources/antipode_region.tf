# A region with a configuration of its own. Of a pair, one region is declared `primary` and the other `standby`, and what
# `antipode switchover` has made of them is written down here afterwards: a plan that declares anything else says what to
# run.
resource "antipode_region" "here" {
  region = "us-east-1"
  role   = "active"
}
