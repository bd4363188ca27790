variable "instance_class" {
  type = string
}

variable "storage_gb" {
  type = number
}

resource "massdriver_artifact" "database" {
  field    = "database"
  name     = "PostgreSQL"
  artifact = jsonencode({})
}
