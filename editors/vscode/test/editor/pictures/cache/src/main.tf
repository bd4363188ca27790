resource "massdriver_artifact" "cache" {
  field    = "cache"
  name     = "Redis"
  artifact = jsonencode({ authentication = { hostname = var.ttl } })
}
