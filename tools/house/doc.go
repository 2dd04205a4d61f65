// Package house reads how the project is built: its packages with their imports (go list) and the rules about who may
// import whom (.golangci.yml).
//
// A room is a Go package. The rules stand in .golangci.yml alone, one for each room, under depguard and named for the
// room's folder; go test and golangci-lint read the same lines. The tests in docs and the command drawhouse use this
// package; no product code does.
package house
