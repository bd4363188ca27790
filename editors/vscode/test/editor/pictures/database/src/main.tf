resource "aws_db_instance" "this" {
  engine                  = "postgres"
  instance_class          = var.instance_class
  allocated_storage       = var.storage_gb
  backup_retention_period = var.backups ? var.backup_days : 0
}

resource "massdriver_artifact" "database" {
  field    = "database"
  name     = "PostgreSQL"
  artifact = jsonencode({ data = { infrastructure = { arn = aws_db_instance.this.arn } } })
}
