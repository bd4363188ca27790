variable "instance_class" {
  type = string
}

variable "storage_gb" {
  type = number
}

variable "backups" {
  type    = bool
  default = false
}

variable "backup_days" {
  type    = number
  default = 7
}

variable "backup_window" {
  type    = any
  default = null
}

variable "upgrade_window" {
  type    = any
  default = null
}

variable "network" {
  type = any
}
