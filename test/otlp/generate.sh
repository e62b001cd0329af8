#!/bin/sh
# Makes test/otlp/generated (or the folder named) from test/otlp/proto, offline. Run it after a change of a .proto file:
#   sh test/otlp/generate.sh
#
# test/otlp/proto/opentelemetry holds the official files of opentelemetry-proto 1.10 (Apache-2.0, headers kept), as shipped in the
# crate opentelemetry-proto 0.33.1; test/otlp/proto/google/rpc/status.proto is ours.
set -eu
cd "$(dirname "$0")"
PATH="$(cd ../../node_modules/.bin && pwd):$PATH"
OUT="${1:-generated}"
rm -rf "$OUT"
buf generate proto --template '{
  "version": "v2",
  "plugins": [{
    "local": "protoc-gen-es",
    "out": "'"$OUT"'",
    "opt": ["target=ts", "import_extension=ts", "erasable_syntax=true"]
  }]
}'
