run "fills_every_group_alike" {
  assert {
    condition     = antipode_service.orders["partners"].id == antipode_service.orders["shops"].id
    error_message = "The same name has different ids in different groups."
  }
  assert {
    condition     = contains(data.antipode_service.of_partners.hosts, "partners.example")
    error_message = "The service that was found is that of another group."
  }
}

run "adds_a_group_beside_the_others" {
  variables {
    groups = {
      partners = "partners.example"
      shops    = "shops.example"
      staff    = "staff.example"
    }
  }
  assert {
    condition     = length(antipode_route.list) == 3
    error_message = "The new group has no route."
  }
}
