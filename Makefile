# The habits. `make check` before every commit; `make bench` prints ratios and never asserts times.
.PHONY: check fmt vet lint test short bench docs vuln dist

check: fmt vet lint short

fmt:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }

vet:
	go vet ./...

lint:
	go tool -modfile=tools/tools.mod golangci-lint run

vuln:
	go tool -modfile=tools/tools.mod govulncheck ./...

test:
	go test ./...

short:
	go test -short ./...

bench:
	go test -run '^$$' -bench . -benchmem ./...
	go run ./bench/backfill

# Regenerates every generated page of docs/; the tests fail when one is stale.
docs:
	go generate ./...

# What is published of a version: archives for every platform, bills of materials, checksums. The same commit gives the
# same bytes.
dist:
	go run ./tools/dist -out dist
