variable "node_type" {
  type = string
}

variable "ttl" {
  type = list(string)
}

variable "network" {
  type = any
}

variable "subnet_group" {
  type = string
}
