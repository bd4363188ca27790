#!/bin/sh
# bundle.sh DIRECTORY: a small bundle with one mistake, a program with another, and YAML that is not ours, for the tests
# of the editors.
set -eu
# A repository, as editors see it, is what a server is started for.
mkdir -p "$1/src" "$1/.git"
cat >"$1/massdriver.yaml" <<'BUNDLE'
name: simple-bucket
description: A bucket for files
version: 1.0.0
steps:
  - path: src
    provisioner: opentofu
params:
  properties:
    size:
      type: int
      title: Size
connections:
  properties: {}
artifacts:
  properties:
    bucket:
      $ref: aws-s3-bucket
ui: {}
BUNDLE
touch "$1/src/main.tf"
echo '.params.nothing' >"$1/src/artifact_bucket.jq"
printf 'a:\n  type: int\n' >"$1/other.yaml"
