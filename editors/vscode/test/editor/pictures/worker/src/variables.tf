variable "threads" {
  type = number
}

variable "orders" {
  type    = any
  default = null
}
