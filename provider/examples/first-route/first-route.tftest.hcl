run "creates_the_route" {
  assert {
    condition     = antipode_route.list.service_id == antipode_service.orders.id
    error_message = "The route belongs to another service."
  }
  assert {
    condition     = provider::antipode::match(antipode_route.list, { path = "/orders/7" })
    error_message = "The route does not take /orders/7."
  }
  assert {
    condition     = !provider::antipode::match(antipode_route.list, { path = "/orders/7", method = "DELETE" })
    error_message = "The route takes a DELETE."
  }
}

run "changes_in_place" {
  variables {
    upstream_port = 8082
  }
  assert {
    condition     = antipode_service.orders.id == run.creates_the_route.service
    error_message = "Another port made another service."
  }
}

run "refuses_what_the_gateway_would_refuse" {
  command = plan
  variables {
    upstream_port = 70000
  }
  expect_failures = [var.upstream_port]
}
